# Makes tests/golden/trend.json: lines through six correlated figures by generalised least squares in base R (solve)
# and in MASS. Run in this folder: Rscript make_trend.R (R >= 4.2, packages MASS and jsonlite).
options(digits = 17)
years <- c(2013, 2015, 2017, 2020, 2023, 2025)
y <- c(.412, .431, .447, .441, .489, .523)
se <- c(.0191, .0183, .0174, .0202, .0166, .0159)
correlation <- .55^abs(outer(1:6, 1:6, "-"))
V <- correlation * outer(se, se)
line <- function(X, call) {
  W <- solve(V)
  cov <- solve(t(X) %*% W %*% X)
  b <- as.numeric(cov %*% t(X) %*% W %*% y)
  r <- as.numeric(y - X %*% b)
  chi2 <- as.numeric(t(r) %*% W %*% r)
  df <- length(y) - ncol(X)
  other <- coef(MASS::lm.gls(y ~ X - 1, W = V, inverse = TRUE))
  stopifnot(max(abs(other / b - 1)) < 1e-6)
  list(call = call, slope = b[1], se = sqrt(cov[1, 1]), p_normal = 2 * pnorm(-abs(b[1] / sqrt(cov[1, 1]))),
       p_t40 = 2 * pt(-abs(b[1] / sqrt(cov[1, 1])), 40), t40 = qt(.975, 40), levels = I(b[-1]), fitted = as.numeric(X %*% b),
       fitted_se = sqrt(rowSums((X %*% cov) * X)), chi2 = chi2, df = df, p_fit = pchisq(chi2, df, lower.tail = FALSE))
}
year <- years - mean(years)
json <- list(about = list(program = paste(R.version.string, "MASS", packageVersion("MASS")), script = "make_trend.R"),
             years = years, y = y, V = V,
             line = line(cbind(year, 1), "b <- solve(t(X)%*%solve(V)%*%X, t(X)%*%solve(V)%*%y), X = (year - mean, 1)"),
             shift = line(cbind(year, years < 2020, years >= 2020) + 0,
                          "the same with X = (year - mean, before 2020, from 2020)"))
writeLines(jsonlite::toJSON(json, digits = NA, auto_unbox = TRUE, pretty = TRUE), "trend.json")

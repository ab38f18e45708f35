# Makes tests/golden/replicates.csv and replicates.json: a constructed sample of clusters, two in each of five strata,
# and what R's survey finds in it with replicate weights. Run in this folder: Rscript make_replicates.R
# (R >= 4.2, packages survey and jsonlite). The Hadamard matrix is that of Sylvester, order 8, without its first column.
suppressPackageStartupMessages(library(survey))
options(digits = 17)
set.seed(20270311, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

m <- c(4, 6, 3, 5, 7, 4, 5, 5, 6, 3)
held <- c(9, 14, 6, 20, 11)
data <- data.frame(psu = rep(0:9, m))
data$stratum <- data$psu %/% 2
data$N <- held[data$stratum + 1]
data$w <- round(data$N / 2 * runif(nrow(data), 1.5, 3), 3)
data$x <- round(exp(rnorm(nrow(data), 2 + rnorm(10, sd = .3)[data$psu + 1], .4)), 3)
data$y <- round(data$x * runif(nrow(data), .5, 1.2), 3)
data$part <- sample(0:1, nrow(data), TRUE)
write.csv(data, "replicates.csv", row.names = FALSE, quote = FALSE)

sylvester <- Reduce(kronecker, rep(list(matrix(c(1, 1, 1, -1), 2)), 3))
halves <- (sylvester[, 2:6] + 1) / 2
design <- svydesign(id = ~psu, strata = ~stratum, fpc = ~N, weights = ~w, data = data)
free <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = data)
single <- svydesign(id = ~psu, weights = ~w, data = data)

half_factors <- function(rho) {
  first <- data$psu %% 2 == 0
  sign <- 2 * halves[, data$stratum + 1] - 1
  t(1 + (1 - rho) * sign * rep(ifelse(first, 1, -1), each = 8))
}
balanced <- function(rho) svrepdesign(weights = ~w, repweights = half_factors(rho), data = data,
  type = if (rho) "Fay" else "BRR", rho = if (rho) rho, combined.weights = FALSE)

found <- list()
note <- function(kind, call, d, mse) {
  d$mse <- mse
  both <- svymean(~y + x, d)
  one <- subset(d, part == 1)
  found[[length(found) + 1]] <<- list(
    kind = kind, call = call, mse = mse, count = ncol(d$repweights), degf = degf(d),
    mean = list(est = as.numeric(coef(both)), vcov = matrix(vcov(both), 2)),
    total = list(est = as.numeric(coef(svytotal(~y, d))), se = as.numeric(SE(svytotal(~y, d)))),
    ratio = list(est = as.numeric(coef(svyratio(~y, ~x, d))), se = as.numeric(SE(svyratio(~y, ~x, d)))),
    domain = list(est = as.numeric(coef(svymean(~y, one))), se = as.numeric(SE(svymean(~y, one)))))
}
for (mse in c(FALSE, TRUE)) {
  note("jkn_fpc", "as.svrepdesign(svydesign(~psu, strata=~stratum, fpc=~N, weights=~w), type='JKn')",
       as.svrepdesign(design, type = "JKn"), mse)
  note("jkn", "as.svrepdesign(svydesign(~psu, strata=~stratum, weights=~w), type='JKn')",
       as.svrepdesign(free, type = "JKn"), mse)
  note("jk1", "as.svrepdesign(svydesign(~psu, weights=~w), type='JK1')", as.svrepdesign(single, type = "JK1"), mse)
  note("brr", "svrepdesign(weights=~w, repweights=2/0 by a Sylvester matrix, type='BRR')", balanced(0), mse)
  note("fay", "svrepdesign(weights=~w, repweights=1.7/0.3 by a Sylvester matrix, type='Fay', rho=.3)", balanced(.3), mse)
}
margin <- data.frame(part = 0:1, Freq = c(200, 450))
post <- postStratify(as.svrepdesign(free, type = "JKn"), ~part, margin)
after <- svymean(~y + x, post)
json <- list(about = list(program = paste(R.version.string, "survey", packageVersion("survey")),
                          script = "make_replicates.R", statistics = "svymean(~y+x), svytotal(~y), svyratio(~y, ~x), svymean(~y, part == 1)"),
             cases = found,
             poststratified = list(
               call = "svymean(~y+x, postStratify(as.svrepdesign(svydesign(~psu, strata=~stratum, weights=~w), type='JKn'), ~part, c(200, 450)))",
               est = as.numeric(coef(after)), vcov = matrix(vcov(after), 2)))
writeLines(jsonlite::toJSON(json, digits = NA, auto_unbox = TRUE, pretty = TRUE), "replicates.json")

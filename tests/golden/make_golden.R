# Makes tests/golden/barometer.csv and barometer.json: a constructed stratified sample with non-response, and what
# R's survey finds in it. Run in this folder: Rscript make_golden.R (R >= 4.2, packages survey and jsonlite).
suppressPackageStartupMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
set.seed(20260117, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

strata <- expand.grid(size = 0:2, sector = 0:1, country = 0:1)[, c("country", "sector", "size")]
strata$N <- c(900, 260, 60, 700, 180, 45, 320, 110, 30, 240, 90, 24)
strata$drawn <- c(90, 60, 40, 80, 50, 45, 60, 50, 30, 60, 45, 24)
# Stratum 8 keeps one respondent and stratum 11 none: both join the medium size of their sector and country.
strata$answered <- c(52, 33, 24, 44, 27, 31, 30, 26, 1, 33, 25, 0)
strata$joined <- c(0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 9)
rows <- strata[rep(seq_len(12), strata$drawn), ]
rows$stratum <- rep(0:11, strata$drawn)
rows$responded <- unlist(mapply(function(m, r) sample(rep(1:0, c(r, m - r))), strata$drawn, strata$answered))
m <- nrow(rows)
lean <- rnorm(m) + .4 * rows$size - .3 * rows$sector
rows$innovative <- as.integer(lean + rnorm(m) > -.6)
for (f in 1:3) {
  rows[[paste0("factor", f)]] <- pmax(-1, pmin(1, round(.5 * lean + .3 * (f - 2) + rnorm(m, sd = .8))))
}
hide <- rows$responded == 0
answers <- c("innovative", paste0("factor", 1:3))
for (name in answers) rows[[name]][hide | runif(m) < .04] <- NA
rows[answers[-1]][is.na(rows$innovative) | rows$innovative == 0, ] <- NA
write.csv(rows[, c("stratum", "country", "sector", "size", "N", "responded", answers)], "barometer.csv",
          row.names = FALSE, quote = FALSE)

# Design weights, non-response inside the joined strata as cells, fpc of the joined strata.
rows$base <- rows$N / rows$drawn
cell_total <- tapply(rows$base, rows$joined, sum)
cell_answered <- tapply(rows$base * rows$responded, rows$joined, sum)
rows$weight <- rows$base * (cell_total / cell_answered)[as.character(rows$joined)]
rows$population <- tapply(strata$N, strata$joined, sum)[as.character(rows$joined)]
data <- rows[rows$responded == 1, ]
design <- svydesign(id = ~1, strata = ~joined, weights = ~weight, fpc = ~population, data = data)

found <- list()
note <- function(call, estimand, y, domain, result, sub) {
  found[[length(found) + 1]] <<- list(
    call = call, estimand = estimand, y = y, domain = domain, est = as.numeric(coef(result)),
    se = as.numeric(SE(result)), degf = degf(sub), n = sum(!is.na(sub$variables[[y]])))
}
domains <- list(all = rep(TRUE, nrow(data)), country0 = data$country == 0, country1 = data$country == 1,
                sector1 = data$sector == 1, cell = data$country == 1 & data$sector == 0 & data$size > 0)
for (name in names(domains)) {
  for (y in answers) {
    sub <- subset(design, domains[[name]] & !is.na(data[[y]]))
    estimand <- if (y == "innovative") "share" else "net_balance"
    note(sprintf("svymean(~%s, subset(design, %s & !is.na(%s)))", y, name, y), estimand, y, name,
         svymean(as.formula(paste0("~", y)), sub), sub)
  }
  sub <- subset(design, domains[[name]] & !is.na(data$innovative))
  note(sprintf("svytotal(~innovative, subset(design, %s & !is.na(innovative)))", name), "total", "innovative", name,
       svytotal(~innovative, sub), sub)
  for (part in c("driver", "barrier")) {
    sub <- subset(design, domains[[name]] & !is.na(data$factor1))
    sub$variables$part <- as.integer(sub$variables$factor1 == ifelse(part == "driver", 1, -1))
    result <- svymean(~part, sub)
    note(sprintf("svymean(~I(factor1 == %s), subset(design, %s & !is.na(factor1)))",
                 ifelse(part == "driver", "1", "-1"), name), part, "factor1", name, result, sub)
  }
}

# An index as the mean of three net balances: the covariance from the ratios of one design.
data3 <- design
for (f in 1:3) {
  y <- data[[paste0("factor", f)]]
  data3$variables[[paste0("y", f)]] <- ifelse(is.na(y), 0, y)
  data3$variables[[paste0("d", f)]] <- as.integer(!is.na(y))
}
six <- svytotal(~y1 + y2 + y3 + d1 + d2 + d3, data3)
index <- svycontrast(six, quote(100 * ((y1 / d1 + y2 / d2 + y3 / d3) / 3 + 1) / 2))
# Two domains that share strata: sector 1 and size above 0, whose estimates are correlated.
data3$variables$one <- ifelse(is.na(data$innovative), 0, data$innovative)
data3$variables$base <- as.integer(!is.na(data$innovative))
data3$variables$a1 <- data3$variables$one * (data$sector == 1)
data3$variables$a0 <- data3$variables$base * (data$sector == 1)
data3$variables$b1 <- data3$variables$one * (data$size > 0)
data3$variables$b0 <- data3$variables$base * (data$size > 0)
gap <- svycontrast(svytotal(~a1 + a0 + b1 + b0, data3), quote(a1 / a0 - b1 / b0))
p <- c(.011, .2, .0004, .03, .049, .6, .0211)

json <- list(
  about = list(program = paste(R.version.string, "survey", packageVersion("survey")), script = "make_golden.R",
               design = "svydesign(id=~1, strata=~joined, weights=~weight, fpc=~population, data=respondents)"),
  weights = list(call = "base * (sum of base in the sample / among respondents) by joined stratum",
                 values = data$weight),
  estimates = found,
  index = list(call = "svycontrast(svytotal(~y1+y2+y3+d1+d2+d3, design), quote(100*((y1/d1+y2/d2+y3/d3)/3+1)/2))",
               est = as.numeric(coef(index)), se = as.numeric(SE(index))),
  difference = list(call = "svycontrast(svytotal(~a1+a0+b1+b0, design), quote(a1/a0-b1/b0)), a: sector 1, b: size > 0",
                    est = as.numeric(coef(gap)), se = as.numeric(SE(gap))),
  p_adjust = list(call = "p.adjust(p, 'holm'), p.adjust(p, 'BH')", p = p, holm = p.adjust(p, "holm"),
                  bh = p.adjust(p, "BH")),
  clopper_pearson = list(call = "binom.test(c(0, 12, 25), 25)$conf.int", n = 25, ones = c(0, 12, 25),
                         low = sapply(c(0, 12, 25), function(x) binom.test(x, 25)$conf.int[1]),
                         high = sapply(c(0, 12, 25), function(x) binom.test(x, 25)$conf.int[2])))
writeLines(jsonlite::toJSON(json, digits = NA, auto_unbox = TRUE, pretty = TRUE), "barometer.json")

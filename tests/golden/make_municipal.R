# Makes tests/golden/municipal.csv and municipal.json: a constructed file with all kinds of strata side by side, and
# what R's survey finds in it. Run in this folder: Rscript make_municipal.R (R >= 4.2, survey and jsonlite).
# Strata 0, 1: workplaces drawn from N (the PSU is the workplace). 2: all units answered. 3, 4: municipalities drawn,
# then workplaces in them. 5: all municipalities taken, workplaces drawn. 6: one municipality, taken, workplaces drawn.
suppressPackageStartupMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
set.seed(20261129, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

one <- function(stratum, n, N) data.frame(stratum, psu = paste0(stratum, "-", seq_len(n)), N, M = 1, m = 1)
two <- function(stratum, n, N, M, m) {
  rows <- data.frame(stratum, psu = paste0(stratum, "-", seq_len(n)), N, M, m = pmin(m, M))
  rows[rep(seq_len(n), rows$m), ]
}
data <- rbind(one(0, 25, 400), one(1, 18, 60), one(2, 6, 6), two(3, 8, 20, c(12, 30, 5, 44, 9, 16, 3, 21), c(4, 6, 5, 7, 3, 4, 2, 5)),
              two(4, 5, 31, c(8, 14, 6, 25, 11), c(3, 4, 2, 6, 3)), two(5, 6, 6, c(40, 22, 18, 9, 60, 13), c(8, 6, 5, 9, 10, 4)),
              two(6, 1, 1, 35, 9))
taken <- tapply(data$psu, data$stratum, function(x) length(unique(x)))
data$w <- data$N / taken[as.character(data$stratum)] * data$M / data$m * runif(nrow(data), .9, 1.1)
effect <- rnorm(length(unique(data$psu)), sd = .6)
names(effect) <- unique(data$psu)
lean <- effect[data$psu] + .2 * data$stratum - .5
data$innovative <- as.integer(lean + rnorm(nrow(data)) > 0)
data$balance <- pmax(-1, pmin(1, round(lean + rnorm(nrow(data), sd = .8))))
data$balance[runif(nrow(data)) < .08] <- NA
data$size <- exp(2 + .5 * lean + rnorm(nrow(data)))
data$region <- ifelse(data$stratum %% 2 == 0, "north", ifelse(runif(nrow(data)) < .4, "east", "west"))
data$unit <- seq_len(nrow(data))
data$w <- signif(data$w, 12)
data$size <- signif(data$size, 8)
write.csv(data[, c("stratum", "psu", "unit", "N", "M", "w", "innovative", "balance", "size", "region")], "municipal.csv",
          row.names = FALSE, quote = FALSE)
data <- read.csv("municipal.csv")

design <- svydesign(id = ~psu + unit, strata = ~stratum, fpc = ~N + M, weights = ~w, data = data)
found <- list()
note <- function(call, estimand, y, domain, result, sub) {
  found[[length(found) + 1]] <<- list(call = call, estimand = estimand, y = y, domain = domain,
    est = as.numeric(coef(result)), se = as.numeric(SE(result)), degf = degf(sub), n = sum(!is.na(sub$variables[[y]])))
}
domains <- list(all = rep(TRUE, nrow(data)), north = data$region == "north", east = data$region == "east",
                taken = data$stratum >= 5, clustered = data$stratum %in% 3:4, known = data$stratum == 2)
for (name in names(domains)) {
  sub <- subset(design, domains[[name]])
  note(sprintf("svymean(~innovative, subset(design, %s))", name), "share", "innovative", name, svymean(~innovative, sub), sub)
  note(sprintf("svytotal(~size, subset(design, %s))", name), "total", "size", name, svytotal(~size, sub), sub)
  answered <- subset(design, domains[[name]] & !is.na(data$balance))
  note(sprintf("svymean(~balance, subset(design, %s & !is.na(balance)))", name), "net_balance", "balance", name,
       svymean(~balance, answered), answered)
}
by <- svyby(~innovative, ~region, design, svymean, covmat = TRUE)
table <- svymean(~interaction(region, innovative), design)
json <- list(
  about = list(program = paste(R.version.string, "survey", packageVersion("survey")), script = "make_municipal.R",
    design = "svydesign(id=~psu+unit, strata=~stratum, fpc=~N+M, weights=~w, data=municipal)"),
  estimates = found,
  by = list(call = "vcov(svyby(~innovative, ~region, design, svymean, covmat=TRUE))", levels = names(coef(by)),
    values = unname(vcov(by))),
  table = list(call = "svymean(~interaction(region, innovative), design)", levels = names(coef(table)),
    est = as.numeric(coef(table)), values = unname(vcov(table))))
writeLines(jsonlite::toJSON(json, digits = NA, auto_unbox = TRUE, pretty = TRUE), "municipal.json")

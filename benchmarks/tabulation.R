# The same table with R's survey, for benchmarks/tabulation.py: every share of every item in every domain, with its
# standard error and logit limits. Argument: the folder with the rows and the domains.
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "fail")
folder <- commandArgs(trailingOnly = TRUE)[1]
data <- read.csv(file.path(folder, "rows.csv"))
domains <- read.csv(file.path(folder, "domains.csv"))
items <- grep("^item", names(data), value = TRUE)
for (item in items) data[[item]] <- factor(data[[item]])
whole <- svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = data)

started <- proc.time()[["elapsed"]]
found <- vector("list", nrow(domains) * length(items))
place <- 0
for (d in seq_len(nrow(domains))) {
  region <- domains$region[d]
  kind <- domains$kind[d]
  inside <- (region < 0 | data$region == region) & (kind < 0 | data$kind == kind)
  domain <- subset(whole, inside)
  for (item in items) {
    share <- svymean(as.formula(paste0("~", item)), domain, na.rm = TRUE)
    p <- as.numeric(coef(share))
    se <- as.numeric(SE(share))
    half <- qt(.975, degf(domain)) * se / (p * (1 - p))
    place <- place + 1
    found[[place]] <- data.frame(domain = d - 1, value = p, error = se,
                                 low = plogis(qlogis(p) - half), high = plogis(qlogis(p) + half))
  }
}
elapsed <- proc.time()[["elapsed"]] - started
table <- do.call(rbind, found)
write.csv(format(table, digits = 15), file.path(folder, "found.csv"), row.names = FALSE, quote = FALSE)
cat(elapsed, as.character(packageVersion("survey")), "\n")

# The peer of benchmarks/scales.py: reads answers, prints one line a job: name, seconds, a number to compare.
arguments <- commandArgs(trailingOnly = TRUE)
suppressPackageStartupMessages({library(lavaan); library(MASS)})
data <- read.csv(arguments[1])
items <- setdiff(names(data), "group")
print_job <- function(name, work) {
  seconds <- system.time(value <- work())[["elapsed"]]
  cat(name, seconds, format(value, digits = 12), "\n")
}
print_job("dif", function() {
  effect <- 0
  for (item in items) {
    d <- data.frame(y = factor(data[[item]]), score = rowMeans(data[setdiff(items, item)]), g = factor(data$group))
    fits <- list(polr(y ~ 1, d), polr(y ~ score, d), polr(y ~ score + g, d), polr(y ~ score * g, d))
    effect <- max(effect, (fits[[2]]$deviance - fits[[4]]$deviance) / fits[[1]]$deviance)
  }
  effect
})
print_job("invariance", function() {
  model <- paste("f =~", paste(items, collapse = " + "))
  for (equal in list("", "loadings", c("loadings", "intercepts"))) {
    fit <- cfa(model, data, group = "group", group.equal = equal, std.lv = TRUE, meanstructure = TRUE)
  }
  fitMeasures(fit, "chisq")
})

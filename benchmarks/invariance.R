# Configural, metric and scalar model of one factor; the chi-square of the last.
prepare <- function(rows, part) rows
work <- function(rows) {
  model <- paste("f =~", paste(grep("^step", names(rows), value = TRUE), collapse = " + "))
  for (equal in list("", "loadings", c("loadings", "intercepts"))) {
    fit <- cfa(model, rows, group = "group", group.equal = equal, std.lv = TRUE, meanstructure = TRUE)
  }
  list(chi2 = fitMeasures(fit, "chisq"))
}

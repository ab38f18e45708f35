# Bootstrap replicates, drawn and applied to the means of all items.
prepare <- function(rows, part) {
  items <- grep("^item", names(rows), value = TRUE)
  for (item in items) rows[[item]][is.na(rows[[item]])] <- 0
  list(count = part$count, formula = as.formula(paste0("~", paste(items, collapse = "+"))),
       whole = svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = rows))
}
work <- function(given) {
  replicates <- as.svrepdesign(given$whole, type = "subbootstrap", replicates = given$count)
  list(error = SE(svymean(given$formula, replicates)))
}

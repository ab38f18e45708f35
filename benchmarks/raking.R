# Raking on all margins to a relative error of 1e-10.
prepare <- function(rows, part) {
  margins <- paste0("margin", 0:4)
  for (margin in margins) rows[[margin]] <- part[[margin]]
  totals <- lapply(0:4, function(place) {
    one <- data.frame(seq_along(part[[paste0("totals", place)]]) - 1, part[[paste0("totals", place)]])
    names(one) <- c(paste0("margin", place), "Freq")
    one
  })
  list(formulas = lapply(margins, function(margin) as.formula(paste0("~", margin))), totals = totals,
       whole = svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = rows))
}
work <- function(given) {
  raked <- rake(given$whole, given$formulas, given$totals, control = list(maxit = 100, epsilon = 1e-10))
  list(weight = weights(raked))
}

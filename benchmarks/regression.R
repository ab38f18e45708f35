# The same model by svyglm.
prepare <- function(rows, part) {
  for (name in c("region", "kind", "size")) rows[[name]] <- factor(rows[[name]])
  svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = rows)
}
work <- function(given) {
  model <- svyglm(outcome ~ region + kind + size + number0 + number1 + number2, given, family = quasibinomial())
  list(coefficient = coef(model), error = SE(model))
}

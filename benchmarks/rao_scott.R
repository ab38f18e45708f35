# The test of each item chosen by country, among those who answered: svychisq alone counts degrees over all rows.
prepare <- function(rows, part) {
  items <- sprintf("item%02d", part$item)
  for (item in items) rows[[item]] <- factor(rows[[item]])
  rows$country <- factor(rows$country)
  list(items = items, whole = svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = rows))
}
work <- function(given) {
  tests <- lapply(given$items, function(item) {
    answered <- subset(given$whole, !is.na(given$whole$variables[[item]]))
    svychisq(as.formula(paste0("~country+", item)), answered, statistic = "F")
  })
  list(statistic = sapply(tests, function(one) one$statistic), p = sapply(tests, function(one) one$p.value))
}

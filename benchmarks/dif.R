# Four ordinal models of each item: alone, with the rest score, with the group, with both and their product.
prepare <- function(rows, part) rows
work <- function(rows) {
  items <- grep("^step", names(rows), value = TRUE)
  change <- sapply(items, function(item) {
    d <- data.frame(y = factor(rows[[item]]), score = rowMeans(rows[setdiff(items, item)]), g = factor(rows$group))
    fits <- list(polr(y ~ 1, d), polr(y ~ score, d), polr(y ~ score + g, d), polr(y ~ score * g, d))
    (fits[[2]]$deviance - fits[[4]]$deviance) / fits[[1]]$deviance
  })
  list(change = change)
}

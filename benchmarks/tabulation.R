# Every share of every item in the domains chosen, with its standard error and logit limits.
prepare <- function(rows, part) {
  items <- grep("^item", names(rows), value = TRUE)
  for (item in items) rows[[item]] <- factor(rows[[item]])
  whole <- svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = rows)
  list(rows = rows, part = part, items = items, whole = whole)
}
work <- function(given) {
  value <- error <- low <- high <- list()
  for (d in seq_along(given$part$region)) {
    region <- given$part$region[d]
    kind <- given$part$kind[d]
    inside <- (region < 0 | given$rows$region == region) & (kind < 0 | given$rows$kind == kind)
    domain <- subset(given$whole, inside)
    for (item in given$items) {
      share <- svymean(as.formula(paste0("~", item)), domain, na.rm = TRUE)
      p <- as.numeric(coef(share))
      se <- as.numeric(SE(share))
      half <- qt(.975, degf(domain)) * se / (p * (1 - p))
      place <- length(value) + 1
      value[[place]] <- p
      error[[place]] <- se
      low[[place]] <- plogis(qlogis(p) - half)
      high[[place]] <- plogis(qlogis(p) + half)
    }
  }
  list(value = unlist(value), error = unlist(error))
}

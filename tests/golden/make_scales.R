# Makes tests/golden/scales.csv and scales.json: constructed answers to six items of four steps in three groups, item5
# harder in group 2, and what R's psych, lavaan, survey and MASS find in them. Run in this folder: Rscript make_scales.R
# (R 4.2, packages lavaan 0.6-14, psych 2.2.9, MASS 7.3-58, survey 4.1 and jsonlite).
suppressPackageStartupMessages({library(survey); library(lavaan); library(psych); library(MASS)})
options(digits = 17, survey.lonely.psu = "fail")
set.seed(20261129, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

items <- paste0("item", 1:6)
N <- c(1400, 500, 900, 300, 700, 250)
n <- c(140, 110, 150, 120, 130, 100)
stratum <- rep(0:5, n)
data <- data.frame(stratum = stratum, group = stratum %/% 2, N = N[stratum + 1])
m <- nrow(data)
data$weight <- round((N / n)[stratum + 1] * runif(m, .7, 1.4), 4)
factor1 <- rnorm(m) * c(1, 1.2, .9)[data$group + 1] + c(0, .3, -.2)[data$group + 1]
loading <- c(.9, .8, 1.1, .7, 1, .6)
hard <- c(0, .3, -.2, .5, .1, -.4)
for (j in 1:6) {
  lean <- loading[j] * factor1 + rnorm(m) - hard[j] - ifelse(j == 5 & data$group == 2, 1.1, 0)
  data[[items[j]]] <- as.integer(cut(lean, c(-Inf, -1.1, 0, 1.1, Inf))) - 1L
}
for (j in c(2, 6)) data[[items[j]]][runif(m) < .04] <- NA
write.csv(data, "scales.csv", row.names = FALSE, quote = FALSE)
full <- data[complete.cases(data[items]), ]

# --- Reliability: complete rows, weighted.
covariance <- cov.wt(full[items], wt = full$weight)$cov
covariance <- (covariance + t(covariance)) / 2
a <- suppressWarnings(alpha(covariance))
design <- svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~N, data = data)
sub <- subset(design, complete.cases(data[items]))
total <- rowSums(data[items])
sub$variables$t1 <- total[complete.cases(data[items])]
sub$variables$t2 <- sub$variables$t1^2
for (j in 1:6) sub$variables[[paste0("s", j)]] <- sub$variables[[items[j]]]^2
sums <- svymean(~item1 + item2 + item3 + item4 + item5 + item6 + s1 + s2 + s3 + s4 + s5 + s6 + t1 + t2, sub)
curve <- svycontrast(sums, quote(6 / 5 * (1 - (s1 - item1^2 + s2 - item2^2 + s3 - item3^2 + s4 - item4^2 + s5 - item5^2
                                               + s6 - item6^2) / (t2 - t1^2))))
model <- paste("f =~", paste(items, collapse = " + "))
tight <- list(std.lv = TRUE, meanstructure = TRUE, control = list(iter.max = 5000, rel.tol = 1e-14),
              optim.force.converged = TRUE, warn = FALSE)
run <- function(...) do.call("cfa", c(list(model), list(...), tight))
shape <- function(fit) {
  x <- fitMeasures(fit, c("chisq", "df", "cfi", "rmsea", "srmr", "baseline.chisq", "baseline.df"))
  as.list(setNames(as.numeric(x), gsub("\\.", "_", names(x))))
}
one <- run(data = full, sampling.weights = "weight", estimator = "ML")
lambda <- as.numeric(lavInspect(one, "est")$lambda); theta <- diag(lavInspect(one, "est")$theta)
reliability <- list(
  n = nrow(full), alpha = a$total$raw_alpha, alpha_se = as.numeric(SE(curve)), alpha_linearised = as.numeric(coef(curve)),
  dropped = a$alpha.drop$raw_alpha, item_rest = sapply(1:6, function(j) {
    others <- rep(1, 6); others[j] <- 0
    as.numeric(covariance[j, ] %*% others / sqrt(covariance[j, j] * t(others) %*% covariance %*% others))
  }), item_rest_psych = a$item.stats$r.drop,
  loadings = lambda, uniquenesses = as.numeric(theta), omega = sum(lambda)^2 / (sum(lambda)^2 + sum(theta)),
  calls = list("psych::alpha(cov.wt(complete[items], wt = weight)$cov)", "item_rest: cov.wt by hand (psych's r.drop equal)",
    "se: svycontrast(svymean(~ items + squares + total, subset(design, complete)), quote(6/5 * (1 - ...)))",
    "lavaan::cfa(model, complete, sampling.weights = 'weight', std.lv = TRUE)"))

# --- Invariance: complete rows, unweighted and weighted.
steps <- function(weights = NULL) {
  extra <- if (is.null(weights)) list(data = full) else
    list(data = full, sampling.weights = weights, sampling.weights.normalization = "group", estimator = "ML")
  go <- function(...) do.call(run, c(extra, list(group = "group"), list(...)))
  configural <- go()
  metric <- go(group.equal = "loadings")
  scalar <- go(group.equal = c("loadings", "intercepts"))
  partial <- go(group.equal = c("loadings", "intercepts"), group.partial = "item5 ~ 1")
  list(fits = list(configural, metric, scalar, partial),
       shape = list(configural = shape(configural), metric = shape(metric), scalar = shape(scalar),
                    partial = shape(partial)))
}
plain <- steps(); weighted <- steps("weight")
# The score test of each item's intercept: the two equality constraints of the item released at once.
scalar <- plain$fits[[3]]
table <- parTable(scalar)
released <- sapply(items, function(item) {
  labels <- table$plabel[table$op == "~1" & table$lhs == item]
  equal <- table[table$op == "==", ]
  which_ones <- which(equal$rhs %in% labels | equal$lhs %in% labels)
  test <- lavTestScore(scalar, release = which_ones)
  test$test$X2
})
metric <- lavInspect(plain$fits[[2]], "est"); partial <- lavInspect(plain$fits[[4]], "est")
robust <- run(data = full, group = "group", group.equal = "loadings", estimator = "MLM")
scaled <- fitMeasures(robust, c("chisq.scaled", "chisq.scaling.factor"))
invariance <- list(
  unweighted = plain$shape, weighted = weighted$shape, score_tests = as.numeric(released),
  metric_loadings = as.numeric(metric[[1]]$lambda), metric_variances = sapply(metric, function(g) g$psi[1, 1]),
  partial_means = sapply(partial, function(g) g$alpha[1, 1]),
  partial_item5 = sapply(partial, function(g) g$nu[5, 1]), scaled_chisq = as.numeric(scaled[1]),
  scaling_factor = as.numeric(scaled[2]),
  calls = list("lavaan::cfa(model, complete, group = 'group', group.equal = ..., std.lv = TRUE)",
    "weighted: sampling.weights = 'weight', sampling.weights.normalization = 'group', estimator = 'ML'",
    "score_tests: lavTestScore(scalar, release = <both constraints of the item's intercept>)",
    "partial: group.partial = 'item5 ~ 1'", "scaled: metric with estimator = 'MLM'"))

# --- Differential item functioning: polr of the item on the mean of the others, on those who answered everything.
dif <- function(j, weight) {
  d <- full; d$y <- factor(d[[items[j]]]); d$score <- rowMeans(d[items[-j]]); d$g <- factor(d$group); d$w <- weight
  tight <- list(reltol = 1e-16, maxit = 2000)
  f <- list(polr(y ~ 1, d, weights = w, control = tight), polr(y ~ score, d, weights = w, control = tight),
            polr(y ~ score + g, d, weights = w, control = tight),
            polr(y ~ score * g, d, weights = w, control = tight))
  list(deviances = sapply(f, function(x) x$deviance), uniform = as.numeric(coef(f[[3]])),
       both = as.numeric(coef(f[[4]])))
}
kish <- ave(full$weight, full$group, FUN = function(w) w * sum(w) / sum(w^2))
dif_all <- list(unweighted = lapply(1:6, dif, weight = rep(1, nrow(full))), weighted = lapply(1:6, dif, weight = kish),
  calls = list("MASS::polr(factor(item) ~ score * factor(group), weights = w, control = list(reltol = 1e-16))",
               "score: mean of the other five; weighted: w * sum(w) / sum(w^2) within the group"))

about <- list(script = "make_scales.R", program = paste(R.version.string, "lavaan", packageVersion("lavaan"), "psych",
  packageVersion("psych"), "MASS", packageVersion("MASS"), "survey", packageVersion("survey")))
writeLines(jsonlite::toJSON(list(about = about, reliability = reliability, invariance = invariance, dif = dif_all),
                            digits = NA, auto_unbox = TRUE, pretty = TRUE), "scales.json")

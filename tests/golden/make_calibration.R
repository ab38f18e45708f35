# Makes tests/golden/calibration.csv, calibration.json: calibrated weights and their variances in R's survey, a
# two-phase follow-up of who did not answer, late answerers, and response propensities by glm. Run in this folder:
# Rscript make_calibration.R (R >= 4.2, packages survey and jsonlite). Data: apiclus1 of the package survey
# (California Academic Performance Index 2000), and a constructed sample.
suppressPackageStartupMessages(library(survey))
options(digits = 17)
data(api)
used <- apiclus1[, c("dnum", "stype", "sch.wide", "api99", "api00", "enroll", "pw", "fpc")]
names(used)[3] <- "sch_wide"
write.csv(used, "calibration.csv", row.names = FALSE, quote = FALSE)
clus1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = used)
stype <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018)
both <- c(stype, api99 = 3914069)
fine <- list(maxit = 500, epsilon = 1e-13)
calls <- list(
  linear = quote(calibrate(clus1, ~stype, stype, maxit = 500, epsilon = 1e-13)),
  raking = quote(calibrate(clus1, ~ stype + api99, both, calfun = "raking", maxit = 500, epsilon = 1e-13)),
  logit = quote(calibrate(clus1, ~ stype + api99, both, calfun = "logit", bounds = c(.4, 1.6), maxit = 500,
                          epsilon = 1e-13)),
  truncated = quote(calibrate(clus1, ~ stype + api99, both, calfun = "linear", bounds = c(.45, 1.597), maxit = 5000,
                              epsilon = 1e-13)),
  poststratify = quote(postStratify(clus1, ~stype, data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)))),
  rake = quote(rake(clus1, list(~stype, ~sch_wide), list(data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)),
                    data.frame(sch_wide = c("No", "Yes"), Freq = c(1072, 5122))), control = list(maxit = 1000, epsilon = 1e-11)))
)
calibrations <- lapply(calls, function(call) {
  design <- eval(call)
  mean <- svymean(~api00, design)
  total <- svytotal(~enroll, design)
  list(call = paste(deparse(call, width.cutoff = 500), collapse = " "), weights = as.numeric(weights(design)),
       mean = c(coef(mean), SE(mean)), total = c(coef(total), SE(total)))
})

# Follow-up of non-respondents: 4 strata; of who did not answer a part is asked again and answers.
set.seed(20260128, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
N <- c(300, 180, 90, 40)
drawn <- c(60, 40, 30, 20)
rows <- data.frame(stratum = rep(0:3, drawn), population = rep(N, drawn))
n <- nrow(rows)
rows$answered <- as.integer(runif(n) < c(.5, .6, .55, .7)[rows$stratum + 1])
rows$followed <- 0
for (h in 0:3) {
  left <- which(rows$stratum == h & rows$answered == 0)
  rows$followed[sample(left, max(2, floor(length(left) / 3)))] <- 1
}
rows$y <- as.integer(runif(n) < ifelse(rows$answered == 1, .7, .45))
rows$x <- round(rlnorm(n, 2 + .3 * rows$stratum - .2 * (1 - rows$answered)), 3)
rows$domain <- as.integer(runif(n) < .5)
rows$phase2 <- rows$answered == 1 | rows$followed == 1
rows$group <- interaction(rows$stratum, rows$answered)
# A stratum at a time: twophase(method = "full") of survey 4.1.1 takes the sample size of the first stratum for all.
two <- lapply(0:3, function(h) {
  twophase(id = list(~1, ~1), strata = list(NULL, ~group), fpc = list(~population, NULL), subset = ~phase2,
           data = transform(rows[rows$stratum == h, ], group = droplevels(group)), method = "full")
})
estimate <- function(call, value, inside) {
  d <- lapply(two, function(one) 1 / one$prob)
  part <- lapply(0:3, function(h) rows[rows$stratum == h & rows$phase2, ])
  up <- sum(mapply(function(w, r) sum(w * inside(r) * value(r)), d, part))
  down <- sum(mapply(function(w, r) sum(w * inside(r)), d, part))
  variance <- sapply(two, function(one) {
    r <- one$phase1$sample$variables
    one$phase1$sample$variables$u <- inside(r) * (value(r) - up / down) / down
    SE(svytotal(~u, one))^2
  })
  list(call = call, est = up / down, se = sqrt(sum(variance)))
}
everybody <- function(r) rep(1, nrow(r))
followup <- list(
  design = "by stratum: twophase(id=list(~1,~1), strata=list(NULL,~answered), fpc=list(~population,NULL), subset=~answered|followed, method='full'); sqrt of the sum of SE(svytotal(~u))^2, u = domain * (y - mean) / sum of weights",
  rows = rows[, c("stratum", "population", "answered", "followed", "y", "x", "domain")],
  share = estimate("y", function(r) r$y, everybody), mean = estimate("x", function(r) r$x, everybody),
  domain = estimate("y in domain", function(r) r$y, function(r) r$domain))

# Response propensities of three frame variables, unweighted and weighted.
frame <- data.frame(level = rep(0:1, c(220, 180)), size = rep(0:2, length.out = 400), sector = sample(0:3, 400, TRUE),
                    weight = round(runif(400, 1, 9), 3))
frame$responded <- as.integer(runif(400) < plogis(-.3 + .5 * frame$level + .4 * frame$size - .3 * (frame$sector == 2)))
control <- glm.control(epsilon = 1e-15, maxit = 100)
plain <- glm(responded ~ factor(level) + factor(size) + factor(sector), binomial, frame, control = control)
weighted <- glm(responded ~ factor(level) + factor(size) + factor(sector), quasibinomial, frame, weights = weight,
                control = control)
propensity <- list(rows = frame,
  plain = list(call = "fitted(glm(responded ~ factor(level)+factor(size)+factor(sector), binomial))",
               fitted = as.numeric(fitted(plain)), coef = as.numeric(coef(plain)), se = as.numeric(sqrt(diag(vcov(plain))))),
  weighted = list(call = "the same with quasibinomial and weights=weight", fitted = as.numeric(fitted(weighted)),
                  coef = as.numeric(coef(weighted))))

# Late answerers and level of effort: differences and slopes of the linearised regression in the clustered design.
clus1 <- update(clus1, wide = as.numeric(sch_wide == "Yes"), effort = enroll %% 4, late = as.numeric(enroll %% 4 > 0))
slope <- function(call) {
  found <- summary(eval(call))$coefficients
  list(call = deparse(call), est = found[2, 1], se = found[2, 2])
}
effort <- list(difference = slope(quote(svyglm(wide ~ late, clus1))), slope = slope(quote(svyglm(wide ~ effort, clus1))))

json <- list(about = list(program = paste(R.version.string, "survey", packageVersion("survey")),
                          script = "make_calibration.R",
                          design = "clus1 <- svydesign(id=~dnum, weights=~pw, fpc=~fpc, data=apiclus1)",
                          totals = "stype <- c(`(Intercept)`=6194, stypeH=755, stypeM=1018); both <- c(stype, api99=3914069)"),
             calibrations = calibrations, followup = followup, propensity = propensity, effort = effort)
writeLines(jsonlite::toJSON(json, digits = NA, auto_unbox = TRUE, pretty = FALSE, dataframe = "columns"), "calibration.json")

# Makes tests/golden/api_models.csv and api_models.json: tests and regressions of R's survey on its own api data.
# Run in this folder: Rscript make_api_models.R (packages survey and jsonlite).
# Each fit starts again at its own coefficients: R takes the covariance from the weights before its last step, which
# after one fit are right to about seven digits only.
suppressPackageStartupMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
data(api)
columns <- c("stype", "dnum", "api99", "api00", "growth", "ell", "meals", "mobility", "sch.wide", "comp.imp", "awards",
             "pw", "fpc1", "fpc2")
apistrat$fpc1 <- apistrat$fpc
apistrat$fpc2 <- NA
apiclus2$pw <- weights(svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2))
both <- rbind(cbind(sample = "strat", apistrat[, columns]), cbind(sample = "clus2", apiclus2[, columns]))
both$row <- c(seq_len(nrow(apistrat)), seq_len(nrow(apiclus2)))
names(both) <- gsub(".", "_", names(both), fixed = TRUE)
write.csv(both, "api_models.csv", row.names = FALSE, quote = FALSE, na = "")

strata <- both[both$sample == "strat", ]
cluster <- both[both$sample == "clus2", ]
calls <- list(
  strat = quote(svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc1, data = strata)),
  strat_nofpc = quote(svydesign(id = ~1, strata = ~stype, weights = ~pw, data = strata)),
  clus2 = quote(svydesign(id = ~dnum + row, fpc = ~fpc1 + fpc2, data = cluster)),
  clus2_wr = quote(svydesign(id = ~dnum, weights = ~pw, data = cluster))
)
numbers <- function(test) list(statistic = as.numeric(test$statistic), parameter = as.numeric(test$parameter),
                               p = as.numeric(test$p.value))
fitted <- function(call, design, family, terms = NULL) {
  formula <- as.formula(call)
  begin <- coef(svyglm(formula, design, family = family))
  for (again in 1:2) {
    model <- do.call(svyglm, list(formula, design = design, family = family, start = begin))
    begin <- coef(model)
  }
  result <- list(call = call, family = family$family, coef = unname(coef(model)), vcov = unname(vcov(model)),
                 df = model$df.residual, p = unname(summary(model)$coefficients[, 4]))
  if (!is.null(terms)) {
    block <- regTermTest(model, terms)
    result$wald <- list(F = as.numeric(block$Ftest), df = block$df, ddf = block$ddf, p = as.numeric(block$p))
  }
  result
}
found <- list(about = list(program = paste0(R.version.string, ", survey ", packageVersion("survey")),
                           data = "apistrat and apiclus2 of the R package survey (California Academic Performance Index)",
                           designs = lapply(calls, function(one) paste(deparse(one), collapse = " "))))
for (name in names(calls)) {
  design <- eval(calls[[name]])
  design <- update(design, untied = api00 + row / 1000, wide = as.numeric(sch_wide == "Yes"),
                   met = (sch_wide == "Yes") + (comp_imp == "Yes"), small = stype != "H")
  tests <- list()
  for (kind in c("F", "Chisq", "Wald", "adjWald")) {
    tests[[kind]] <- numbers(svychisq(~sch_wide + stype, design, statistic = kind))
  }
  ranks <- list()
  for (kind in c("wilcoxon", "vanderWaerden", "median")) {
    ranks[[kind]] <- numbers(svyranktest(untied ~ comp_imp, design, test = kind))
  }
  ranks$KruskalWallis <- numbers(svyranktest(untied ~ stype, design, test = "KruskalWallis"))
  part <- subset(design, small)
  means <- svypredmeans(svyglm(wide ~ ell, design, family = quasibinomial()), ~stype)
  found[[name]] <- list(
    chisq = tests,
    chisq_domain = numbers(svychisq(~sch_wide + comp_imp, part)),
    ranktest = ranks,
    ttest = numbers(svyttest(api00 ~ comp_imp, design)),
    ttest_one = numbers(svyttest(I(growth - 25) ~ 0, design)),
    glm = list(
      fitted("api00 ~ ell + meals + mobility", design, gaussian()),
      fitted("wide ~ ell + meals + api99", design, quasibinomial(), ~ell + meals),
      fitted("wide ~ stype + ell", design, quasibinomial(), ~stype),
      fitted("met ~ ell + meals", design, quasipoisson(), ~ell + meals)
    ),
    glm_domain = fitted("api00 ~ ell + meals", part, gaussian()),
    predicted = list(call = "svypredmeans(svyglm(wide ~ ell, design, quasibinomial), ~stype)",
                     levels = names(coef(means)), value = unname(coef(means)))
  )
}
# The error of differences of predictive margins by the jackknife: R's own linearisation of them is smaller.
margins <- function(w, data) {
  data$share <- w / mean(w)
  model <- suppressWarnings(glm((sch_wide == "Yes") ~ stype + ell, quasibinomial, data, weights = share))
  level <- function(shift) sum(w * plogis(coef(model)[1] + coef(model)["ell"] * data$ell + shift)) / sum(w)
  c(level(coef(model)["stypeH"]), level(coef(model)["stypeM"])) - level(0)
}
for (name in "strat_nofpc") {
  copies <- withReplicates(as.svrepdesign(eval(calls[[name]])), margins)
  found[[name]]$jackknife <- list(call = "withReplicates(as.svrepdesign(design), margins)",
                                  value = as.numeric(copies), se = as.numeric(SE(copies)))
}
writeLines(jsonlite::toJSON(found, digits = NA, auto_unbox = TRUE, pretty = TRUE), "api_models.json")

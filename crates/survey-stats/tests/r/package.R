# Weights, tests and models over the data sets of the package survey. Rscript package.R <folder of output>
# Writes the data and package.csv: key, figure. Nothing of it is kept in the repository.
suppressMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
number <- function(x) formatC(as.numeric(x), digits = 17, width = 1)
out <- list()
add <- function(key, figure) out[[length(out) + 1]] <<- data.frame(key, figure = number(figure))
data(api); data(nhanes)
columns <- c("dnum", "snum", "pw", "fpc", "stype", "sch.wide", "comp.imp", "awards", "api00", "api99", "ell", "meals", "mobility", "enroll")
keep <- function(frame, name) {
  for (column in names(frame)) if (is.factor(frame[[column]])) frame[[column]] <- gsub(",", ";", as.character(frame[[column]]))
  frame$wide <- if ("sch.wide" %in% names(frame)) as.integer(frame$sch.wide == "Yes") else NULL
  write.csv(frame, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE, na = "")
  frame
}
strat <- keep(apistrat[, columns], "api-strat"); clus1 <- keep(apiclus1[, columns], "api-clus1")
health <- keep(nhanes, "nhanes-full")
designs <- list(strat = svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat),
                clus1 = svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = clus1))
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
control <- list(epsilon = 1e-14, maxit = 2000)
totals <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069)
sets <- list(
  poststrata = postStratify(designs$clus1, ~stype, types),
  rake = rake(designs$clus1, list(~stype, ~sch.wide), list(types, wide), control = control),
  linear = calibrate(designs$clus1, ~ stype + api99, totals),
  raking = calibrate(designs$clus1, ~ stype + api99, totals, calfun = "raking", epsilon = 1e-13),
  logit = calibrate(designs$clus1, ~ stype + api99, totals, calfun = "logit", bounds = c(0.5, 2), epsilon = 1e-13))
for (name in names(sets)) {
  answer <- svytotal(~enroll, sets[[name]]); mean <- svymean(~api00, sets[[name]])
  add(paste0(name, "/total"), coef(answer)); add(paste0(name, "/total-se"), SE(answer))
  add(paste0(name, "/mean"), coef(mean)); add(paste0(name, "/mean-se"), SE(mean))
}
for (name in names(designs)) {
  fit <- svyglm(api00 ~ ell + meals + mobility, designs[[name]])
  for (i in 1:4) { add(paste(name, "linear", i, "value", sep = "/"), coef(fit)[i]); add(paste(name, "linear", i, "se", sep = "/"), SE(fit)[i]) }
  fit <- svyglm(wide ~ ell + meals + mobility, designs[[name]], family = quasibinomial, epsilon = 1e-15, maxit = 100)
  for (i in 1:4) { add(paste(name, "logistic", i, "value", sep = "/"), coef(fit)[i]); add(paste(name, "logistic", i, "se", sep = "/"), SE(fit)[i]) }
  test <- svychisq(~ sch.wide + comp.imp, designs[[name]])
  add(paste0(name, "/chi"), test$statistic); add(paste0(name, "/chi-p"), test$p.value)
  test <- svyttest(api00 ~ wide, designs[[name]])
  add(paste0(name, "/t"), test$statistic); add(paste0(name, "/t-p"), test$p.value)
  add(paste0(name, "/alpha"), svycralpha(~ ell + meals + mobility, designs[[name]]))
}
d <- svydesign(ids = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = health)
fit <- svyglm(HI_CHOL ~ race + agecat + RIAGENDR, d, family = quasibinomial, epsilon = 1e-15, maxit = 100)
d <- update(d, race = factor(race))
fit <- svyglm(HI_CHOL ~ race + agecat + RIAGENDR, d, family = quasibinomial, epsilon = 1e-15, maxit = 100)
for (i in seq_along(coef(fit))) { add(paste("nhanes/logistic", i, "value", sep = "/"), coef(fit)[i]); add(paste("nhanes/logistic", i, "se", sep = "/"), SE(fit)[i]) }
test <- regTermTest(fit, ~agecat)
add("nhanes/wald", test$Ftest); add("nhanes/wald-p", test$p)
write.csv(do.call(rbind, out), file.path(folder, "package.csv"), row.names = FALSE, quote = FALSE)

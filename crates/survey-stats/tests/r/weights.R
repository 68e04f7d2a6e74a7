# Steps that change weights. Rscript weights.R <folder of data> <folder of output>
# New weights go to adjusted-weights.csv (one column a case), figures to weights.csv.
suppressMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
sipas <- read.csv(file.path(arguments[1], "sipas.csv"))
sipas$rural <- factor(sipas$rural)
design <- svydesign(ids = ~commune + village, strata = ~province, fpc = ~N1 + N2, weights = ~w, data = sipas)
clustered <- svydesign(ids = ~commune, strata = ~province, weights = ~w, data = sipas)

groups <- data.frame(group = c("middle", "old", "young"), Freq = c(520000, 470000, 390000))
rurals <- data.frame(rural = c("0", "1"), Freq = c(580000, 800000))
provinces <- data.frame(province = paste0("p", 1:6), Freq = c(300000, 190000, 150000, 590000, 6000, 144000))
auxiliaries <- ~ group + rural + income
# Order: constant, group old, group young, rural 1, income.
totals <- c(1380000, 470000, 390000, 800000, 13500000)
control <- list(epsilon = 1e-14, maxit = 2000)
sets <- list(
  poststrata = postStratify(design, ~group, groups),
  rake = rake(design, list(~group, ~rural, ~province), list(groups, rurals, provinces), control = control),
  linear = calibrate(design, auxiliaries, totals),
  bounded = calibrate(design, auxiliaries, totals, bounds = c(0.9, 1.45), calfun = "linear", epsilon = 1e-13, maxit = 500),
  raking = calibrate(design, auxiliaries, totals, calfun = "raking", epsilon = 1e-13, maxit = 500),
  logit = calibrate(design, auxiliaries, totals, bounds = c(0.7, 1.6), calfun = "logit", epsilon = 1e-13, maxit = 500),
  margins = calibrate(design, list(~group, ~rural, ~province), list(groups, rurals, provinces), calfun = "raking", epsilon = 1e-13, maxit = 500),
  clustered = calibrate(clustered, auxiliaries, totals),
  trim = trimWeights(design, lower = 500, upper = 6000),
  strict = trimWeights(design, lower = 900, upper = 4500, strict = TRUE))

number <- function(x) formatC(as.numeric(x), digits = 17, width = 1)
out <- list()
add <- function(case, statistic, estimate, se) out[[length(out) + 1]] <<- data.frame(case, statistic, estimate = number(estimate), se = number(se))
for (case in names(sets)) {
  set <- sets[[case]]
  answers <- list(total = svytotal(~item1, set), mean = svymean(~item1, set), ratio = svyratio(~on_time, ~requests, set),
    rare = svymean(~item2, subset(set, rare == 1)), rare_total = svytotal(~income, subset(set, rare == 1)))
  for (statistic in names(answers)) add(case, statistic, coef(answers[[statistic]]), SE(answers[[statistic]]))
}
columns <- as.data.frame(lapply(sets, weights))

# Non-response to item3. Classes: the delta method over the sums that the estimate is made of.
sipas$answered <- as.integer(!is.na(sipas$item3))
sipas$y <- ifelse(sipas$answered == 1, sipas$item3, 0)
for (g in groups$group) {
  sipas[[paste0("N_", g)]] <- as.integer(sipas$group == g)
  sipas[[paste0("R_", g)]] <- sipas$answered * (sipas$group == g)
  sipas[[paste0("Y_", g)]] <- sipas$y * (sipas$group == g)
}
full <- svydesign(ids = ~commune + village, strata = ~province, fpc = ~N1 + N2, weights = ~w, data = sipas)
sums <- svytotal(~N_middle + R_middle + Y_middle + N_old + R_old + Y_old + N_young + R_young + Y_young, full)
total <- quote(N_middle * Y_middle / R_middle + N_old * Y_old / R_old + N_young * Y_young / R_young)
answer <- svycontrast(sums, list(total = total, mean = bquote((.(total)) / (N_middle + N_old + N_young))))
for (statistic in c("total", "mean")) add("classes", statistic, coef(answer)[statistic], SE(answer)[statistic])
factor_of <- sapply(groups$group, function(g) sum(sipas$w[sipas$group == g]) / sum((sipas$w * sipas$answered)[sipas$group == g]))
columns$classes <- sipas$w * sipas$answered * factor_of[sipas$group]

# Propensity: the linearised variable u of a total with weights w / p, p by a weighted logistic regression.
model <- svyglm(answered ~ rural + income + item1, full, family = quasibinomial, epsilon = 1e-15, maxit = 100)
p <- fitted(model); x <- model.matrix(model)
information <- crossprod(x * sipas$w * p * (1 - p), x)
linearised <- function(z) {
  slope <- solve(information, colSums(x * sipas$w * sipas$answered / p * (1 - p) * z))
  sipas$answered / p * z - (sipas$answered - p) * drop(x %*% slope)
}
weight <- sipas$w * sipas$answered / p
full <- update(full, u = linearised(sipas$y), v = linearised((sipas$y - sum(weight * sipas$y) / sum(weight)) / sum(weight)))
add("propensity", "total", sum(weight * sipas$y), SE(svytotal(~u, full)))
add("propensity", "mean", sum(weight * sipas$y) / sum(weight), SE(svytotal(~v, full)))
columns$propensity <- weight

# Replicates: the step is done to each.
jackknife <- postStratify(as.svrepdesign(clustered, type = "JKn"), ~group, groups)
for (statistic in c("total", "mean")) {
  answer <- if (statistic == "total") svytotal(~item1, jackknife) else svymean(~item1, jackknife)
  add("jackknife", statistic, coef(answer), SE(answer))
}
write.csv(signif(columns, 15), file.path(arguments[2], "adjusted-weights.csv"), row.names = FALSE, quote = FALSE)
write.csv(do.call(rbind, out), file.path(arguments[2], "weights.csv"), row.names = FALSE, quote = FALSE)

# Tests and models; sourced by inference.R.
# t tests.
d <- designs$villages
report <- function(key, test) {
  add(paste0(key, "/t"), test$statistic); add(paste0(key, "/df"), test$parameter); add(paste0(key, "/p"), test$p.value)
  add(paste0(key, "/value"), test$estimate); add(paste0(key, "/low"), test$conf.int[1]); add(paste0(key, "/high"), test$conf.int[2])
}
report("t/two", svyttest(income ~ rural, d))
report("t/two-rare", svyttest(item1 ~ rural, subset(designs$communes, rare == 1)))
report("t/one", svyttest(I(item1 - 3.8) ~ 0, d))
report("t/paired", svyttest(I(item1 - item2) ~ 0, d))

# Rao-Scott.
for (statistic in c("F", "Chisq", "Wald", "adjWald")) for (columns in c("rural", "satisfied")) {
  test <- svychisq(as.formula(paste("~ group +", columns)), designs$communes, statistic = statistic)
  key <- paste("chi", columns, statistic, sep = "/")
  add(paste0(key, "/statistic"), test$statistic); add(paste0(key, "/p"), test$p.value)
  add(paste0(key, "/above"), test$parameter[1])
  if (length(test$parameter) > 1) add(paste0(key, "/below"), test$parameter[2])
}
test <- svychisq(~ item1 + group, designs$villages)
add("chi/item1/F/statistic", test$statistic); add("chi/item1/F/p", test$p.value)
add("chi/item1/F/above", test$parameter[1]); add("chi/item1/F/below", test$parameter[2])

# Two years, half of the communes in both: the second year moves the answers and leaves the rows of some communes out.
communes <- unique(sipas$commune)
kept <- sipas[sipas$commune %in% communes[c(1:9, 11:15, 17:19)], ]
kept$item1 <- pmin(5, kept$item1 + (seq_len(nrow(kept)) %% 3 == 0))
years <- rbind(cbind(sipas, year = 1), cbind(kept, year = 2))
both <- svydesign(ids = ~commune, strata = ~province, weights = ~w, data = years)
means <- svyby(~item1, ~year, both, svymean, covmat = TRUE)
answer <- svycontrast(means, c(`2` = 1, `1` = -1))
add("years/value", coef(answer)); add("years/se", SE(answer))

# Multiple comparison.
p <- c(0.01, 0.02, 0.03, 0.005, 0.2, 0.04, 0.9)
for (method in c("bonferroni", "holm", "hochberg", "BH", "BY")) for (i in seq_along(p)) add(paste("adjust", method, i, sep = "/"), p.adjust(p, method)[i])

# Regressions.
model <- function(key, fit, iterated = "") {
  table <- summary(fit)$coefficients; bounds <- confint(fit)
  for (i in seq_len(nrow(table))) {
    add(paste0(iterated, key, "/", i, "/value"), table[i, 1]); add(paste0(iterated, key, "/", i, "/se"), table[i, 2])
    add(paste0(iterated, key, "/", i, "/t"), table[i, 3]); add(paste0(iterated, key, "/", i, "/p"), table[i, 4])
    add(paste0(iterated, key, "/", i, "/low"), bounds[i, 1]); add(paste0(iterated, key, "/", i, "/high"), bounds[i, 2])
  }
  add(paste0(key, "/df"), fit$df.residual)
  add(paste0(iterated, key, "/covariance12"), vcov(fit)[1, 2])
}
sipas$group <- factor(sipas$group); designs <- lapply(designs, function(x) update(x, group = factor(group)))
tight <- function(...) svyglm(..., epsilon = 1e-15, maxit = 100)
linear <- svyglm(income ~ item1 + group + rural, designs$villages)
model("linear", linear)
fit <- lm(income ~ item1 + group + rural, data = sipas, weights = w)
add("linear/r-squared", summary(fit)$r.squared)
test <- regTermTest(linear, ~group)
add("linear/wald/f", test$Ftest); add("linear/wald/p", test$p)
model("linear-rare", svyglm(item2 ~ item1 + income, subset(designs$communes, rare == 1)))
logistic <- tight(satisfied ~ income + group + rural, designs$communes, family = quasibinomial)
model("logistic", logistic)
test <- regTermTest(logistic, ~ group + rural)
add("logistic/wald/f", test$Ftest); add("logistic/wald/p", test$p)
add("logistic/cox-snell", psrsq(logistic)); add("logistic/nagelkerke", psrsq(logistic, "Nagelkerke"))
calibrated <- postStratify(designs$villages, ~group, data.frame(group = c("middle", "old", "young"), Freq = c(520000, 470000, 390000)))
model("logistic-calibrated", tight(satisfied ~ income + item2, calibrated, family = quasibinomial))

# Reliability.
items <- ~ item1 + item2 + item3
answered <- subset(designs$communes, !is.na(item3))
add("alpha/value", svycralpha(items, answered))
answered <- update(answered, ia = item1, ib = item2, ic = item3, it = item1 + item2 + item3)
answered <- update(answered, ia2 = ia^2, ib2 = ib^2, ic2 = ic^2, it2 = it^2)
moments <- svymean(~ia + ib + ic + it + ia2 + ib2 + ic2 + it2, answered)
alpha <- parse(text = "1.5 * (1 - ((ia2 - ia^2) + (ib2 - ib^2) + (ic2 - ic^2)) / (it2 - it^2))")[[1]]
answer <- svycontrast(moments, alpha)
add("alpha/value-by-moments", coef(answer)); add("alpha/se", SE(answer))
rows <- answered$variables; weights <- weights(answered)
weighted <- function(x) cov.wt(x, weights / sum(weights), method = "ML")$cov
for (i in 1:3) {
  names <- c("item1", "item2", "item3")
  rest <- rowSums(rows[, names[-i]])
  pair <- weighted(cbind(rows[[names[i]]], rest))
  add(paste0("alpha/item-total/", i), pair[1, 2] / sqrt(pair[1, 1] * pair[2, 2]))
  add(paste0("alpha/without/", i), svycralpha(as.formula(paste("~", paste(names[-i], collapse = "+"))), answered))
}

# Two factors behind eight items, made up.
RNGversion("4.2.0"); set.seed(3)
n <- 400; first <- rnorm(n); second <- rnorm(n)
loadings <- cbind(c(.8, .7, .6, .75, .1, .05, .2, 0), c(.05, .1, 0, .2, .7, .65, .8, .55))
answers <- cbind(first, second) %*% t(loadings) + matrix(rnorm(n * 8), n) %*% diag(sqrt(1 - rowSums(loadings^2)))
answers <- as.data.frame(round(answers, 4)); names(answers) <- paste0("q", 1:8)
answers$w <- round(runif(n, 1, 5), 3); answers$village <- rep(1:40, each = 10)
write.csv(answers, file.path(arguments[2], "answers.csv"), row.names = FALSE, quote = FALSE)
flat <- svydesign(ids = ~village, weights = ~w, data = answers)
covariance <- matrix(coef(svyvar(~q1 + q2 + q3 + q4 + q5 + q6 + q7 + q8, flat)), 8)
correlation <- cov2cor(covariance)
fit <- factanal(covmat = covariance, factors = 2, n.obs = n, rotation = "none", control = list(opt = list(factr = 1e2, pgtol = 0, maxit = 1000)))
for (i in 1:8) add(paste0("~factors/uniqueness/", i), fit$uniquenesses[i])
for (i in 1:8) for (j in 1:2) add(paste("~factors/loading", i, j, sep = "/"), abs(fit$loadings[i, j]))
add("~factors/chi-square", fit$STATISTIC); add("factors/df", fit$dof); add("~factors/p", fit$PVAL)
turned <- varimax(loadings(fit), eps = 1e-15)$loadings
turned <- turned[, order(-colSums(turned^2))]
for (i in 1:8) for (j in 1:2) add(paste("~factors/varimax", i, j, sep = "/"), turned[i, j] * sign(sum(turned[, j])))
values <- eigen(correlation)$values
for (i in 1:8) add(paste0("factors/eigenvalue/", i), values[i])
inverse <- solve(correlation); partial <- -cov2cor(inverse); off <- lower.tri(partial)
add("factors/kmo", sum(correlation[off]^2) / (sum(correlation[off]^2) + sum(partial[off]^2)))
for (i in 1:8) add(paste0("factors/kmo/", i), sum(correlation[i, -i]^2) / (sum(correlation[i, -i]^2) + sum(partial[i, -i]^2)))
add("factors/bartlett", -(n - 1 - (2 * 8 + 5) / 6) * log(det(correlation)))
add("factors/bartlett-p", pchisq(-(n - 1 - 21 / 6) * log(det(correlation)), 28, lower.tail = FALSE))

# Drivers: R² of all subsets, weighted; Shapley shares over all orders.
explained <- function(set) if (length(set) == 0) 0 else summary(lm(as.formula(paste("q8 ~", paste0("q", set, collapse = "+"))), data = answers, weights = w))$r.squared
orders <- function(x) if (length(x) < 2) list(x) else do.call(c, lapply(seq_along(x), function(i) lapply(orders(x[-i]), function(rest) c(x[i], rest))))
shares <- numeric(5)
all_orders <- orders(3:7)
for (order in all_orders) for (k in seq_along(order)) shares[order[k] - 2] <- shares[order[k] - 2] + explained(order[seq_len(k)]) - explained(order[seq_len(k - 1)])
for (i in 1:5) add(paste0("drivers/share/", i), shares[i] / length(all_orders))
add("drivers/r-squared", explained(3:7))
standardised <- coef(lm(q8 ~ q3 + q4 + q5 + q6 + q7, data = as.data.frame(lapply(answers[, paste0("q", 3:8)], function(x) (x - weighted.mean(x, answers$w)) / sqrt(cov.wt(cbind(x), answers$w / sum(answers$w), method = "ML")$cov[1]))), weights = answers$w))
for (i in 1:5) add(paste0("drivers/standardised/", i), standardised[i + 1])

# Components of variance inside provinces: sums of squares of the nested analysis of variance, solved for the components.
squares <- function(x) sum(sapply(split(sipas$item1, x, drop = TRUE), function(y) sum(y)^2 / length(y)))
place <- paste(sipas$commune, sipas$village)
total <- nrow(sipas)
sums <- c(squares(sipas$province), squares(sipas$commune), squares(place), sum(sipas$item1^2))
within <- function(inner, outer) sum(sapply(split(inner, outer, drop = TRUE), function(x) sum(table(x)^2) / length(x)))
H <- length(unique(sipas$province)); A <- length(unique(sipas$commune)); B <- length(unique(place))
residual <- (sums[4] - sums[3]) / (total - B)
village <- (sums[3] - sums[2] - (B - A) * residual) / (total - within(place, sipas$commune))
commune <- (sums[2] - sums[1] - (A - H) * residual - (within(place, sipas$commune) - within(place, sipas$province)) * village) / (total - within(sipas$commune, sipas$province))
add("components/commune", commune); add("components/village", village); add("components/answer", residual)

# Indices: two factors of items, shares of satisfied answers, no answer left out.
indexed <- update(designs$communes, s1 = as.integer(item1 >= 4), s2 = as.integer(item2 >= 4), s3 = ifelse(is.na(item3), 0, as.integer(item3 >= 4)), d3 = as.integer(!is.na(item3)), one = 1)
index <- quote(0.6 * (s1 / one + s2 / one) / 2 + 0.4 * s3 / d3)
for (place in c("p1", "p4")) {
  sums <- svytotal(~s1 + s2 + s3 + d3 + one, subset(indexed, province == place))
  answer <- svycontrast(sums, index)
  add(paste0("index/", place, "/value"), coef(answer)); add(paste0("index/", place, "/se"), SE(answer))
}
sums <- svytotal(~s1 + s2 + s3 + d3 + one, indexed)
answer <- svycontrast(sums, quote((s1 / one + s2 / one + s3 / d3) / 3))
add("index/equal/value", coef(answer)); add("index/equal/se", SE(answer))
answer <- svycontrast(sums, quote((s1 + s2 + s3) / (one + one + d3)))
add("index/pooled/value", coef(answer)); add("index/pooled/se", SE(answer))
answer <- svycontrast(sums, quote((s1 / one + s2 / one + s3 / one) / 3))
add("index/unsatisfied/value", coef(answer)); add("index/unsatisfied/se", SE(answer))

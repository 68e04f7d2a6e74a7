# Figures that the tests of the command line (crates/cchc/tests/it/survey.rs, survey_reach.rs) hold beside R.
# Rscript commands.R expected
suppressMessages(library(survey))
folder <- commandArgs(TRUE)[1]
tell <- function(name, figures) cat(name, sprintf("%.17g", figures), "\n")
s <- read.csv(file.path(folder, "sipas.csv"))
d <- svydesign(~commune, strata = ~province, weights = ~w, data = s)

# Two groups: t, degrees of freedom, probability.
t <- svyttest(item1 ~ rural, d)
tell("svyttest item1 by rural", c(t$statistic, t$parameter, t$p.value))

# Half samples.
data(scd)
pairs <- svydesign(~ambulance, strata = ~ESA, data = scd, nest = TRUE, weights = rep(1, 6))
for (made in list(as.svrepdesign(pairs, type = "BRR"), as.svrepdesign(pairs, type = "Fay", fay.rho = 0.3))) {
  r <- svyratio(~alive, ~arrests, made)
  tell(paste("svyratio", made$type), c(coef(r), SE(r)))
}

# The share of satisfied answers to two items, the later year minus the earlier; odd rows are of the later one.
s$year <- 2025 + seq_len(nrow(s)) %% 2
s$s1 <- as.numeric(s$item1 >= 4)
s$s2 <- as.numeric(s$item2 >= 4)
years <- svyby(~ s1 + s2, ~year, svydesign(~commune, strata = ~province, weights = ~w, data = s), svymean, covmat = TRUE)
difference <- svycontrast(years, c(-0.5, 0.5, -0.5, 0.5))
tell("difference of years", c(coef(difference), SE(difference)))

# Uniqueness of five variables with one factor.
v <- as.matrix(svyvar(~ item1 + item2 + income + requests + on_time, d))[1:5, 1:5]
tell("factanal", factanal(covmat = v, factors = 1, n.obs = nrow(s))$uniquenesses)

# The direct estimate of the first commune.
areas <- svyby(~item1, ~commune, svydesign(~village, strata = ~commune, weights = ~w, data = s, nest = TRUE), svymean)
tell("p1c1", c(areas["p1c1", "item1"], areas["p1c1", "se"]))

# A median with Woodruff's interval and a correlation, by the jackknife.
jackknife <- as.svrepdesign(d, type = "JKn")
median <- svyquantile(~income, jackknife, 0.5, df = degf(jackknife))[[1]]
tell("svyquantile JKn", median[1, c(1, 4, 2, 3)])
correlate <- function(w, data) cov.wt(data[, c("income", "requests")], w / sum(w), cor = TRUE)$cor[1, 2]
r <- withReplicates(jackknife, correlate)
error <- sqrt(as.numeric(attr(r, "var")))
r <- as.numeric(r)
reach <- qt(0.975, degf(jackknife)) * error / (1 - r^2)
tell("correlation JKn", c(r, error, tanh(atanh(r) - reach), tanh(atanh(r) + reach)))

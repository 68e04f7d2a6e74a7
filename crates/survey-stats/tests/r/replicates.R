# Replicate weights and what follows from them. Rscript replicates.R <folder of data> <folder of output>
# Weights go to <kind>-weights.csv (one column a replicate), figures to replicates.csv.
suppressMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
sipas <- read.csv(file.path(arguments[1], "sipas.csv"))
pairs <- read.csv(file.path(arguments[1], "pairs.csv"))
clustered <- svydesign(ids = ~commune, weights = ~w, data = sipas)
stratified <- svydesign(ids = ~commune, strata = ~province, weights = ~w, data = sipas)
corrected <- svydesign(ids = ~commune, strata = ~province, fpc = ~N1, weights = ~w, data = sipas)
paired <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~w, data = pairs, nest = TRUE)
RNGversion("4.2.0")
set.seed(77)
sets <- list(
  jk1 = as.svrepdesign(clustered, type = "JK1"),
  jkn = as.svrepdesign(stratified, type = "JKn"),
  jknfpc = as.svrepdesign(corrected, type = "JKn"),
  jknmse = as.svrepdesign(stratified, type = "JKn", mse = TRUE),
  brr = as.svrepdesign(paired, type = "BRR"),
  fay = as.svrepdesign(paired, type = "Fay", fay.rho = 0.3),
  subbootstrap = as.svrepdesign(paired, type = "subbootstrap", replicates = 25),
  bootstrap = as.svrepdesign(paired, type = "bootstrap", replicates = 25))
number <- function(x) formatC(as.numeric(x), digits = 17, width = 1)
out <- list()
for (kind in names(sets)) {
  set <- sets[[kind]]
  weights <- as.matrix(weights(set, type = "analysis"))
  colnames(weights) <- paste0("r", seq_len(ncol(weights)))
  if (kind %in% c("brr", "fay", "subbootstrap", "bootstrap", "jk1", "jkn"))
    write.csv(signif(weights, 15), file.path(arguments[2], paste0(kind, "-weights.csv")), row.names = FALSE, quote = FALSE)
  columns <- if ("commune" %in% names(set$variables)) c("on_time", "requests") else c("y", "x")
  y <- as.formula(paste0("~", columns[1])); x <- as.formula(paste0("~", columns[2]))
  answers <- list(total = svytotal(y, set), mean = svymean(y, set), ratio = svyratio(y, x, set))
  for (statistic in names(answers)) out[[length(out) + 1]] <- data.frame(kind, statistic, estimate = number(coef(answers[[statistic]])),
    se = number(SE(answers[[statistic]])), df = degf(set), scale = number(set$scale), rscale1 = number(set$rscales[1]), replicates = ncol(weights))
}
write.csv(do.call(rbind, out), file.path(arguments[2], "replicates.csv"), row.names = FALSE, quote = FALSE)

# The same weights as they come without strata and clusters: degrees of freedom are the rank less one, and JKn has a scale a replicate.
out <- list()
for (kind in c("brr", "fay", "subbootstrap", "bootstrap", "jk1", "jkn")) {
  set <- sets[[kind]]
  data <- set$variables
  plain <- svrepdesign(weights = data$w, repweights = as.matrix(weights(set, type = "analysis")), data = data, type = "other",
    combined.weights = TRUE, scale = set$scale, rscales = set$rscales)
  y <- as.formula(if ("commune" %in% names(data)) "~on_time" else "~y")
  for (part in c("whole", "half")) {
    here <- if (part == "whole") plain else plain[seq_len(nrow(data)) <= nrow(data) / 2, ]
    mean <- svymean(y, here)
    limits <- confint(mean, df = degf(here))
    out[[length(out) + 1]] <- data.frame(kind, part, df = degf(here), estimate = number(coef(mean)), se = number(SE(mean)),
      low = number(limits[1]), high = number(limits[2]))
  }
}
write.csv(do.call(rbind, out), file.path(arguments[2], "replicates-alone.csv"), row.names = FALSE, quote = FALSE)
scales <- sets$jkn$rscales
write.csv(data.frame(replicate = paste0("r", seq_along(scales)), scale = number(scales)), file.path(arguments[2], "jkn-scales.csv"),
  row.names = FALSE, quote = FALSE)

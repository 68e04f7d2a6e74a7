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

# Quantiles, correlations and means over replicates that came alone. A domain of two clusters leaves some replicates without an estimate:
# R discards these and says how many.
correlate <- function(w, data, y, x) {
  used <- w != 0; a <- data[[y]]; b <- data[[x]]
  if (length(unique(a[used])) < 2 || length(unique(b[used])) < 2) return(NaN)
  a <- a - sum(w * a) / sum(w); b <- b - sum(w * b) / sum(w)
  sum(w * a * b) / sqrt(sum(w * a^2) * sum(w * b^2))
}
out <- list()
add <- function(kind, part, statistic, df, estimate, se, low, high, without) out[[length(out) + 1]] <<- data.frame(kind, part, statistic,
  df, estimate = number(estimate), se = number(se), low = number(low), high = number(high), without)
for (kind in c("brr", "fay", "subbootstrap", "bootstrap", "jk1", "jkn")) {
  set <- sets[[kind]]
  data <- set$variables
  plain <- svrepdesign(weights = data$w, repweights = as.matrix(weights(set, type = "analysis")), data = data, type = "other",
    combined.weights = TRUE, scale = set$scale, rscales = set$rscales)
  names <- if ("commune" %in% names(data)) c("on_time", "requests") else c("y", "x")
  second <- as.formula(paste0("~", names[2]))
  unit <- if ("commune" %in% names(data)) data$commune else paste(data$stratum, data$cluster)
  stratum <- if ("commune" %in% names(data)) data$commune else data$stratum
  first_two <- unit[match(unique(stratum)[1:2], stratum)]
  for (part in c("whole", "half", "few")) {
    keep <- switch(part, whole = rep(TRUE, nrow(data)), half = seq_len(nrow(data)) <= nrow(data) / 2, few = unit %in% first_two)
    here <- plain[keep, ]
    df <- degf(here)
    mean <- suppressWarnings(svymean(second, here))
    gone <- function(variance) { lost <- attr(variance, "na.replicates"); if (is.null(lost)) 0 else length(lost) }
    without <- gone(attr(mean, "var"))
    limits <- confint(mean, df = df)
    add(kind, part, "mean", df, coef(mean), SE(mean), limits[1], limits[2], without)
    for (p in c(0.25, 0.5, 0.8)) {
      found <- suppressWarnings(svyquantile(second, here, p, df = df))[[1]]
      add(kind, part, paste0("quantile:", p), df, found[1, 1], found[1, 4], found[1, 2], found[1, 3], without)
    }
    # R stops where a replicate has no row.
    if (without == 0) for (p in c(0.25, 0.5, 0.8)) {
      found <- suppressWarnings(suppressMessages(svyquantile(second, here, p, interval.type = "quantile", df = df)))[[1]]
      add(kind, part, paste0("spread:", p), df, found[1, 1], found[1, 4], found[1, 2], found[1, 3], without)
    }
    together <- suppressWarnings(withReplicates(here, function(w, data) correlate(w, data, names[1], names[2])))
    r <- as.numeric(together); error <- sqrt(as.numeric(attr(together, "var")))
    reach <- qt(0.975, df) * error / (1 - r^2)
    add(kind, part, "correlation", df, r, error, tanh(atanh(r) - reach), tanh(atanh(r) + reach), gone(attr(together, "var")))
  }
}
write.csv(do.call(rbind, out), file.path(arguments[2], "replicates-more.csv"), row.names = FALSE, quote = FALSE)

# Strata of one unit in a jackknife.
lone <- read.csv(file.path(arguments[1], "lone.csv"))
out <- list()
for (choice in c("certainty", "adjust", "average", "collapse")) {
  options(survey.lonely.psu = if (choice == "collapse") "fail" else choice)
  data <- lone
  units <- tapply(data$cluster, data$stratum, function(cluster) length(unique(cluster)))
  # The engine joins a lone stratum with the next one, or the last with the one before.
  if (choice == "collapse") for (name in names(units)[units == 1]) {
    levels <- unique(lone$stratum); place <- match(name, levels)
    beside <- levels[if (place < length(levels)) place + 1 else place - 1]
    data$stratum[lone$stratum == name] <- data$stratum[match(beside, lone$stratum)]
  }
  set <- as.svrepdesign(svydesign(ids = ~cluster, strata = ~stratum, weights = ~w, data = data), type = "JKn")
  for (statistic in c("mean", "total")) {
    found <- if (statistic == "mean") svymean(~x, set) else svytotal(~x, set)
    out[[length(out) + 1]] <- data.frame(choice, statistic, replicates = ncol(weights(set)), estimate = number(coef(found)), se = number(SE(found)))
  }
}
write.csv(do.call(rbind, out), file.path(arguments[2], "replicates-lone.csv"), row.names = FALSE, quote = FALSE)

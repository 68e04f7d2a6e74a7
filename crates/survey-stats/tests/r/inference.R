# Correlations, contrasts, tests, regressions, indices, reliability, factors, drivers. Rscript inference.R <folder of data> <folder of output>
# Writes inference.csv: key, figure. Keys that begin with "~" come from an iteration of R.
suppressMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
number <- function(x) formatC(as.numeric(x), digits = 17, width = 1)
out <- list()
add <- function(key, figure) out[[length(out) + 1]] <<- data.frame(key, figure = number(figure))
sipas <- read.csv(file.path(arguments[1], "sipas.csv"))
designs <- list(
  villages = svydesign(ids = ~commune + village, strata = ~province, fpc = ~N1 + N2, weights = ~w, data = sipas),
  communes = svydesign(ids = ~commune, strata = ~province, weights = ~w, data = sipas))

# The delta method over moments.
for (name in names(designs)) {
  moments <- svymean(~I(item1 * item2) + item1 + item2 + I(item1^2) + I(item2^2), designs[[name]])
  names(moments) <- c("xy", "x", "y", "xx", "yy")
  attr(moments, "names") <- c("xy", "x", "y", "xx", "yy")
  dimnames(attr(moments, "var")) <- list(names(moments), names(moments))
  answer <- svycontrast(moments, quote((xy - x * y) / sqrt((xx - x^2) * (yy - y^2))))
  add(paste0("correlation/", name, "/value"), coef(answer))
  add(paste0("correlation/", name, "/se"), SE(answer))
}

# Differences of groups of one design.
means <- svyby(~item1, ~group, designs$villages, svymean, covmat = TRUE)
answer <- svycontrast(means, c(old = 1, young = -1))
add("difference/groups/value", coef(answer)); add("difference/groups/se", SE(answer))
answer <- svycontrast(means, c(middle = 0.5, old = 0.5, young = -1))
add("difference/three/value", coef(answer)); add("difference/three/se", SE(answer))
pair <- svymean(~item1 + item2, designs$villages)
answer <- svycontrast(pair, c(item1 = 1, item2 = -1))
add("difference/items/value", coef(answer)); add("difference/items/se", SE(answer))
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "inference-tests.R"))
write.csv(do.call(rbind, out), file.path(arguments[2], "inference.csv"), row.names = FALSE, quote = FALSE)

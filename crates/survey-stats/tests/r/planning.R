# Sizes and inclusion probabilities. Rscript planning.R <folder of data> <folder of output>
# Needs the package sampling (Debian r-cran-sampling) for the inclusion probabilities; without it these are left out.
arguments <- commandArgs(trailingOnly = TRUE)
number <- function(x) formatC(as.numeric(x), digits = 17, width = 1)
out <- list()
add <- function(what, a, b, figure) out[[length(out) + 1]] <<- data.frame(what, a = number(a), b = number(b), figure = number(figure))
for (pair in list(c(0.8, 0.84), c(0.5, 0.6), c(0.9, 0.85), c(0.02, 0.05)))
  for (power in c(0.8, 0.9)) add(paste0("proportions:", power), pair[1], pair[2], power.prop.test(p1 = pair[1], p2 = pair[2], power = power, tol = 1e-12)$n)
if (requireNamespace("sampling", quietly = TRUE)) {
  sizes <- c(5, 1, 3, 2, 40, 3, 4, 8, 4, 6, 2, 7)
  for (n in c(1, 2, 3, 5, 8, 11)) {
    probabilities <- sampling::inclusionprobabilities(sizes, n)
    for (unit in seq_along(sizes)) add("inclusion", n, unit, probabilities[unit])
  }
  # Joint probabilities of the elimination, for the frequencies of pairs.
  joint <- sampling::UPtillepi2(sampling::inclusionprobabilities(sizes[-5], 4))
  for (i in 1:10) for (j in (i + 1):11) add("tille", i, j, joint[i, j])
  joint <- sampling::UPsampfordpi2(sampling::inclusionprobabilities(sizes[-5], 3))
  for (i in 1:10) for (j in (i + 1):11) add("sampford", i, j, joint[i, j])
}
write.csv(do.call(rbind, out), file.path(arguments[2], "planning.csv"), row.names = FALSE, quote = FALSE)

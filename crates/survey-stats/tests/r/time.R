# Times the package survey on the file that the example "speed" wrote. Rscript time.R <folder>
suppressMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
data <- read.csv(file.path(folder, "national.csv"))
items <- as.formula(paste("~", paste0("i", 1:39, collapse = "+")))
answer <- NULL
times <- sapply(1:3, function(run) system.time({
  design <- svydesign(ids = ~village, strata = ~province, weights = ~w, data = data)
  answer <<- svyby(items, ~province, design, svymean)
})["elapsed"])
cat(sprintf("R survey: design and 2457 means by province %.1f ms, sums %.9f %.9f\n", 1000 * median(times),
            sum(as.matrix(answer[, 2:40])), sum(as.matrix(answer[, 41:79]))))

# Answers each case with the survey package. Rscript estimates.R <cases.csv> <folder of data> <output.csv> [package]
# With "package", the data sets of the survey package are first written into the folder of data.
suppressMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
cases <- read.csv(arguments[1], colClasses = "character", na.strings = NULL)
folder <- arguments[2]
if (length(arguments) > 3 && arguments[4] == "package") {
  data(api); data(scd); data(nhanes); data(election); data(fpc); data(mu284)
  keep <- function(frame, name) {
    frame <- as.data.frame(frame)
    for (column in names(frame)) if (is.character(frame[[column]]) || is.factor(frame[[column]])) frame[[column]] <- gsub("[,\"]", " ", as.character(frame[[column]]))
    write.csv(frame, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE, na = "")
  }
  for (name in c("apisrs", "apistrat", "apiclus1", "apiclus2")) {
    frame <- get(name)
    frame$elementary <- as.integer(frame$stype == "E")
    frame$target <- as.integer(frame$sch.wide == "Yes")
    keep(frame[, c("cds", "stype", "dnum", "snum", "pw", "fpc", "fpc1", "fpc2", "api00", "api99", "enroll", "api.stu", "meals", "elementary", "target")[c("cds", "stype", "dnum", "snum", "pw", "fpc", "fpc1", "fpc2", "api00", "api99", "enroll", "api.stu", "meals", "elementary", "target") %in% names(frame)]], name)
  }
  keep(scd, "scd"); keep(nhanes, "nhanes"); keep(fpc, "fpc"); keep(mu284, "mu284")
  election_pps$bush_county <- as.integer(election_pps$Bush > election_pps$Kerry)
  keep(election_pps[, c("p", "wt", "Bush", "Kerry", "Nader", "votes", "bush_county")], "election")
}
formula_of <- function(text) if (text == "") NULL else as.formula(paste("~", text))
# svyciprop reads the ends of likelihood intervals from a line through a few points of a spline, good to some 1e-5. Here the same
# equation is solved: deviance over dispersion, from the fitted model, equal to the squared t quantile times the design effect of the coefficient.
likelihood_interval <- function(y, design, df, rough) {
  model <- eval(bquote(svyglm(.(y[[2]]) ~ 1, design, family = quasibinomial, epsilon = 1e-15, maxit = 100)))
  p <- fitted(model)[1]; w <- model$prior.weights; answers <- model$y
  deviance_at <- function(q) -2 * sum(w * (answers * log(q) + (1 - answers) * log(1 - q)))
  dispersion <- summary(model)$dispersion[1]
  reach <- qt(0.975, df)^2 * model$cov.unscaled[1] / model$naive.cov[1]
  off <- function(q) (deviance_at(q) - deviance_at(p)) / dispersion - reach
  exact <- c(uniroot(off, c(1e-9, p), tol = 1e-15)$root, uniroot(off, c(p, 1 - 1e-9), tol = 1e-15)$root)
  stopifnot(abs(exact / rough - 1) < 1e-4)
  exact
}
out <- list()
number <- function(x) formatC(as.numeric(x), digits = 17, width = 1)
for (index in seq_len(nrow(cases))) {
  case <- cases[index, ]
  frame <- read.csv(file.path(folder, paste0(case$data, ".csv")), stringsAsFactors = FALSE, check.names = FALSE)
  options(survey.lonely.psu = if (case$lonely == "") "fail" else case$lonely)
  call <- list(ids = formula_of(if (case$ids == "") "1" else case$ids), data = frame, nest = case$nest == "nest")
  for (part in c("strata", "fpc", "weights")) if (case[[part]] != "") call[[part]] <- formula_of(case[[part]])
  design <- do.call(svydesign, call)
  if (case$domain != "") design <- design[frame[[case$domain]] == 1, ]
  groups <- if (case$by == "") "" else sort(unique(design$variables[[case$by]]))
  names <- strsplit(case$variable, "/")[[1]]
  kind <- strsplit(case$statistic, ":")[[1]]
  for (group in groups) {
    here <- if (group == "") design else design[design$variables[[case$by]] == group, ]
    for (name in names) here <- here[!is.na(here$variables[[name]]), ]
    df <- degf(here)
    y <- as.formula(paste0("~`", names[1], "`"))
    deff <- c(NA, NA)
    if (kind[1] %in% c("mean", "total")) {
      estimator <- if (kind[1] == "mean") svymean else svytotal
      answer <- estimator(y, here, deff = TRUE)
      deff <- c(deff(answer), deff(estimator(y, here, deff = "replace")))
      interval <- confint(answer, df = df)
      se <- SE(answer)
    } else if (kind[1] == "ratio") {
      answer <- svyratio(y, as.formula(paste0("~`", names[2], "`")), here, deff = TRUE)
      interval <- confint(answer, df = df)
      deff[1] <- deff(answer)
      se <- SE(answer)
    } else if (kind[1] == "proportion") {
      method <- c(t = "mean", logit = "logit", beta = "beta", arcsine = "asin", likelihood = "likelihood")[kind[2]]
      answer <- svyciprop(y, here, method = method)
      interval <- attr(answer, "ci")
      if (kind[2] == "likelihood") interval <- likelihood_interval(y, here, df, interval)
      se <- SE(svymean(y, here))
    } else if (kind[1] == "quantile") {
      answer <- svyquantile(y, here, as.numeric(kind[2]), df = df)[[1]]
      interval <- answer[1, 2:3]
      se <- answer[1, 4]
      answer <- answer[1, 1]
    }
    out[[length(out) + 1]] <- data.frame(case = index, group = group, estimate = number(if (kind[1] == "quantile") answer else coef(answer)),
      se = number(se), df = df, low = number(interval[1]), high = number(interval[2]), deff = number(deff[1]), deff_replace = number(deff[2]))
  }
}
write.csv(do.call(rbind, out), arguments[3], row.names = FALSE, quote = FALSE)

# Makes the data sets of the saved comparison: made up, shaped like a survey of satisfaction with public services.
# Rscript data.R <folder>
folder <- commandArgs(trailingOnly = TRUE)[1]
RNGversion("4.2.0")
set.seed(20241)

# Provinces are strata, communes are drawn, then villages, then people; sizes of every population are kept.
rows <- list()
for (province in 1:6) {
  communes <- c(4, 3, 2, 5, 3, 2)[province]
  commune_population <- c(120, 60, 45, 200, 3, 40)[province]
  for (commune in seq_len(communes)) {
    villages <- sample(2:4, 1)
    village_population <- villages + sample(0:20, 1)
    commune_effect <- rnorm(1, 0, 0.4)
    for (village in seq_len(villages)) {
      people <- sample(5:11, 1)
      household_population <- sample(80:300, 1)
      village_effect <- rnorm(1, 0, 0.5)
      age <- sample(18:80, people, replace = TRUE)
      scale5 <- function(mean) pmin(5, pmax(1, round(mean + commune_effect + village_effect + rnorm(people))))
      item1 <- scale5(3.9); item2 <- scale5(4.1); item3 <- scale5(3.4)
      item3[runif(people) < 0.12] <- NA
      requests <- rpois(people, 2) + 1
      on_time <- rbinom(people, requests, 0.85)
      rows[[length(rows) + 1]] <- data.frame(
        province = paste0("p", province), commune = paste0("p", province, "c", commune),
        village = paste0("v", village), person = NA, N1 = commune_population, N2 = village_population,
        f1 = communes / commune_population, f2 = villages / village_population,
        w = round(commune_population / communes * village_population / villages * household_population / people, 4),
        item1, item2, item3, satisfied = as.integer(item1 >= 4), income = round(exp(rnorm(people, 2, 0.7)), 2),
        requests, on_time, group = ifelse(age < 35, "young", ifelse(age < 60, "middle", "old")),
        rural = as.integer(runif(people) < 0.6))
    }
  }
}
sipas <- do.call(rbind, rows)
sipas$person <- sprintf("r%04d", seq_len(nrow(sipas)))
# Villages of two provinces alone belong to the rare sub-population.
sipas$rare <- as.integer(sipas$province %in% c("p2", "p4") & sipas$village == "v1")
sipas$pop <- 5000
write.csv(sipas, file.path(folder, "sipas.csv"), row.names = FALSE, quote = FALSE, na = "")

# Two strata have one village each; the first stage alone.
lone <- data.frame(stratum = rep(c("a", "b", "c", "d", "e"), c(12, 9, 4, 8, 5)),
                   cluster = c(rep(c("a1", "a2", "a3"), c(5, 4, 3)), rep(c("b1", "b2"), c(4, 5)), rep("c1", 4), rep(c("d1", "d2"), 4), rep("e1", 5)))
lone$w <- round(runif(nrow(lone), 1, 6), 3)
lone$x <- round(rnorm(nrow(lone), 50, 9), 2)
lone$y <- round(lone$x * 0.4 + rnorm(nrow(lone), 3, 4), 2)
lone$yes <- as.integer(lone$x > 48)
lone$first <- as.integer(lone$stratum %in% c("a", "b", "c"))
write.csv(lone, file.path(folder, "lone.csv"), row.names = FALSE, quote = FALSE, na = "")

# Two clusters in each stratum, for balanced half samples; the same cluster labels in every stratum.
pairs <- expand.grid(person = 1:4, cluster = c("1", "2"), stratum = paste0("s", 1:5))
pairs$w <- round(runif(nrow(pairs), 10, 30), 3)
pairs$x <- round(rnorm(nrow(pairs), 20, 5) + as.integer(pairs$cluster) * 2, 3)
pairs$y <- round(pairs$x * 1.7 + rnorm(nrow(pairs), 0, 3), 3)
pairs$N <- 40
write.csv(pairs, file.path(folder, "pairs.csv"), row.names = FALSE, quote = FALSE, na = "")

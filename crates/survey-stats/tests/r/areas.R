# Fay-Herriot by maximising the likelihoods themselves. Rscript areas.R <folder of data> <folder of output>
# Writes areas-data.csv (made up) and areas.csv: key, figure. Base R alone.
arguments <- commandArgs(trailingOnly = TRUE)
number <- function(x) formatC(as.numeric(x), digits = 17, width = 1)
out <- list()
add <- function(key, figure) out[[length(out) + 1]] <<- data.frame(key, figure = number(figure))
RNGversion("4.2.0"); set.seed(11)
m <- 40
x <- round(rnorm(m, 10, 3), 3); z <- round(runif(m), 3)
psi <- round(runif(m, 0.5, 6), 3)^2 / 4
y <- round(50 + 1.5 * x - 4 * z + rnorm(m, 0, 1.6) + rnorm(m, 0, sqrt(psi)), 4)
sampled <- seq_len(m) <= 36
write.csv(data.frame(area = paste0("c", seq_len(m)), x, z, y = ifelse(sampled, y, NA), se = ifelse(sampled, number(sqrt(psi)), NA)),
          file.path(arguments[2], "areas-data.csv"), row.names = FALSE, quote = FALSE, na = "")
X <- cbind(1, x, z); Xs <- X[sampled, ]; ys <- y[sampled]; psis <- psi[sampled]
fit <- function(s) {
  W <- 1 / (s + psis); C <- solve(crossprod(Xs * sqrt(W)))
  b <- C %*% crossprod(Xs, W * ys)
  list(b = drop(b), C = C, r = drop(ys - Xs %*% b), W = W)
}
likelihood <- function(s, restricted) {
  f <- fit(s)
  -0.5 * (sum(log(s + psis)) + sum(f$r^2 * f$W) + restricted * log(det(crossprod(Xs * sqrt(f$W)))))
}
for (restricted in c(TRUE, FALSE)) {
  kind <- if (restricted) "restricted" else "likelihood"
  # The slope, by numbers from the likelihood's own formula, set to zero.
  slope <- function(s) {
    f <- fit(s); P <- diag(f$W) - (f$W * Xs) %*% f$C %*% t(f$W * Xs)
    0.5 * (sum((f$W * f$r)^2) - if (restricted) sum(diag(P)) else sum(f$W))
  }
  s <- uniroot(slope, c(1e-6, 100), tol = 1e-14)$root
  stopifnot(likelihood(s, restricted) >= likelihood(s * 1.01, restricted), likelihood(s, restricted) >= likelihood(s * 0.99, restricted))
  f <- fit(s)
  add(paste0(kind, "/variance"), s)
  for (i in 1:3) { add(paste0(kind, "/coefficient/", i), f$b[i]); add(paste0(kind, "/coefficient-se/", i), sqrt(f$C[i, i])) }
  information <- sum((s + psis)^-2)
  bias <- if (restricted) 0 else -sum(diag(f$C %*% crossprod(Xs * f$W))) / information
  for (i in c(1:3, 20, 36)) {
    gamma <- s / (s + psi[i]); line <- sum(X[i, ] * f$b); h <- drop(t(X[i, ]) %*% f$C %*% X[i, ])
    add(paste0(kind, "/modelled/", i), line + gamma * (y[i] - line))
    add(paste0(kind, "/mse/", i), gamma * psi[i] + (1 - gamma)^2 * h + 2 * psi[i]^2 / (s + psi[i])^3 * 2 / information - bias * (1 - gamma)^2)
  }
  for (i in 37:40) {
    add(paste0(kind, "/modelled/", i), sum(X[i, ] * f$b))
    add(paste0(kind, "/mse/", i), s + drop(t(X[i, ]) %*% f$C %*% X[i, ]))
  }
}
write.csv(do.call(rbind, out), file.path(arguments[2], "areas.csv"), row.names = FALSE, quote = FALSE)

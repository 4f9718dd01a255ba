# Golden values of distribution functions from R, with extreme tails.
#
# Usage: Rscript scripts/oracles/statistics_distributions.R
# Writes Tests/StatisticsTests/Golden/distributions.csv: function, tail, arguments, value.
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
golden <- file.path(dirname(script), "../../Tests/StatisticsTests/Golden")
lines <- c(paste0("# R ", getRversion(), ", ", Sys.Date()), "function,tail,fields")
add <- function(name, lower, arguments, value) {
  number <- function(x) paste(sprintf("%.17g", x), collapse = " ")
  lines <<- c(lines, paste(name, if (lower) "lower" else "upper",
                           paste0("arguments=", number(arguments), "|value=", number(value)),
                           sep = ","))
}
for (lower in c(TRUE, FALSE)) {
  for (z in c(-37, -20, -8, -3, -1, -0.1, 0, 0.67, 1.96, 5, 12, 30, 37))
    add("normal", lower, z, pnorm(z, lower.tail = lower))
  for (p in c(1e-300, 1e-20, 0.025, 0.3, 0.5, 0.999))
    add("normalQuantile", lower, p, qnorm(p, lower.tail = lower))
  for (n in c(0.5, 2, 7.3, 1000, 1e6)) for (t in c(-40, -1e-4, 0.3, 1.7, 25))
    if (pt(t, n, lower.tail = lower) > 1e-290) add("t", lower, c(t, n), pt(t, n, lower.tail = lower))
  for (n in c(1, 3, 57.5, 1000, 1e5)) for (x in c(1e-8, 0.4, 1, 6)) {
    v <- pchisq(x * n, n, lower.tail = lower)
    if (v > 1e-290) add("chiSquared", lower, c(x * n, n), v)
  }
  for (n in list(c(1, 40), c(3, 7), c(500, 3), c(2.5, 1e4)))
    for (f in c(1e-6, 0.5, 1, 3, 40)) {
      v <- pf(f, n[1], n[2], lower.tail = lower)
      if (v > 1e-290) add("f", lower, c(f, n), v)
    }
}
for (s in list(c(0.5, 0.5), c(1, 20), c(3, 1), c(0.01, 2), c(50, 70), c(1000, 4)))
  for (x in c(1e-6, 0.1, 0.5, 0.97)) {
    v <- pbeta(x, s[1], s[2])
    if (v > 1e-290) add("beta", TRUE, c(x, s), v)
  }
for (lower in c(TRUE, FALSE)) for (p in c(1e-30, 1e-8, 0.025, 0.5, 0.8)) {
  for (n in c(1, 4, 33)) {
    add("tQuantile", lower, c(p, n), qt(p, n, lower.tail = lower))
    add("chiSquaredQuantile", lower, c(p, n), qchisq(p, n, lower.tail = lower))
  }
  # qf is loose for small p (0 at 1e-30); from the beta quantile of the smaller tail instead.
  if (lower) x <- qbeta(p, 1.5, 6) / qbeta(p, 6, 1.5, lower.tail = FALSE)
  else x <- qbeta(p, 1.5, 6, lower.tail = FALSE) / qbeta(p, 6, 1.5)
  add("fQuantile", lower, c(p, 3, 12), x * 12 / 3)
  for (s in list(c(1, 20), c(7, 3), c(100, 31)))
    add("betaQuantile", lower, c(p, s), qbeta(p, s[1], s[2], lower.tail = lower))
}
for (k in c(0, 1, 7, 19, 20)) {
  add("binomial", TRUE, c(k, 20, 0.3), pbinom(k, 20, 0.3))
  add("binomialMass", TRUE, c(k, 20, 0.3), dbinom(k, 20, 0.3))
}
writeLines(lines, file.path(golden, "distributions.csv"))

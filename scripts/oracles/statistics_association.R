# Golden values of tests of association from R's stats package on data sets it ships (lung, ovarian
# and veteran of survival, mtcars, airquality) and on small cases written by hand. The odds ratio of
# Fisher's test is the root of its defining equation, because fisher.test stops at 2e-4.
#
# Usage: Rscript scripts/oracles/statistics_association.R
# Writes Tests/StatisticsTests/Golden/association.csv; inputs stand in each case.
suppressPackageStartupMessages(library(survival))
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
golden <- file.path(dirname(script), "../../Tests/StatisticsTests/Golden")
text <- function(x) {
  x <- as.numeric(x)
  paste(ifelse(is.na(x), "nil", sprintf("%.17g", x)), collapse = " ")
}
lines <- c(paste0("# R ", getRversion(), ", ", Sys.Date()), "case,kind,fields")
add <- function(case, kind, ...) {
  fields <- list(...)
  pairs <- paste0(names(fields), "=", sapply(fields, text))
  lines <<- c(lines, paste(case, kind, paste(pairs, collapse = "|"), sep = ","))
}
two <- function(case, a, b) {
  student <- t.test(a, b, var.equal = TRUE)
  add(case, "two", a = a, b = b,
      student = c(student$statistic, student$parameter, student$p.value, student$conf.int),
      welch = if (min(length(a), length(b)) < 2) rep(NA, 5) else {
        w <- t.test(a, b)
        c(w$statistic, w$parameter, w$p.value, w$conf.int)
      },
      automatic = suppressWarnings({w <- wilcox.test(a, b); c(w$statistic, w$p.value)}),
      plain = suppressWarnings(wilcox.test(a, b, exact = FALSE, correct = FALSE)$p.value),
      corrected = suppressWarnings(wilcox.test(a, b, exact = FALSE)$p.value))
}
pairs <- function(case, a, b) {
  student <- t.test(a, b, paired = TRUE)
  w <- suppressWarnings(wilcox.test(a, b, paired = TRUE))
  add(case, "pairs", a = a, b = b,
      student = c(student$statistic, student$parameter, student$p.value, student$conf.int),
      signed = c(w$statistic, w$p.value),
      plain = suppressWarnings(wilcox.test(a, b, paired = TRUE, exact = FALSE,
                                           correct = FALSE)$p.value))
}
correlate <- function(case, a, b) {
  p <- cor.test(a, b)
  s <- suppressWarnings(cor.test(a, b, method = "spearman", exact = FALSE))
  ci <- if (is.null(p$conf.int)) c(NA, NA) else p$conf.int
  r <- s$estimate
  half <- qnorm(0.975) * sqrt((1 + r^2 / 2) / (length(a) - 3))
  sci <- if (length(a) > 3 && abs(r) < 1) tanh(atanh(r) + c(-1, 1) * half) else c(NA, NA)
  add(case, "correlation", a = a, b = b, pearson = c(p$estimate, p$p.value, ci),
      spearman = c(cor(rank(a), rank(b)), s$p.value, sci))
}
v <- veteran
two("two-veteran", v$time[v$trt == 1], v$time[v$trt == 2])
two("two-ovarian", ovarian$age[ovarian$rx == 1], ovarian$age[ovarian$rx == 2])
two("two-mtcars", mtcars$mpg[mtcars$am == 1], mtcars$mpg[mtcars$am == 0])
two("two-lung", lung$age[lung$sex == 1], lung$age[lung$sex == 2])
two("two-small", c(1.5, 2.5), c(0.5, 3, 7))
two("two-one", 4, c(1, 2.5, 3))
two("two-ties", c(1, 1, 2, 2, 2), c(2, 2, 3))
pairs("pairs-mtcars", mtcars$disp, mtcars$hp)
pairs("pairs-sleep", sleep$extra[1:10], sleep$extra[11:20])
pairs("pairs-exact", c(1.1, 2.3, 3.9, 8, 1), c(0.4, 2.5, 2, 3.1, 2.6))
pairs("pairs-two", c(1, 5), c(0, 2))
correlate("cor-mtcars", mtcars$mpg, mtcars$wt)
correlate("cor-ties", c(1, 1, 2, 3, 3, 3, 4), c(2, 1, 1, 5, 5, 4, 9))
correlate("cor-three", c(1, 2, 4), c(3, 1, 2))
correlate("cor-lung", lung$age, lung$time)
kruskal <- function(case, x, g) {
  g <- as.integer(factor(g))
  k <- kruskal.test(x, g)
  add(case, "kruskal", x = x, g = g - 1, test = c(k$statistic, k$parameter, k$p.value))
}
kruskal("kw-veteran", v$karno, v$celltype)
kruskal("kw-mtcars", mtcars$mpg, mtcars$cyl)
kruskal("kw-air", airquality$Temp, airquality$Month)
kruskal("kw-small", c(1, 2, 2, 5), c(1, 1, 2, 3))

chi <- function(case, m) {
  a <- suppressWarnings(chisq.test(m))
  b <- suppressWarnings(chisq.test(m, correct = FALSE))
  add(case, "chi", rows = nrow(m), counts = t(m), corrected = c(a$statistic, a$p.value),
      plain = c(b$statistic, b$parameter, b$p.value), expected = t(a$expected))
}
chi("chi-two", matrix(c(10, 4, 3, 15), 2))
chi("chi-near", matrix(c(5, 5, 5, 6), 2))
chi("chi-veteran", as.matrix(unclass(table(v$celltype, v$trt))))
chi("chi-cars", as.matrix(unclass(table(mtcars$cyl, mtcars$gear))))

fisher <- function(case, a, b, c, d) {
  m <- matrix(c(a, c, b, d), 2)
  low <- max(0, a + c - c - d)
  high <- min(a + b, a + c)
  k <- low:high
  mass <- function(theta) {
    l <- dhyper(k, a + b, c + d, a + c, log = TRUE) + k * theta
    exp(l - max(l)) / sum(exp(l - max(l)))
  }
  root <- function(f) exp(uniroot(f, c(-60, 60), tol = 1e-15, maxiter = 10000)$root)
  odds <- if (a == low) 0 else if (a == high) Inf else root(function(t) sum(k * mass(t)) - a)
  lower <- if (a == low) 0 else root(function(t) sum(mass(t)[k >= a]) - 0.025)
  upper <- if (a == high) Inf else root(function(t) sum(mass(t)[k <= a]) - 0.025)
  f <- fisher.test(m)
  stopifnot(all.equal(unname(c(f$estimate, f$conf.int)), c(odds, lower, upper), tolerance = 0.05))
  add(case, "fisher", counts = c(a, b, c, d), p = f$p.value, odds = c(odds, lower, upper))
}
fisher("fisher-tea", 3, 1, 1, 3)
fisher("fisher-zero", 0, 5, 4, 6)
fisher("fisher-top", 4, 0, 2, 7)
fisher("fisher-large", 60, 31, 45, 70)
fisher("fisher-equal", 2, 2, 2, 2)
mcnemar <- function(case, b, c) {
  m <- matrix(c(20, b, c, 30), 2)
  x <- mcnemar.test(m)
  y <- mcnemar.test(m, correct = FALSE)
  add(case, "mcnemar", counts = c(b, c), corrected = c(x$statistic, x$p.value),
      plain = c(y$statistic, y$p.value), exact = binom.test(b, b + c)$p.value)
}
mcnemar("mcnemar-a", 12, 5)
mcnemar("mcnemar-b", 3, 3)
mcnemar("mcnemar-c", 1, 0)
adjust <- function(case, p) add(case, "adjust", p = p, bh = p.adjust(p, "BH"),
                                by = p.adjust(p, "BY"), holm = p.adjust(p, "holm"))
adjust("adjust-a", c(0.01, 0.04, 0.03, 0.5, 0.04, 0.001, 1))
adjust("adjust-missing", c(0.2, NA, 0.01, 0, NA, 0.7))
adjust("adjust-one", 0.3)
writeLines(lines, file.path(golden, "association.csv"))

# Golden values of tests of association from R's stats package on data sets it ships (lung, ovarian,
# veteran, colon and retinopathy of survival, birthwt and anorexia of MASS, aSAH of pROC, mtcars,
# airquality, infert, sleep, iris, esoph, pbc, Titanic, UCBAdmissions, HairEyeColor) and on small
# cases written by hand. The odds ratio of Fisher's test is the root of its defining equation, because
# fisher.test stops at 2e-4. Exact rank tests with ties count all arrangements by convolution; where
# coin is installed (R_LIBS) it must agree, and so must qvalue for Storey's q-values.
#
# Usage: Rscript scripts/oracles/statistics_association.R
# Writes Tests/StatisticsTests/Golden/association.csv; inputs stand in each case.
suppressPackageStartupMessages({library(survival); library(MASS); library(pROC)})
data(aSAH)
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
pairs("pairs-anorexia", with(anorexia[anorexia$Treat == "FT", ], Prewt),
      with(anorexia[anorexia$Treat == "FT", ], Postwt))
pairs("pairs-iris", iris$Sepal.Width[1:50], iris$Petal.Length[51:100])
pairs("pairs-zeros", c(3, 1, 4, 1, 5, 9, 2), c(3, 2, 2, 1, 6, 5, 3))
correlate("cor-iris", iris$Sepal.Length, iris$Petal.Width)
correlate("cor-asah", aSAH$s100b, aSAH$ndka)
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

chi("chi-berkeley", as.matrix(unclass(margin.table(UCBAdmissions, c(1, 2)))))
chi("chi-hair", as.matrix(unclass(margin.table(HairEyeColor, c(1, 2)))))
chi("chi-birthwt", as.matrix(unclass(table(birthwt$race, birthwt$low))))

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
cells <- function(case, x, y) {
  t <- table(x, y)
  fisher(case, t[2, 2], t[2, 1], t[1, 2], t[1, 1])
}
cells("fisher-birthwt-smoke", birthwt$smoke, birthwt$low)
cells("fisher-birthwt-ht", birthwt$ht, birthwt$low)
cells("fisher-mtcars", mtcars$vs, mtcars$am)
cells("fisher-asah", aSAH$gender, aSAH$outcome)
cells("fisher-infert", infert$spontaneous > 0, infert$case)
cells("fisher-titanic", rep(c("Female", "Male"), c(470, 1731)),
      rep(c("Yes", "No", "Yes", "No"), c(344, 126, 367, 1364)))
fisher("fisher-two", 1, 0, 0, 1)

# Rows and columns of any number: fisher.test, where it has no odds ratio to find.
several <- function(case, m) {
  m <- as.matrix(unclass(m))
  kept <- m[rowSums(m) > 0, colSums(m) > 0]
  add(case, "fisherTable", rows = nrow(m), counts = t(m),
      p = fisher.test(kept, workspace = 2e8)$p.value,
      probability = exp(sum(lfactorial(rowSums(m))) + sum(lfactorial(colSums(m))) -
                          lfactorial(sum(m)) - sum(lfactorial(m))))
}
several("table-cars", table(mtcars$cyl, mtcars$gear))
several("table-carb", table(mtcars$gear, mtcars$carb))
several("table-birthwt", table(birthwt$race, birthwt$ftv))
several("table-infert", table(infert$education, infert$induced))
several("table-veteran", table(v$celltype, v$trt))
several("table-asah", table(aSAH$wfns, aSAH$outcome))
several("table-ecog", table(lung$ph.ecog, lung$sex))
several("table-jobs", matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4))
several("table-two", matrix(c(3, 1, 1, 3), 2))
several("table-empty", matrix(c(3, 0, 1, 0, 0, 0, 2, 0, 4), 3))
several("table-single", matrix(c(1, 0, 0, 0, 1, 0, 0, 0, 1), 3))
several("table-separated", matrix(c(5, 0, 0, 0, 6, 0, 0, 0, 4), 3))

# Ties and zeros, exactly.
convolve_two <- function(a, b) {
  r <- 2 * rank(c(a, b))
  m <- length(a)
  counts <- vector("list", m + 1)
  counts[[1]] <- c("0" = 1)
  for (x in r) for (k in m:1) if (!is.null(counts[[k]])) {
    moved <- setNames(counts[[k]], as.numeric(names(counts[[k]])) + x)
    both <- c(counts[[k + 1]], moved)
    counts[[k + 1]] <- tapply(both, names(both), sum)
  }
  s <- as.numeric(names(counts[[m + 1]]))
  far <- abs(s - m * (length(r) + 1)) >= abs(sum(r[1:m]) - m * (length(r) + 1))
  sum(counts[[m + 1]][far]) / sum(counts[[m + 1]])
}
convolve_signs <- function(d) {
  d <- d[d != 0]
  r <- 2 * rank(abs(d))
  counts <- c("0" = 1)
  for (x in r) {
    both <- c(counts, setNames(counts, as.numeric(names(counts)) + x))
    counts <- tapply(both, names(both), sum)
  }
  s <- as.numeric(names(counts))
  sum(counts[abs(2 * s - sum(r)) >= abs(2 * sum(r[d > 0]) - sum(r))]) / sum(counts)
}
has_coin <- requireNamespace("coin", quietly = TRUE)
exact <- function(case, a, b) {
  p <- convolve_two(a, b)
  if (has_coin) {
    g <- factor(rep(1:2, c(length(a), length(b))))
    q <- coin::pvalue(coin::wilcox_test(c(a, b) ~ g, distribution = "exact"))
    stopifnot(all.equal(as.numeric(q), p, tolerance = 1e-9))
  }
  add(case, "exact", a = a, b = b, p = p)
}
signs <- function(case, a, b) {
  p <- convolve_signs(a - b)
  if (has_coin) {
    q <- coin::pvalue(coin::wilcoxsign_test(a ~ b, distribution = "exact", zero.method = "Wilcoxon"))
    stopifnot(all.equal(as.numeric(q), p, tolerance = 1e-9))
  }
  add(case, "signs", a = a, b = b, p = p)
}
exact("exact-mtcars", mtcars$mpg[mtcars$am == 1], mtcars$mpg[mtcars$am == 0])
exact("exact-ovarian", ovarian$age[ovarian$rx == 1], ovarian$age[ovarian$rx == 2])
exact("exact-aml", aml$time[aml$x == "Maintained"], aml$time[aml$x != "Maintained"])
exact("exact-iris", iris$Sepal.Length[1:20], iris$Sepal.Length[51:70])
exact("exact-ties", c(1, 1, 2, 2, 2), c(2, 2, 3))
exact("exact-two", 1, 2)
exact("exact-skewed", c(1, 1, 1, 1, 5), c(1, 1, 2, 1))
signs("signs-sleep", sleep$extra[1:10], sleep$extra[11:20])
signs("signs-anorexia", anorexia$Prewt, anorexia$Postwt)
signs("signs-iris", iris$Sepal.Width[1:50], iris$Sepal.Width[51:100])
signs("signs-zeros", c(3, 1, 4, 1, 5, 9, 2), c(3, 2, 2, 1, 6, 5, 3))
signs("signs-one", 2, 1)

welch <- function(case, x, g) {
  g <- as.integer(factor(g))
  w <- oneway.test(x ~ g)
  add(case, "welch", x = x, g = g - 1, test = c(w$statistic, w$parameter, w$p.value))
}
welch("welch-iris", iris$Sepal.Length, iris$Species)
welch("welch-mtcars", mtcars$mpg, mtcars$cyl)
welch("welch-air", airquality$Temp, airquality$Month)
welch("welch-veteran", v$age, v$trt)
welch("welch-small", c(1, 2, 5, 5.5, 0, 9), c(1, 1, 2, 2, 3, 3))

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
# Approval of the prime minister (Agresti 1990, R's example); recurrence and death in colon;
# treated and untreated eyes of patients in retinopathy.
mcnemar("mcnemar-approval", 150, 86)
w <- merge(colon[colon$etype == 1, c("id", "status")], colon[colon$etype == 2, c("id", "status")],
           by = "id")
mcnemar("mcnemar-colon", sum(w[[2]] > w[[3]]), sum(w[[2]] < w[[3]]))
w <- merge(retinopathy[retinopathy$trt == 1, c("id", "status")],
           retinopathy[retinopathy$trt == 0, c("id", "status")], by = "id")
mcnemar("mcnemar-eyes", sum(w[[2]] > w[[3]]), sum(w[[2]] < w[[3]]))
adjust <- function(case, p) add(case, "adjust", p = p, bh = p.adjust(p, "BH"),
                                by = p.adjust(p, "BY"), holm = p.adjust(p, "holm"))
adjust("adjust-a", c(0.01, 0.04, 0.03, 0.5, 0.04, 0.001, 1))
adjust("adjust-missing", c(0.2, NA, 0.01, 0, NA, 0.7))
adjust("adjust-one", 0.3)
correlations <- function(d) {
  k <- combn(ncol(d), 2)
  apply(k, 2, function(i) cor.test(d[[i[1]]], d[[i[2]]])$p.value)
}
groups <- function(d, g) sapply(d, function(x) t.test(x[g], x[!g])$p.value)
numbers <- pbc[, c("age", "bili", "chol", "albumin", "copper", "alk.phos", "ast", "trig", "platelet",
                   "protime")]
many <- list(mtcars = correlations(mtcars), pbc = groups(numbers, pbc$sex == "f"),
             judges = correlations(USJudgeRatings[1:12, ]), swiss = correlations(swiss),
             birthwt = correlations(birthwt))
for (n in names(many)) adjust(paste0("adjust-", n), many[[n]])
storey <- function(case, p) {
  m <- length(p)
  lambda <- (1:19) * 0.05
  count <- sapply(lambda, function(l) sum(p >= l))
  pi0 <- count / (m * (1 - lambda))
  mse <- count / (m^2 * (1 - lambda)^2) * (1 - count / m) + (pi0 - quantile(pi0, 0.1))^2
  least <- min(pi0[mse == min(mse)], 1)
  half <- min(1, sum(p >= 0.5) / (m * 0.5))
  # Without a p-value above the last lambda, qvalue stops.
  if (requireNamespace("qvalue", quietly = TRUE) && max(p) >= 0.95) {
    q <- qvalue::qvalue(p, lambda = lambda, pi0.method = "bootstrap")
    stopifnot(all.equal(q$pi0, least, tolerance = 1e-12),
              all.equal(unname(q$qvalues), unname(least * p.adjust(p, "BH")), tolerance = 1e-12),
              all.equal(unname(qvalue::qvalue(p, lambda = 0.5)$qvalues),
                        unname(half * p.adjust(p, "BH")), tolerance = 1e-12))
  }
  add(case, "storey", p = p, shares = c(least, half), least = least * p.adjust(p, "BH"),
      half = half * p.adjust(p, "BH"))
}
storey("storey-mtcars", many$mtcars)
storey("storey-birthwt", many$birthwt)
storey("storey-swiss", many$swiss)
storey("storey-even", (1:40) / 40)

# Groups that share rows: areas under the ROC curve by wilcox.test, resamples by a formula.
overlap <- function(case, y, x, second) {
  n <- length(y)
  area <- function(i) {
    p <- x[i][y[i] == 1]
    q <- x[i][y[i] == 0]
    if (length(p) == 0 || length(q) == 0) return(NA)
    unname(suppressWarnings(wilcox.test(p, q)$statistic)) / (length(p) * length(q))
  }
  both <- function(i) area(i) - area(i[second[i]])
  t <- sapply(1:199, function(b) both((7 * b * (1:n)^2 + 7919 * b + 31 * (1:n)) %% n + 1))
  known <- t[!is.na(t)]
  limits <- boot:::norm.inter(known, c(0.025, 0.975))[, 2]
  add(case, "overlap", y = y, x = x, second = second,
      values = c(area(1:n), area(which(second)), limits, sum(is.na(t)),
                 min(1, 2 * (1 + min(sum(known <= 0), sum(known >= 0))) / (1 + length(known)))))
}
overlap("overlap-asah", (aSAH$outcome == "Poor") + 0, aSAH$s100b, aSAH$gender == "Female")
overlap("overlap-birthwt", birthwt$low, -birthwt$lwt, birthwt$smoke == 1)
overlap("overlap-infert", infert$case, infert$spontaneous, infert$induced == 0)
overlap("overlap-ovarian", (ovarian$fustat == 1) + 0, ovarian$age, ovarian$rx == 1)
writeLines(lines, file.path(golden, "association.csv"))

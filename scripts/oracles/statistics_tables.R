# Golden values of intervals of the measures of a 2 by 2 table (score intervals by their defining
# equations), cost cut-offs (pROC), permutation tests of areas under precision-recall curves (all
# orders), Brier scores, cohort tables, gene tables and correlations between groups of columns, from
# R's formulas on aSAH (pROC), birthwt (MASS), lung, veteran, pbc and ovarian (survival), infert,
# mtcars, iris, swiss, airquality and small cases written by hand.
#
# Usage: Rscript scripts/oracles/statistics_tables.R
# Writes Tests/StatisticsTests/Golden/tables.csv; inputs stand in each case.
suppressPackageStartupMessages({library(survival); library(MASS); library(pROC)})
data(aSAH)
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
golden <- file.path(dirname(script), "../../Tests/StatisticsTests/Golden")
text <- function(x) {
  if (is.character(x)) return(paste(x, collapse = " "))
  x <- as.numeric(x)
  paste(ifelse(is.na(x), "nil", sprintf("%.17g", x)), collapse = " ")
}
lines <- c(paste0("# R ", getRversion(), ", pROC ", packageVersion("pROC"), ", ", Sys.Date()),
           "case,kind,fields")
add <- function(case, kind, ...) {
  fields <- list(...)
  pairs <- paste0(names(fields), "=", sapply(fields, text))
  lines <<- c(lines, paste(case, kind, paste(pairs, collapse = "|"), sep = ","))
}

# Score intervals: all values g of a measure for which the largest likelihood under the value, of
# sensitivity s and false alarms f with the part w of positive rows, has a score statistic within
# qchisq(0.95, 1). s is a function of f; its derivative is that of the implicit function.
measures <- list(
  lrp = list(f = quote(s / f), low = 0, high = Inf, s = function(g, f, w) g * f),
  lrn = list(f = quote((1 - s) / (1 - f)), low = 0, high = Inf, s = function(g, f, w) 1 - g * (1 - f)),
  ba = list(f = quote((1 + s - f) / 2), low = 0, high = 1, s = function(g, f, w) 2 * g - 1 + f),
  mcc = list(
    f = quote((s - f) * sqrt(w * (1 - w)) / sqrt((w * s + (1 - w) * f) * (1 - w * s - (1 - w) * f))),
    low = -1, high = 1, s = function(g, f, w) {
      # (s - f)^2 w (1 - w) = g^2 q (1 - q), q = w s + (1 - w) f.
      v <- 1 - w
      a <- w * v + g^2 * w^2
      b <- -2 * f * w * v - g^2 * w * (1 - 2 * v * f)
      c <- f^2 * w * v - g^2 * v * f * (1 - v * f)
      (-b + sign(g) * sqrt(pmax(0, b^2 - 4 * a * c))) / (2 * a)
    }),
  kappa = list(
    f = quote(2 * w * (1 - w) * (s - f) /
                (w * (1 - w * s - (1 - w) * f) + (w * s + (1 - w) * f) * (1 - w))),
    low = NA, high = 1, s = function(g, f, w) {
      v <- 1 - w
      (g * (w + v * f * (1 - 2 * w)) + 2 * w * v * f) / (2 * w * v - g * w * (1 - 2 * w))
    }))
score_interval <- function(name, tp, fp, tn, fn) {
  e <- measures[[name]]
  m <- tp + fn
  n <- fp + tn
  w <- m / (m + n)
  z2 <- qnorm(0.975)^2
  ds <- D(e$f, "s")
  df <- D(e$f, "f")
  low <- if (is.na(e$low)) -2 * w * (1 - w) / (w^2 + (1 - w)^2) else e$low
  estimate <- eval(e$f, list(s = tp / m, f = fp / n, w = w))
  if (is.nan(estimate)) return(c(NA, NA))
  part <- function(x, k, p) if (x - k * p == 0) 0 else (x - k * p)^2 / (k * p * (1 - p))
  root <- function(g, a, b) uniroot(g, c(a, b), tol = 1e-16, maxiter = 10000)$root
  statistic <- function(g) {
    # The part of f in which s stays within 0 and 1.
    s <- function(f) e$s(g, f, w)
    fs <- seq(1e-12, 1 - 1e-12, length.out = 20001)
    inside <- which(s(fs) > 0 & s(fs) < 1)
    if (length(inside) == 0) return(Inf)
    border <- function(i, j) {
      if (j < 1 || j > length(fs)) return(fs[i])
      a <- fs[i]
      b <- fs[j]
      for (k in 1:80) {
        x <- (a + b) / 2
        if (s(x) > 0 && s(x) < 1) a <- x else b <- x
      }
      a
    }
    a <- border(inside[1], inside[1] - 1)
    b <- border(inside[length(inside)], inside[length(inside)] + 1)
    slope <- function(f) {
      v <- list(s = s(f), f = f, w = w)
      way <- -eval(df, v) / eval(ds, v)
      (if (tp > 0) tp / v$s * way else 0) - (if (fn > 0) fn / (1 - v$s) * way else 0) +
        (if (fp > 0) fp / f else 0) - (if (tn > 0) tn / (1 - f) else 0)
    }
    at <- if (slope(a) <= 0) a else if (slope(b) >= 0) b else root(slope, a, b)
    part(tp, m, s(at)) + part(fp, n, at)
  }
  ratio <- is.infinite(e$high)
  to <- if (ratio) exp else identity
  g <- function(u) statistic(to(u)) - z2
  ends <- if (ratio) c(-20, 20) else c(low + 1e-9, e$high - 1e-9)
  middle <- if (ratio) min(19, max(-19, log(estimate))) else min(ends[2], max(ends[1], estimate))
  limit <- function(end, natural) if (g(end) <= 0) natural else to(root(g, end, middle))
  c(limit(ends[1], low), limit(ends[2], e$high))
}
table_case <- function(case, tp, fp, tn, fn) {
  j <- if (tp + fp + fn == 0) c(NA, NA) else as.numeric(binom.test(tp, tp + fp + fn)$conf.int)
  add(case, "measures", counts = c(tp, fp, tn, fn), f1 = 2 * j / (1 + j),
      lrp = score_interval("lrp", tp, fp, tn, fn), lrn = score_interval("lrn", tp, fp, tn, fn),
      ba = score_interval("ba", tp, fp, tn, fn), mcc = score_interval("mcc", tp, fp, tn, fn),
      kappa = score_interval("kappa", tp, fp, tn, fn))
}
from <- function(case, call, truth) table_case(case, sum(call & truth), sum(call & !truth),
                                               sum(!call & !truth), sum(!call & truth))
from("measures-asah", aSAH$s100b >= 0.205, aSAH$outcome == "Poor")
from("measures-birthwt", birthwt$smoke == 1, birthwt$low == 1)
from("measures-infert", infert$spontaneous > 0, infert$case == 1)
from("measures-mtcars", mtcars$vs == 1, mtcars$am == 1)
from("measures-iris", iris$Petal.Length[51:150] >= 4.85, rep(c(FALSE, TRUE), each = 50))
table_case("measures-perfect", 6, 0, 9, 0)
table_case("measures-none", 0, 3, 9, 4)
table_case("measures-small", 2, 1, 1, 1)
table_case("measures-inverse", 1, 7, 2, 8)
table_case("measures-two", 1, 0, 1, 0)

# Cut-offs by cost: pROC's weights; only curves whose best point is unique.
cost <- function(case, y, x, ratio, prevalence) {
  r <- roc(y, x, levels = c(0, 1), direction = "<", quiet = TRUE)
  best <- coords(r, "best", best.weights = c(ratio, prevalence), transpose = FALSE,
                 ret = c("threshold", "specificity", "sensitivity"))
  stopifnot(nrow(best) == 1)
  add(case, "cost", y = y, x = x, weights = c(ratio, prevalence), best = as.numeric(best),
      cost = prevalence * (1 - best$sensitivity) * ratio +
        (1 - prevalence) * (1 - best$specificity))
}
cost("cost-asah", (aSAH$outcome == "Poor") + 0, aSAH$s100b, 2, 0.3)
cost("cost-asah-rare", (aSAH$outcome == "Poor") + 0, aSAH$ndka, 5, 0.05)
cost("cost-birthwt", birthwt$low, -birthwt$lwt, 2.7, 0.25)
cost("cost-ovarian", (ovarian$fustat == 1) + 0, ovarian$age, 1.5, 0.4)
cost("cost-perfect", c(0, 0, 1, 1), c(1, 2, 3, 4), 1, 0.5)

# Areas under precision-recall curves of all orders of the classes.
average_precision <- function(y, x) {
  cuts <- sort(unique(x), decreasing = TRUE)
  tp <- sapply(cuts, function(c) sum(y & x >= c))
  n <- sapply(cuts, function(c) sum(x >= c))
  sum(diff(c(0, tp)) * tp / n) / sum(y)
}
orders <- function(case, y, x) {
  k <- combn(length(y), sum(y))
  all <- apply(k, 2, function(i) average_precision(seq_along(y) %in% i, x))
  own <- average_precision(y == 1, x)
  add(case, "orders", y = y, x = x, observed = own, p = mean(all >= own * (1 - 1e-12)))
}
some <- c(1, 5, 6, 9, 12, 20, 33, 40, 51, 60, 71, 88)
orders("orders-asah", (aSAH$outcome[some] == "Poor") + 0, aSAH$s100b[some])
orders("orders-birthwt", birthwt$low[seq(3, 189, 15)], -birthwt$lwt[seq(3, 189, 15)])
orders("orders-ovarian", (ovarian$fustat[1:14] == 1) + 0, ovarian$age[1:14])
orders("orders-ties", c(0, 1, 0, 1, 1, 0, 1, 0, 1), c(1, 1, 2, 2, 2, 3, 3, 0, 5))
orders("orders-two", c(1, 0), c(2, 1))

brier <- function(case, y, p) add(case, "brier", y = y, p = p, values = c(
  mean((p - y)^2), mean(y) * (1 - mean(y)), 1 - mean((p - y)^2) / (mean(y) * (1 - mean(y)))))
brier("brier-infert", infert$case, plogis(-2 + infert$spontaneous + 0.5 * infert$induced))
brier("brier-birthwt", birthwt$low, round(plogis(1 - 0.02 * birthwt$lwt), 3))
brier("brier-mtcars", mtcars$am, plogis(12 - 4 * mtcars$wt))

# Cohort tables. Numbers: mean, SD, quartiles of type 7, skewness G1; differences as in tableone.
skewness <- function(x) {
  n <- length(x)
  sqrt(n * (n - 1)) / (n - 2) * mean((x - mean(x))^3) / mean((x - mean(x))^2)^1.5
}
pairs_of <- function(k) combn(k, 2, simplify = FALSE)
combined <- function(k, f) {
  d <- sapply(pairs_of(k), function(p) f(p[1], p[2]))
  if (k == 2) d else mean(abs(d))
}
number_column <- function(case, x, g, style) {
  g <- as.integer(factor(g))
  k <- max(g)
  parts <- split(x, g)
  known <- lapply(parts, function(v) v[!is.na(v)])
  chosen <- style
  if (style == "bySkewness")
    chosen <- if (isTRUE(abs(skewness(x[!is.na(x)])) <= 1)) "mean" else "median"
  test <- suppressWarnings(
    if (chosen == "mean" && k == 2) t.test(known[[1]], known[[2]])
    else if (chosen == "mean") oneway.test(x ~ g)
    else if (k == 2) wilcox.test(known[[1]], known[[2]]) else kruskal.test(known))
  add(case, "number", x = x, g = g - 1, style = style, chosen = chosen, p = test$p.value,
      missing = sapply(parts, function(v) sum(is.na(v))),
      mean = sapply(known, mean), sd = sapply(known, sd),
      quartiles = sapply(known, function(v) quantile(v, c(0.25, 0.5, 0.75))),
      skewness = skewness(x[!is.na(x)]),
      smd = combined(k, function(i, j) (mean(known[[i]]) - mean(known[[j]])) /
                       sqrt((var(known[[i]]) + var(known[[j]])) / 2)))
}
category_column <- function(case, x, g) {
  g <- as.integer(factor(g))
  x <- as.integer(factor(x))
  t <- table(g, x)
  e <- suppressWarnings(chisq.test(t, correct = FALSE))
  is_chi <- all(e$expected >= 1) && mean(e$expected < 5) <= 0.2
  distance <- function(i, j) {
    p <- (t[i, ] / sum(t[i, ]))[-ncol(t)]
    q <- (t[j, ] / sum(t[j, ]))[-ncol(t)]
    cov <- function(p) diag(p, length(p)) - outer(p, p)
    sqrt(drop(t(p - q) %*% solve((cov(p) + cov(q)) / 2) %*% (p - q)))
  }
  add(case, "category", x = x - 1, g = g - 1, counts = base::t(t), chi = is_chi,
      p = if (is_chi) e$p.value else fisher.test(t, workspace = 2e8)$p.value,
      smd = combined(max(g), distance))
}
number_column("number-asah", aSAH$age, aSAH$outcome, "bySkewness")
number_column("number-asah-skewed", aSAH$ndka, aSAH$outcome, "bySkewness")
number_column("number-lung", lung$meal.cal, lung$sex, "mean")
number_column("number-pbc", pbc$chol[1:312], pbc$trt[1:312], "bySkewness")
number_column("number-veteran", veteran$karno, veteran$celltype, "mean")
number_column("number-air", airquality$Ozone, airquality$Month, "median")
number_column("number-mtcars", mtcars$mpg, mtcars$am, "mean")
category_column("category-birthwt", birthwt$race, birthwt$low)
category_column("category-asah", aSAH$wfns, aSAH$outcome)
category_column("category-veteran", veteran$trt, veteran$celltype)
category_column("category-mtcars", mtcars$gear, mtcars$cyl)
category_column("category-infert", infert$education, infert$case)
category_column("category-lung", lung$ph.ecog, lung$sex)

# Gene tables: Fisher's p and sample counts; odds ratios are tested with the 2 by 2 tables.
genes <- function(case, d, g) {
  p <- sapply(d, function(x) {
    t <- table(factor(g, c(TRUE, FALSE)), factor(x, c(1, 0)))
    if (any(colSums(t) == 0)) NA else fisher.test(t)$p.value
  })
  add(case, "genes", columns = unlist(d), g = g + 0, p = p, bh = p.adjust(p, "BH"),
      by = p.adjust(p, "BY"), holm = p.adjust(p, "holm"), height = -log10(p))
}
b <- pbc[1:312, ]
genes("genes-pbc", list(b$ascites, b$hepato, b$spiders, (b$edema > 0) + 0, (b$stage == 4) + 0,
                        (b$sex == "f") + 0, 0 * b$age), b$status == 2)
genes("genes-birthwt", list(birthwt$smoke, birthwt$ht, birthwt$ui, (birthwt$ptl > 0) + 0),
      birthwt$low == 1)
genes("genes-mtcars", list(mtcars$vs, (mtcars$cyl == 8) + 0, (mtcars$gear == 4) + 0, 1 + 0 * mtcars$am),
      mtcars$am == 1)

# Groups of columns: cor.
cross <- function(case, a, b) {
  for (kind in c("pearson", "spearman")) {
    m <- suppressWarnings(cor(a, b, method = kind))
    r <- abs(m)
    best <- apply(r, 1, function(x) if (all(is.na(x))) NA else max(x, na.rm = TRUE))
    add(paste(case, kind, sep = "-"), "cross", a = as.matrix(a), b = as.matrix(b),
        counts = c(ncol(a), ncol(b)), matrix = t(m), maxima = best,
        means = apply(r, 1, function(x) if (all(is.na(x))) NA else mean(x, na.rm = TRUE)),
        sds = apply(r, 1, function(x) if (all(is.na(x))) NA else sd(x, na.rm = TRUE)),
        columns = apply(r, 2, function(x) if (all(is.na(x))) NA else max(x, na.rm = TRUE)),
        overall = c(max(r, na.rm = TRUE), mean(r, na.rm = TRUE), sd(r, na.rm = TRUE)),
        ofMaxima = c(mean(best, na.rm = TRUE), sd(best, na.rm = TRUE)))
  }
}
cross("cross-mtcars", mtcars[, 1:4], mtcars[, 5:8])
cross("cross-swiss", swiss[1:20, 1:2], swiss[1:20, 3:6])
cross("cross-iris", iris[51:75, 1:2], cbind(iris[51:75, 3:4], c = 1))

volume <- function(case, d, x) {
  r <- sapply(d, function(y) cor(rank(y[!is.na(y)]), rank(x[!is.na(y)])))
  n <- sapply(d, function(y) sum(!is.na(y)))
  p <- sapply(d, function(y) suppressWarnings(
    cor.test(y, x, method = "spearman", exact = FALSE)$p.value))
  half <- qnorm(0.975) * sqrt((1 + r^2 / 2) / (n - 3))
  add(case, "volume", columns = unlist(d), x = x, n = n, r = r, p = p, bh = p.adjust(p, "BH"),
      lower = tanh(atanh(r) - half), upper = tanh(atanh(r) + half))
}
volume("volume-mtcars", mtcars[, c("mpg", "hp", "wt", "qsec")], mtcars$disp)
volume("volume-air", airquality[, c("Ozone", "Solar.R", "Wind")], airquality$Temp)
volume("volume-iris", iris[, 2:4], iris$Sepal.Length)
writeLines(lines, file.path(golden, "tables.csv"))

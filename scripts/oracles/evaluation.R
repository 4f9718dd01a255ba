# Golden values of resampling statistics: intervals of R's boot from given resamples, cross-validated
# areas (LeDell 2015), areas of clustered rows (Obuchowski 1997), corrected resampled t (Nadeau &
# Bengio 2003), .632+ (Sahiner 2008; Efron & Tibshirani 1997), Monte-Carlo intervals of permutation
# p-values (binom.test), concordance (survival). The formulas of the papers are written out over all
# pairs of rows, in another way than in the program.
#
# Data come from an integer formula that Tests/EvaluationTests/SyntheticRows.swift repeats.
# Usage: Rscript scripts/oracles/evaluation.R
# Writes Tests/EvaluationTests/Golden/evaluation.csv.
suppressPackageStartupMessages({library(boot); library(survival)})
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
golden <- file.path(dirname(script), "../../Tests/EvaluationTests/Golden")

uniform <- function(i, j) {
  u <- (i * 7919 + j * 104729 + 4242) %% 65537
  for (k in 1:3) u <- (u * u + 12345 * u + 67) %% 65537
  u / 65537
}

# `lesions`: whether patients have 1 to 4 rows; `steps`: scores take that many values (0: no ties).
rows_of <- function(patients, lesions, steps, seed) {
  sizes <- if (lesions) 1 + (0:(patients - 1)) %% 4 else rep(1, patients)
  group <- rep(0:(patients - 1), sizes)
  i <- seq_along(group) - 1
  raw <- uniform(i, seed)
  score <- if (steps > 0) floor(raw * steps) / steps else raw
  eta <- uniform(group, seed + 1)
  positive <- raw + eta + uniform(i, seed + 2) > 1.4
  data.frame(
    group = group, score = score, other = uniform(i, seed + 3) + 0.5 * raw, positive = positive,
    value = 2 * raw + uniform(i, seed + 4), fold = group %% 5,
    time = floor(1 + 30 * uniform(i, seed + 5) * (2 - raw)), event = uniform(i, seed + 6) < 0.6
  )
}
draws_of <- function(patients, replicates, seed) {
  t(sapply(0:(replicates - 1), function(r) {
    floor(uniform(r * patients + 0:(patients - 1), seed) * patients) + 1
  }))
}
stratified_draws_of <- function(strata, replicates, seed) {
  n <- length(strata)
  members <- split(seq_len(n), strata)
  t(sapply(0:(replicates - 1), function(r) {
    u <- uniform(r * n + 0:(n - 1), seed)
    m <- members[as.character(strata)]
    mapply(function(k, v) k[floor(v * length(k)) + 1], m, u)
  }))
}

auc <- function(score, positive) {
  a <- score[positive]
  b <- score[!positive]
  if (length(a) == 0 || length(b) == 0) return(NaN)
  mean(outer(a, b, function(x, y) (x > y) + 0.5 * (x == y)))
}
metrics <- list(
  auc = function(d) auc(d$score, d$positive),
  accuracy = function(d) mean((d$score >= 0.5) == d$positive),
  rmse = function(d) sqrt(mean((d$value - d$score)^2)),
  spearman = function(d) suppressWarnings(cor(d$value, d$score, method = "spearman")),
  concordance = function(d) {
    if (nrow(d) < 2) return(NaN)
    unname(concordance(Surv(time, event) ~ score, d, reverse = TRUE)$concordance)
  }
)

lines <- c(
  paste0("# R ", getRversion(), ", boot ", packageVersion("boot"), ", survival ",
         packageVersion("survival"), ", papers' formulas over all pairs, ", Sys.Date()),
  "case,name,values"
)
add <- function(case, name, x) {
  x <- ifelse(is.na(x), "nil", sprintf("%.17g", x))
  lines <<- c(lines, paste(case, name, paste(x, collapse = " "), sep = ","))
}

# Bootstrap: patients drawn by formula; statistics of the drawn rows; intervals by boot.ci.
bootstrap <- function(case, d, metric, draws, strata = NULL) {
  f <- metrics[[metric]]
  by_patient <- split(d, d$group)
  patients <- length(by_patient)
  t <- apply(draws, 1, function(k) f(do.call(rbind, by_patient[k])))
  t0 <- f(d)
  left_out <- sapply(seq_len(patients), function(k) f(do.call(rbind, by_patient[-k])))
  s <- if (is.null(strata)) rep(1, patients) else strata
  size <- ave(s, s, FUN = length)
  l <- (size - 1) / size * (ave(left_out, s) - left_out)
  add(case, "estimate", t0)
  add(case, "undefined", sum(is.nan(t)))
  add(case, "moments", c(mean(t, na.rm = TRUE), sd(t, na.rm = TRUE)))
  add(case, "acceleration", sum(l^3) / (6 * sum(l^2)^1.5))
  t[is.nan(t)] <- NA
  b <- boot(seq_len(patients), function(x, i) mean(i), R = nrow(draws))
  b$t <- matrix(t, ncol = 1)
  b$t0 <- t0
  for (level in c(0.95, 0.9)) {
    ci <- boot.ci(b, conf = level, type = c("perc", "basic", "bca"), L = l)
    add(case, paste0("percentile", 100 * level), ci$percent[4:5])
    add(case, paste0("basic", 100 * level), ci$basic[4:5])
    add(case, paste0("bca", 100 * level), ci$bca[4:5])
  }
}
single <- rows_of(60, FALSE, 0, 10)
tied <- rows_of(50, FALSE, 7, 20)
lesions <- rows_of(40, TRUE, 12, 30)
few <- rows_of(10, FALSE, 0, 71)
bootstrap("boot-auc", single, "auc", draws_of(60, 499, 100))
bootstrap("boot-auc-tied", tied, "auc", draws_of(50, 399, 110))
bootstrap("boot-auc-lesions", lesions, "auc", draws_of(40, 399, 120))
bootstrap("boot-auc-few", few, "auc", draws_of(10, 199, 130))
bootstrap("boot-accuracy", single, "accuracy", draws_of(60, 399, 140))
bootstrap("boot-rmse-lesions", lesions, "rmse", draws_of(40, 399, 150))
bootstrap("boot-spearman", tied, "spearman", draws_of(50, 199, 160))
bootstrap("boot-concordance", single, "concordance", draws_of(60, 199, 170))
classes <- as.integer(!single$positive)
bootstrap("boot-stratified", single, "auc", stratified_draws_of(classes, 399, 180), classes)

# LeDell, Petersen & van der Laan 2015, section 5, row by row; clusters: influences of a patient
# are added before they are squared.
ledell <- function(case, d, grouped) {
  n <- nrow(d)
  p1 <- mean(d$positive)
  areas <- c()
  variances <- c()
  for (v in sort(unique(d$fold))) {
    e <- d[d$fold == v, ]
    a <- auc(e$score, e$positive)
    influence <- sapply(seq_len(nrow(e)), function(i) {
      if (e$positive[i]) {
        x <- e$score[!e$positive]
        (mean((e$score[i] > x) + 0.5 * (e$score[i] == x)) - a) / p1
      } else {
        x <- e$score[e$positive]
        (mean((e$score[i] < x) + 0.5 * (e$score[i] == x)) - a) / (1 - p1)
      }
    })
    if (grouped) influence <- as.numeric(tapply(influence, e$group, sum))
    areas <- c(areas, a)
    variances <- c(variances, sum(influence^2) / nrow(e))
  }
  se <- sqrt(mean(variances) / n)
  add(case, "areas", areas)
  add(case, "mean", mean(areas))
  add(case, "error", se)
  add(case, "interval95", pmin(1, pmax(0, mean(areas) + c(-1, 1) * qnorm(0.975) * se)))
  add(case, "pooled", auc(d$score, d$positive))
}
ledell("ledell-single", single, FALSE)
ledell("ledell-tied", tied, FALSE)
ledell("ledell-lesions", lesions, TRUE)
ledell("ledell-rows", lesions, FALSE)

# Obuchowski 1997: sums over all pairs of rows and clusters.
obuchowski_parts <- function(d, score) {
  a <- auc(score, d$positive)
  clusters <- sort(unique(d$group))
  x <- sapply(clusters, function(k) {
    own <- score[d$positive & d$group == k]
    part <- function(v) mean((v > score[!d$positive]) + 0.5 * (v == score[!d$positive]))
    sum(vapply(own, part, 0) - a)
  })
  y <- sapply(clusters, function(k) {
    own <- score[!d$positive & d$group == k]
    part <- function(v) mean((v < score[d$positive]) + 0.5 * (v == score[d$positive]))
    sum(vapply(own, part, 0) - a)
  })
  list(area = a, x = as.numeric(x), y = as.numeric(y))
}
obuchowski_covariance <- function(d, p, q) {
  m <- sum(d$positive)
  n <- sum(!d$positive)
  all <- length(unique(d$group))
  i10 <- length(unique(d$group[d$positive]))
  i01 <- length(unique(d$group[!d$positive]))
  s10 <- i10 / ((i10 - 1) * m) * sum(p$x * q$x)
  s01 <- i01 / ((i01 - 1) * n) * sum(p$y * q$y)
  s11 <- all / (all - 1) * sum(p$x * q$y)
  s11b <- all / (all - 1) * sum(q$x * p$y)
  s10 / m + s01 / n + s11 / (m * n) + s11b / (m * n)
}
obuchowski <- function(case, d) {
  p <- obuchowski_parts(d, d$score)
  q <- obuchowski_parts(d, d$other)
  v <- obuchowski_covariance(d, p, p)
  add(case, "area", p$area)
  add(case, "variance", v)
  add(case, "interval95", pmin(1, pmax(0, p$area + c(-1, 1) * qnorm(0.975) * sqrt(v))))
  error <- sqrt(v + obuchowski_covariance(d, q, q) - 2 * obuchowski_covariance(d, p, q))
  gap <- p$area - q$area
  add(case, "difference", c(gap, error, 2 * pnorm(-abs(gap / error))))
}
obuchowski("obuchowski-lesions", lesions)
obuchowski("obuchowski-single", tied)
obuchowski("obuchowski-many", rows_of(120, TRUE, 0, 60))

# Nadeau & Bengio 2003.
nadeau <- function(case, x, share) {
  j <- length(x)
  error <- sqrt((1 / j + share) * var(x))
  add(case, "share", share)
  add(case, "t", c(mean(x), error, mean(x) / error, 2 * pt(-abs(mean(x) / error), j - 1)))
  add(case, "interval95", mean(x) + c(-1, 1) * qt(0.975, j - 1) * error)
}
nadeau("nadeau-folds", uniform(0:49, 200) - 0.3, 1 / 4)
nadeau("nadeau-splits", uniform(0:19, 210), 3 / 7)
nadeau("nadeau-two", uniform(0:1, 220), 1)

# .632+ with the case distinctions of the papers.
sahiner <- function(case, apparent, seed, low) {
  x <- low + (1 - low) * uniform(0:39, seed)
  estimate <- sapply(x, function(a) {
    r <- if (a <= 0.5) 1 else if (apparent > a) (apparent - a) / (apparent - 0.5) else 0
    alpha <- 0.632 / (1 - 0.368 * r)
    (1 - alpha) * apparent + alpha * max(0.5, a)
  })
  add(case, "input", c(apparent, seed, low))
  add(case, "value", mean(estimate))
  add(case, "plain", 0.368 * apparent + 0.632 * mean(x))
}
sahiner("sahiner-overfitted", 0.97, 300, 0.2)
sahiner("sahiner-good", 0.8, 310, 0.6)
sahiner("sahiner-useless", 0.5, 320, 0.3)
efron <- function(case, apparent, out, gamma) {
  capped <- min(out, gamma)
  r <- if (out > apparent && gamma > apparent) (capped - apparent) / (gamma - apparent) else 0
  w <- 0.632 / (1 - 0.368 * r)
  # Equation 32 for Err(1)' is the weighted mean with w, plus what capping took from Err(1).
  value <- (1 - w) * apparent + w * capped + 0.632 * (out - capped)
  add(case, "input", c(apparent, out, gamma))
  add(case, "value", value)
}
efron("efron-overfitted", 0, 0.42, 0.5)
efron("efron-capped", 0.05, 0.55, 0.48)
efron("efron-none", 0.2, 0.18, 0.5)

# Permutation tests.
for (b in c(0, 1, 23, 999)) {
  case <- paste0("permutation-", b)
  add(case, "p", (b + 1) / 1000)
  add(case, "interval95", as.numeric(binom.test(b, 999)$conf.int))
}
add("metric", "concordance", sapply(list(single, tied, lesions), metrics$concordance))
dir.create(golden, showWarnings = FALSE, recursive = TRUE)
writeLines(lines, file.path(golden, "evaluation.csv"))

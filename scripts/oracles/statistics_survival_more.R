# Golden values of time-dependent areas, Brier scores of survival, searched cuts, interactions and
# tables of Cox models.
# - Areas and Brier scores: the papers' equations, written out below; where no times are tied they
#   are checked here against riskRegression's Score.
# - Maximally selected log-rank statistics: maxstat. Divisions of X-tile: survdiff of every division.
# - Interactions and tables: survival's coxph and anova.
#
# Usage: Rscript scripts/oracles/statistics_survival_more.R
# Reads Tests/StatisticsTests/Golden/survival_data.csv, writes survival_more.csv beside it.
suppressPackageStartupMessages({
  library(survival)
  library(maxstat)
  library(riskRegression)
})
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
golden <- file.path(dirname(script), "../../Tests/StatisticsTests/Golden")
text <- function(x) {
  if (is.character(x)) return(paste(x, collapse = " "))
  x <- as.numeric(x)
  paste(ifelse(is.na(x), "nil", sprintf("%.17g", x)), collapse = " ")
}
sets <- list()
for (line in readLines(file.path(golden, "survival_data.csv"))[-(1:2)]) {
  f <- strsplit(line, ",")[[1]]
  sets[[f[1]]][[f[2]]] <- as.numeric(strsplit(f[3], " ")[[1]])
}
sets <- lapply(sets, as.data.frame)
cases <- list()
kinds <- list()
add <- function(case, kind, name, x) {
  cases[[case]] <<- c(cases[[case]], paste0(name, "=", text(x)))
  kinds[[case]] <<- kind
}

# Weighting ----------------------------------------------------------------------------------------
# Events come before censoring at one time.
censoring <- function(d) {
  u <- sort(unique(d$time))
  n <- sapply(u, function(s) sum(d$time > s | (d$time == s & d$event == 0)))
  k <- sapply(u, function(s) sum(d$time == s & d$event == 0))
  h <- ifelse(n > 0, k / n, 0)
  after <- cumprod(1 - h)
  list(u = u, n = n, h = h, after = after, before = c(1, after)[seq_along(u)])
}
at <- function(g, t) if (any(g$u <= t)) g$after[max(which(g$u <= t))] else 1

# Blanche et al. 2013, section 4, in terms of the two-sample statistic.
area <- function(d, x, t) {
  n <- nrow(d)
  g <- censoring(d)
  j <- match(d$time, g$u)
  w <- ifelse(d$time <= t & d$event == 1, 1 / g$before[j], 0)
  v <- as.numeric(d$time > t) / at(g, t)
  k <- outer(x, x, ">") + outer(x, x, "==") / 2
  h <- sum(outer(w, v) * k) / n^2
  f <- mean(w)
  s <- mean(v)
  a <- h / (f * s)
  # row k, column i: integral of the censoring martingale of k over the share at risk, before T_i
  m <- t(sapply(1:n, function(r) {
    own <- (d$time[r] == g$u) * (d$event[r] == 0)
    risk <- d$time[r] > g$u | (d$time[r] == g$u & d$event[r] == 0)
    c(0, cumsum(ifelse(g$n > 0, (own - risk * g$h) / (g$n / n), 0)))[j]
  }))
  influence <- sapply(1:n, function(r) {
    pair <- (w[r] * sum(k[r, ] * v) + v[r] * sum(w * k[, r])) / n
    pass <- sum(m[r, ] * w * (k %*% v)) / n^2
    case <- w[r] + sum(m[r, ] * w) / n
    # G(t) cancels between h and s: both are multiplied by 1 / G(t).
    (pair + pass - 2 * h) / (f * s) - a * ((case - f) / f + (v[r] - s) / s)
  })
  list(area = a, influence = influence, error = sd(influence) / sqrt(n),
       counts = c(sum(w > 0), sum(v > 0)))
}
scored <- function(case, s, one, two, times) {
  d <- sets[[s]]
  for (t in times) {
    a <- area(d, d[[one]], t)
    b <- area(d, d[[two]], t)
    name <- paste(case, t, sep = "-")
    add(name, "area", "data", s)
    add(name, "area", "columns", c(one, two))
    add(name, "area", "time", t)
    add(name, "area", "counts", a$counts)
    add(name, "area", "area", c(a$area, b$area))
    add(name, "area", "error", c(a$error, b$error))
    add(name, "area", "influence", head(a$influence, 4))
    add(name, "area", "difference", sd(a$influence - b$influence) / sqrt(nrow(d)))
    if (!anyDuplicated(d$time)) {
      x <- (d[[one]] - min(d[[one]]) + 1) / (max(d[[one]]) - min(d[[one]]) + 2)
      e <- Score(list(m = cbind(x)), Surv(time, event) ~ 1, d, times = t, metrics = "auc",
                 null.model = FALSE, cens.model = "km")$AUC$score
      stopifnot(abs(e$AUC - a$area) < 1e-13, abs(e$se - a$error) < 1e-13)
      # A mark that the case was checked against riskRegression.
      add(name, "area", "checked", 1)
    }
  }
}
# The first row of every time.
sets$untied <- sets$veteran[!duplicated(sets$veteran$time), ]
scored("area-untied", "untied", "age", "trt", c(30.5, 100, 200))
scored("area-ovarian", "ovarian", "age", "residual", c(268, 500, 1000))
scored("area-lung", "lung", "ecog", "age", c(180, 365, 700))
scored("area-veteran", "veteran", "age", "cell", c(8, 99.5))
scored("area-ties", "ties", "x", "group", c(1, 3, 5))
scored("area-last", "last", "x", "group", 2)
scored("area-single", "single", "x", "group", 3)

prediction <- function(n, k) ((seq_len(n) * 37 + k * 11) %% 101) / 101
brier <- function(case, s, times) {
  d <- sets[[s]]
  g <- censoring(d)
  j <- match(d$time, g$u)
  fit <- survfit(Surv(d$time, d$event) ~ 1, timefix = FALSE)
  one <- function(p, t) mean(
    ifelse(d$time > t, (1 - p)^2 / at(g, t), ifelse(d$event == 1, p^2 / g$before[j], 0)))
  own <- sapply(seq_along(times), function(k) one(prediction(nrow(d), k), times[k]))
  km <- summary(fit, times = times, extend = TRUE)$surv
  base <- sapply(seq_along(times), function(k) one(km[k], times[k]))
  mean_over <- function(y) sum(diff(times) * (head(y, -1) + y[-1]) / 2) / diff(range(times))
  add(case, "brier", "data", s)
  add(case, "brier", "times", times)
  add(case, "brier", "score", own)
  add(case, "brier", "reference", base)
  add(case, "brier", "integrated", c(mean_over(own), mean_over(base)))
  if (!anyDuplicated(d$time)) {
    p <- sapply(seq_along(times), function(k) 1 - prediction(nrow(d), k))
    e <- Score(list(m = p), Surv(time, event) ~ 1, d, times = times, metrics = "brier",
               se.fit = FALSE, cens.model = "km")$Brier$score
    stopifnot(abs(e$Brier[e$model == "m"] - own) < 1e-13,
              abs(e$Brier[e$model == "Null model"] - base) < 1e-13)
  }
}
brier("brier-ovarian", "ovarian", c(268, 500, 1000))
brier("brier-untied", "untied", c(30.5, 100, 200))
brier("brier-lung", "lung", c(180, 365, 700))
brier("brier-ties", "ties", c(1, 3, 5))

# Cuts ---------------------------------------------------------------------------------------------
chi <- function(d, g) tryCatch(survdiff(Surv(d$time, d$event) ~ g)$chisq, error = function(e) NA)
searched <- function(case, s, column, least = 0.1) {
  d <- sets[[s]]
  x <- d[[column]]
  m <- maxstat.test(Surv(time, event) ~ x, data.frame(d, x), smethod = "LogRank",
                    pmethod = "Lau92", minprop = least, maxprop = 1 - least)
  add(case, "cut", "data", s)
  add(case, "cut", "column", column)
  add(case, "cut", "least", least)
  add(case, "cut", "cut", m$estimate)
  add(case, "cut", "statistic", m$statistic)
  # For small statistics the approximation goes beyond 1.
  add(case, "cut", "p", min(1, m$p.value))
  keep <- seq_len(min(8, length(m$cuts)))
  add(case, "cut", "cuts", m$cuts[keep])
  add(case, "cut", "statistics", m$stats[keep])
  add(case, "cut", "raw", chi(d, x > m$estimate))
  u <- head(sort(unique(x)), -1)
  n <- length(x) * least - 1e-9
  ok <- u[sapply(u, function(c) min(sum(x <= c), sum(x > c)) >= n)]
  one <- sapply(ok, function(c) chi(d, x > c))
  add(case, "cut", "single", c(ok[which(one >= max(one, na.rm = TRUE) * (1 - 1e-12))[1]],
                               max(one, na.rm = TRUE)))
  pairs <- expand.grid(b = u, a = u)
  pairs <- pairs[pairs$a < pairs$b, ]
  size <- mapply(function(a, b) min(sum(x <= a), sum(x > a & x <= b), sum(x > b)),
                 pairs$a, pairs$b)
  pairs <- pairs[size >= n, ]
  if (nrow(pairs) > 0) {
    two <- mapply(function(a, b) chi(d, (x > a) + (x > b)), pairs$a, pairs$b)
    best <- which(two >= max(two) * (1 - 1e-12))[1]
    add(case, "cut", "double", c(pairs$a[best], pairs$b[best], two[best], nrow(pairs)))
  }
}
searched("cut-ovarian", "ovarian", "age")
searched("cut-veteran", "veteran", "karno")
searched("cut-veteran-age", "veteran", "age", 0.25)
searched("cut-lung", "lung", "age", 0.2)
searched("cut-ties", "ties", "x")
searched("cut-last", "last", "x")
searched("cut-single", "single", "x")

# All orders of seven values.
d <- data.frame(time = c(2, 3, 3, 5, 6, 8, 9), event = c(1, 1, 0, 1, 1, 0, 1))
x <- c(7, 6, 3, 5, 2, 1, 4)
orders <- function(v) if (length(v) == 1) list(v) else
  unlist(lapply(seq_along(v), function(i) lapply(orders(v[-i]), function(r) c(v[i], r))), FALSE)
all_orders <- orders(x)
largest <- function(v) maxstat.test(
  Surv(time, event) ~ v, data.frame(d, v), smethod = "LogRank", minprop = 0.2, maxprop = 0.8)$statistic
# Only the order matters, so the scores are taken once.
scores <- exactRankTests::cscores(Surv(d$time, d$event), int = FALSE)
ss <- sum(scores)
size <- 1:5
spread <- sqrt(size * (7 - size) / (49 * 6) * (7 * sum(scores^2) - ss^2))
fast <- function(v) max(abs(cumsum(scores[order(v)])[size] - size / 7 * ss) / spread)
stopifnot(abs(fast(x) - largest(x)) < 1e-12)
add("permutation", "permutation", "p", mean(sapply(all_orders, fast) >= fast(x) - 1e-9))

crossed <- function(case, s, column) {
  d <- sets[[s]]
  x <- d[[column]]
  fold <- (seq_along(x) - 1) %% 5
  g <- rep(0, length(x))
  cuts <- sapply(0:4, function(k) {
    z <- data.frame(time = d$time, event = d$event, x = x)[fold != k, ]
    maxstat.test(Surv(time, event) ~ x, z, smethod = "LogRank")$estimate
  })
  for (k in 0:4) g[fold == k] <- as.numeric(x[fold == k] > cuts[k + 1])
  add(case, "crossed", "data", s)
  add(case, "crossed", "column", column)
  add(case, "crossed", "cuts", cuts)
  add(case, "crossed", "chi", chi(d, g))
}
crossed("crossed-veteran", "veteran", "karno")
crossed("crossed-ovarian", "ovarian", "age")
crossed("crossed-lung", "lung", "age")

# Cox ----------------------------------------------------------------------------------------------
control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60, timefix = FALSE)
surv <- function(d) if (is.null(d$entry)) Surv(d$time, d$event) else Surv(d$entry, d$time, d$event)
interaction_of <- function(case, s, group, covariate, adjusting, ties, strata = NULL,
                           cluster = NULL) {
  d <- sets[[s]]
  d$y <- surv(d)
  d$x <- d[[covariate]]
  fit <- function(formula) {
    arguments <- list(as.formula(formula), data = d, ties = ties, control = control)
    if (!is.null(cluster)) arguments$cluster <- d[[cluster]]
    do.call(coxph, arguments)
  }
  rest <- paste(c("", adjusting), collapse = " + ")
  if (!is.null(strata)) rest <- paste0(rest, " + strata(", strata, ")")
  d$g <- factor(d[[group]])
  small <- fit(paste("y ~ x + g", rest))
  large <- fit(paste("y ~ x * g", rest))
  k <- nlevels(d$g) - 1
  last <- tail(seq_along(coef(large)), k)
  effects <- sapply(levels(d$g), function(level) {
    d$g <<- relevel(factor(d[[group]]), level)
    m <- fit(paste("y ~ x * g", rest))
    c(coef(m)[1], sqrt(m$var[1, 1]))
  })
  change <- 2 * (large$loglik[2] - small$loglik[2])
  b <- coef(large)[last]
  w <- sum(b * solve(large$var[last, last], b))
  add(case, "interaction", "data", s)
  add(case, "interaction", "group", group)
  add(case, "interaction", "covariate", covariate)
  add(case, "interaction", "adjusting", adjusting)
  add(case, "interaction", "ties", ties)
  if (!is.null(strata)) add(case, "interaction", "strata", strata)
  if (!is.null(cluster)) add(case, "interaction", "cluster", cluster)
  add(case, "interaction", "ratio", c(change, k, pchisq(change, k, lower.tail = FALSE)))
  add(case, "interaction", "wald", c(w, k, pchisq(w, k, lower.tail = FALSE)))
  add(case, "interaction", "effects", effects)
}
interaction_of("interaction-veteran", "veteran", "trt", "karno", "age", "efron")
interaction_of("interaction-cell", "veteran", "cell", "karno", character(0), "breslow", "trt")
interaction_of("interaction-lung", "lung", "sex", "age", "ecog", "efron")
interaction_of("interaction-heart", "heart", "transplant", "age", "year", "efron", NULL, "id")

table_of <- function(case, ties, common) {
  d <- sets$lung
  i <- seq_len(nrow(d)) - 1
  d$y <- surv(d)
  d$grade <- factor(d$ecog)
  d$noise <- (i * 29 + 7) %% 53
  d$age[i %% 11 == 3] <- NA
  d$grade[i %% 13 == 5] <- NA
  variables <- c("age", "sex", "grade", "noise")
  whole <- complete.cases(d[, variables])
  fit <- function(names, rows) coxph(
    as.formula(paste("y ~", paste(names, collapse = " + "))), d[rows, ], ties = ties,
    control = control)
  report <- function(prefix, names, rows) {
    m <- fit(names, rows)
    s <- summary(m)
    add(case, "table", paste0(prefix, "-counts"), c(m$n, m$nevent, nrow(d) - m$n))
    add(case, "table", paste0(prefix, "-terms"),
        cbind(s$coefficients[, c(1, 3, 4, 5), drop = FALSE], s$conf.int[, c(1, 3, 4), drop = FALSE]))
    add(case, "table", paste0(prefix, "-ratio"), s$logtest)
    if (length(names) > 1) {
      drop <- sapply(names, function(v) {
        o <- fit(setdiff(names, v), rows)
        2 * (m$loglik[2] - o$loglik[2])
      })
      add(case, "table", paste0(prefix, "-drops"), drop)
    }
    s$logtest[3]
  }
  for (v in variables) report(v, v, if (common) whole else !is.na(d[[v]]))
  chosen <- variables[sapply(variables, function(v)
    summary(fit(v, if (common) whole else !is.na(d[[v]])))$waldtest[3]) < 0.05]
  report("all", chosen, complete.cases(d[, chosen]))
  add(case, "table", "chosen", chosen)
  add(case, "table", "complete", sum(whole))
  add(case, "table", "ties", ties)
  add(case, "table", "common", as.numeric(common))
}
table_of("table-efron", "efron", FALSE)
table_of("table-breslow", "breslow", TRUE)

# Rates --------------------------------------------------------------------------------------------
d <- sets$lung
response <- d$time > 300
for (column in c("sex", "ecog")) {
  g <- d[[column]]
  counts <- table(g, !response)
  case <- paste0("rates-", column)
  add(case, "rates", "column", column)
  add(case, "rates", "responders", counts[, 1])
  add(case, "rates", "trials", rowSums(counts))
  add(case, "rates", "intervals",
      sapply(1:nrow(counts), function(k) binom.test(counts[k, 1], sum(counts[k, ]))$conf.int))
  add(case, "rates", "chi", suppressWarnings(chisq.test(counts, correct = FALSE)$statistic))
  if (nrow(counts) == 2) add(case, "rates", "fisher", fisher.test(counts)$p.value)
}

lines <- c(paste0(
  "# R ", getRversion(), ", survival ", packageVersion("survival"), ", maxstat ",
  packageVersion("maxstat"), ", riskRegression ", packageVersion("riskRegression"),
  ", coxph eps 1e-14, timefix FALSE, ", Sys.Date()), "case,kind,fields")
for (case in names(cases))
  lines <- c(lines, paste(case, kinds[[case]], paste(cases[[case]], collapse = "|"), sep = ","))
writeLines(lines, file.path(golden, "survival_more.csv"))

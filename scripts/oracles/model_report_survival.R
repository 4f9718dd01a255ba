# Golden values of the survival tables of a report, for small synthetic rows (formulas below; the
# same in Tests/ModelReportTests/SurvivalTableTests.swift).
# - survfit, survdiff, coxph, cox.zph, concordance and survmean of R's survival;
# - maximally selected log-rank statistics: scores and p of Hothorn & Lausen 2003, written out;
#   X-tile: survdiff of every cut; time-dependent areas: Blanche et al. 2013, written out.
#
# Usage: Rscript scripts/oracles/model_report_survival.R
# Writes Tests/ModelReportTests/Golden/survival_tables.csv.
suppressPackageStartupMessages(library(survival))
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
golden <- file.path(dirname(script), "../../Tests/ModelReportTests/Golden")
lines <- c(paste0("# R ", getRversion(), ", survival ", packageVersion("survival"),
                  ", coxph eps 1e-14, timefix FALSE, ", Sys.Date()),
           "case;table;row;column;value")
put <- function(case, table, row, ...) {
  values <- list(...)
  for (column in names(values)) {
    x <- as.numeric(values[[column]])
    lines <<- c(lines, paste(case, table, row, column,
                             ifelse(is.na(x), "", sprintf("%.17g", x)), sep = ";"))
  }
}
bounded <- function(title, x) setNames(as.list(x), paste0(title, c("", ": lower", ": upper")))
control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60, timefix = FALSE)
tail_p <- function(chi, df = 1) pchisq(chi, df, lower.tail = FALSE)
text <- function(t) format(t, big.mark = ",", trim = TRUE)

noise <- function(row, column) (row * row * (column + 6) + row * (13 * column + 5) + 3 * column) %% 101
rows <- function(from, to) {
  r <- from:to
  d <- data.frame(score = noise(r, 1) %/% 2 / 8, event = as.numeric(noise(r, 3) >= 45),
                  site = noise(r, 4) %% 3, fold = r %% 5)
  d$time <- 1 + (150 - noise(r, 1)) * ((noise(r, 2) + 5) %/% 25)
  d$age <- ifelse(r %% 11 == 4, NA, 40 + noise(r, 7) %/% 3)
  d$female <- noise(r, 8) %% 2
  d
}

# Largest log-rank score statistic; the lower group has n least to n (1 - least) rows.
maxstat <- function(d, least = 0.1) {
  n <- nrow(d)
  gamma <- sapply(d$time, function(t) sum(d$time <= t))
  a <- sapply(seq_len(n), function(i)
    d$event[i] - sum((d$event / (n - gamma + 1))[d$time <= d$time[i]]))
  u <- head(sort(unique(d$score)), -1)
  m <- sapply(u, function(c) sum(d$score <= c))
  keep <- m >= max(1, floor(n * least)) & m <= floor(n * (1 - least))
  u <- u[keep]
  m <- m[keep]
  gap <- sapply(u, function(c) sum(a[d$score <= c])) - m * mean(a)
  s <- abs(gap) / sqrt(m * (n - m) / n * var(a))
  k <- which(s >= max(s) * (1 - 1e-12))[1]
  list(cut = u[k], statistic = s[k])
}
corrected <- function(b, e = 0.1)
  min(1, 4 * dnorm(b) / b + dnorm(b) * (b - 1 / b) * log((1 - e)^2 / e^2))
chi <- function(d, g, z = NULL) {
  if (length(unique(g)) < 2 || sum(d$event) == 0) return(NA)
  f <- if (is.null(z)) survdiff(Surv(d$time, d$event) ~ g) else
    survdiff(Surv(d$time, d$event) ~ g + strata(z))
  f$chisq
}
area <- function(d, t) {
  n <- nrow(d)
  x <- d$score
  u <- sort(unique(d$time))
  risk <- sapply(u, function(s) sum(d$time > s | (d$time == s & d$event == 0)))
  h <- ifelse(risk > 0, sapply(u, function(s) sum(d$time == s & d$event == 0)) / risk, 0)
  after <- cumprod(1 - h)
  j <- match(d$time, u)
  w <- ifelse(d$time <= t & d$event == 1, 1 / c(1, after)[j], 0)
  v <- as.numeric(d$time > t)
  k <- outer(x, x, ">") + outer(x, x, "==") / 2
  g <- sum(outer(w, v) * k) / n^2
  f <- mean(w)
  s <- mean(v)
  a <- g / (f * s)
  m <- t(sapply(1:n, function(r) {
    own <- (d$time[r] == u) * (d$event[r] == 0)
    at <- d$time[r] > u | (d$time[r] == u & d$event[r] == 0)
    c(0, cumsum(ifelse(risk > 0, (own - at * h) / (risk / n), 0)))[j]
  }))
  influence <- sapply(1:n, function(r) {
    pair <- (w[r] * sum(k[r, ] * v) + v[r] * sum(w * k[, r])) / n
    pass <- sum(m[r, ] * w * (k %*% v)) / n^2
    (pair + pass - 2 * g) / (f * s) - a * ((w[r] + sum(m[r, ] * w) / n - f) / f + (v[r] - s) / s)
  })
  list(area = a, influence = influence, error = sd(influence) / sqrt(n), cases = sum(w > 0),
       controls = sum(v))
}
logit <- function(x, e) {
  if (is.na(e) || e < 1e-12) return(c(x, NA, NA))
  c(x, plogis(qlogis(x) + c(-1, 1) * qnorm(0.975) * e / (x * (1 - x))))
}

quartiles <- function(d) {
  t <- sort(d$time[d$event == 1])
  unique(t[floor(c(0.25, 0.5, 0.75) * length(t)) + 1])
}
group_table <- function(case, d, high) {
  for (g in 0:1) if (any(high == g)) {
    own <- d[high == g, ]
    fit <- survfit(Surv(time, event) ~ 1, own, conf.type = "log-log", timefix = FALSE)
    at <- summary(fit, times = quartiles(d), extend = TRUE)
    unknown <- quartiles(d) > max(own$time) & at$surv > 0
    name <- c("Low score", "High score")[g + 1]
    do.call(put, c(list(case, "Survival by score", name, n = nrow(own), Events = sum(own$event)),
                   bounded("Median", survival:::survmean(fit, rmean = "none")$matrix[5:7])))
    for (k in which(!unknown)) do.call(put, c(
      list(case, "Survival by score", name),
      bounded(paste("Survival at", text(quartiles(d)[k])),
              if (at$surv[k] == 1) c(1, NA, NA) else c(at$surv[k], at$lower[k], at$upper[k]))))
  }
}
ranking_table <- function(case, d) {
  limit <- max(quartiles(d))
  for (k in 1:2) {
    f <- concordance(Surv(time, event) ~ score, d, reverse = TRUE, timewt = c("n", "n/G2")[k],
                     ymax = if (k == 2) limit, timefix = FALSE)
    do.call(put, c(list(case, "How well", c("Harrell's C", paste("Uno's C to", text(limit)))[k]),
                   bounded("Value", logit(f$concordance, sqrt(f$var)))))
  }
}
area_table <- function(case, d) {
  for (t in quartiles(d)) if (any(d$time > t)) {
    a <- area(d, t)
    do.call(put, c(list(case, "Time-dependent AUC", t), bounded("AUC", logit(a$area, a$error)),
                   list("Events until then" = a$cases, "Still at risk" = a$controls)))
  }
}
effect_table <- function(case, d, high) {
  put(case, "Effect of the score", "Log-rank", Value = chi(d, high), p = tail_p(chi(d, high)))
  put(case, "Effect of the score", "Log-rank, stratified by site", Value = chi(d, high, d$site),
      p = tail_p(chi(d, high, d$site)))
  d$high <- high
  d$steady <- (d$score - mean(d$score)) / sd(d$score)
  for (x in c("high", "steady")) {
    fit <- coxph(as.formula(paste("Surv(time, event) ~", x)), d, control = control)
    s <- summary(fit)
    do.call(put, c(
      list(case, "Effect of the score", paste("Hazard ratio,", c(
        high = "high against low score", steady = "per standard deviation of the score")[x])),
      bounded("Value", exp(coef(fit) + c(0, -1, 1) * qnorm(0.975) * sqrt(vcov(fit)[1]))),
      list(p = s$coefficients[5],
           "p, proportional hazards" = cox.zph(fit, transform = "km")$table[1, 3])))
  }
  limit <- min(tapply(d$time, high, max))
  m <- sapply(0:1, function(g) {
    fit <- survfit(Surv(time, event) ~ 1, d[high == g, ], timefix = FALSE)
    survival:::survmean(fit, rmean = limit)$matrix[c("rmean", "se(rmean)")]
  })
  e <- sqrt(sum(m[2, ]^2))
  gap <- m[1, 2] - m[1, 1]
  do.call(put, c(
    list(case, "Effect of the score",
         paste("Restricted mean survival time to", paste0(text(limit), ", high minus low"))),
    bounded("Value", gap + c(0, -1, 1) * qnorm(0.975) * e), list(p = 2 * pnorm(-abs(gap / e)))))
}
cut_row <- function(case, name, d, high, ...) {
  x <- chi(d, high)
  put(case, "Cuts of the score", name, Low = sum(high == 0), High = sum(high == 1), "χ²" = x,
      "p, uncorrected" = tail_p(x), ...)
}
cut_table <- function(case, d) {
  best <- maxstat(d)
  cut_row(case, "Maximally selected log-rank, in these rows", d, d$score > best$cut,
          Value = best$cut, "p, search counted" = corrected(best$statistic))
  u <- head(sort(unique(d$score)), -1)
  u <- u[sapply(u, function(c) min(sum(d$score <= c), sum(d$score > c)) >= nrow(d) * 0.1 - 1e-9)]
  x <- sapply(u, function(c) chi(d, d$score > c))
  own <- u[which(x >= max(x) * (1 - 1e-12))[1]]
  cut_row(case, "X-tile, in these rows", d, d$score > own, Value = own,
          "p, search counted" = corrected(sqrt(max(x))))
}

# All tables -----------------------------------------------------------------------------------------
d <- rows(0, 89)
high <- as.numeric(d$score > median(d$score))
group_table("trial", d, high)
ranking_table("trial", d)
area_table("trial", d)
effect_table("trial", d, high)
cut_row("trial", "Median score of these rows", d, high, Value = median(d$score))
cuts <- sapply(0:4, function(k) maxstat(d[d$fold != k, ])$cut)
cut_row("trial", "Cross-validated cut: of each fold from the other folds", d,
        as.numeric(d$score > cuts[d$fold + 1]), "Value: lower" = min(cuts),
        "Value: upper" = max(cuts))
cut_table("trial", d)

# Cuts from other rows.
held <- rows(90, 124)
high <- as.numeric(held$score > median(d$score))
group_table("held out", held, high)
effect_table("held out", held, high)
cut_row("held out", "Median score of the cross-validated training rows", held, high,
        Value = median(d$score))
cut_row("held out", "Searched in the cross-validated training rows, applied here", held,
        as.numeric(held$score > maxstat(d)$cut), Value = maxstat(d)$cut)
cut_table("held out", held)

# Score and clinical columns.
d$score <- (d$score - mean(d$score)) / sd(d$score)
terms <- c("score", "age", "female")
ratio <- function(fit, k, name, suffix) {
  s <- summary(fit)
  z <- cox.zph(fit, transform = "km")
  result <- c(bounded(name, exp(coef(fit)[k] + c(0, -1, 1) * qnorm(0.975) * sqrt(vcov(fit)[k, k]))),
              list(s$coefficients[k, 5], z$table[k, 3]))
  setNames(result, c(names(result)[1:3], paste0("p, ", suffix), paste0("p, proportional, ", suffix)))
}
all <- coxph(Surv(time, event) ~ score + age + female, d, control = control)
for (k in 1:3) {
  one <- coxph(as.formula(paste("Surv(time, event) ~", terms[k])), d, control = control)
  do.call(put, c(list("trial", "Hazard ratios", terms[k]), ratio(one, 1, "Alone", "alone"),
                 list(n = one$n), ratio(all, k, "All together", "together")))
}

# Two scores -----------------------------------------------------------------------------------------
d <- rows(0, 89)
two <- d
two$score <- noise(0:89, 9) + d$score
index <- function(d) concordance(Surv(time, event) ~ score, d, reverse = TRUE, timewt = "n/G2",
                                 ymax = max(quartiles(d)), timefix = FALSE, influence = 1)
own <- index(d)
other <- index(two)
pair <- function(row, gap, e) do.call(put, c(
  list("pair", "Differences", row), bounded("Difference", gap + c(0, -1, 1) * qnorm(0.975) * e),
  list(p = 2 * pnorm(-abs(gap / e)))))
pair(paste("Uno's C to", max(quartiles(d))), own$concordance - other$concordance, sqrt(sum((own$dfbeta - other$dfbeta)^2)))
t <- sort(d$time[d$event == 1])
t <- t[length(t) %/% 2 + 1]
one <- area(d, t)
other <- area(two, t)
pair(paste("AUC at", t), one$area - other$area,
     sd(one$influence - other$influence) / sqrt(nrow(d)))

# Small and hostile ----------------------------------------------------------------------------------
small <- function(case, time, event, score) {
  d <- data.frame(time = time, event = event, score = score, site = 0)
  high <- as.numeric(d$score > median(d$score))
  group_table(case, d, high)
  ranking_table(case, d)
  put(case, "Effect of the score", "Log-rank", Value = chi(d, high), p = tail_p(chi(d, high)))
}
small("three", c(5, 8, 12), c(0, 1, 0), c(1, 3, 2))
small("quiet group", c(3, 4, 6, 7, 9, 9), c(1, 0, 1, 0, 1, 0), c(6, 1, 5, 2, 4, 3))
small("ties", c(2, 2, 2, 5, 5, 5, 7, 7), c(1, 1, 0, 1, 0, 0, 1, 0), c(4, 1, 2, 2, 3, 1, 4, 3))
writeLines(lines, file.path(golden, "survival_tables.csv"))

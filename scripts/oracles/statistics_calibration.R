# Golden values of logistic regression (maximum likelihood, Firth), calibration, decision curves and
# reclassification. Data: infert and mtcars (datasets), birthwt (MASS), lung (survival), iris, and
# small hostile cases. Oracles: glm.fit to rounding, lowess, loess, boot; profile intervals, Firth's
# method, Hosmer-Lemeshow, net benefit and NRI by their defining equations, solved by uniroot.
# Where rms and Hmisc are installed (R_LIBS), val.prob and improveProb must agree, or this stops;
# so must the spline-interpolated intervals of MASS, to their tolerance.
#
# Usage: Rscript scripts/oracles/statistics_calibration.R
# Writes Tests/StatisticsTests/Golden/calibration_data.csv and calibration.csv.
suppressPackageStartupMessages({library(MASS); library(survival); library(boot)})
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
golden <- file.path(dirname(script), "../../Tests/StatisticsTests/Golden")
text <- function(x) {
  if (is.character(x)) return(paste(x, collapse = " "))
  x <- as.numeric(x)
  paste(ifelse(is.na(x), "nil", sprintf("%.17g", x)), collapse = " ")
}
head_line <- paste0("# R ", getRversion(), ", MASS ", packageVersion("MASS"), ", boot ",
                    packageVersion("boot"), ", lowess iter 0 delta 0, loess direct, ", Sys.Date())
z <- qnorm(0.975)

sets <- list()
sets$infert <- with(infert, data.frame(positive = case, spontaneous, induced, age))
sets$birthwt <- with(birthwt, data.frame(
  positive = low, age, lwt, race2 = (race == 2) + 0, race3 = (race == 3) + 0, smoke, ht, ui))
sets$mtcars <- with(mtcars, data.frame(positive = am, wt, hp))
d <- lung[!is.na(lung$ph.ecog) & (lung$status == 2 | lung$time > 365), ]
sets$lung <- with(d, data.frame(positive = (time <= 365) + 0, age, sex, ecog = ph.ecog))
d <- iris[iris$Species != "setosa", ]
sets$iris <- data.frame(positive = (d$Species == "virginica") + 0, a = d[[1]], b = d[[2]],
                        c = d[[3]], d = d[[4]])
d <- iris[iris$Species != "virginica", ]
sets$setosa <- data.frame(positive = (d$Species == "versicolor") + 0, b = d[[2]], c = d[[3]])
sets$perfect <- data.frame(positive = c(0, 0, 1, 1), a = c(1, 2, 3, 4))
sets$border <- data.frame(positive = c(0, 0, 0, 1, 1, 1), a = c(1, 2, 3, 3, 4, 5))
sets$cell <- data.frame(positive = c(0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1), a = rep(0:1, c(8, 3)))
sets$two <- data.frame(positive = c(1, 0), a = c(5, 7))
terms <- list(birthwt = list(1, 2, 3:4, 5, 6, 7))

p <- list()
p$infert <- with(sets$infert, cbind(plogis(-2 + spontaneous + 0.5 * induced),
                                    plogis(-1.5 + 1.2 * spontaneous)))
p$birthwt <- with(sets$birthwt, cbind(round(plogis(1 - 0.02 * lwt + 0.8 * smoke + 1.5 * ht), 3),
                                      round(plogis(0.5 - 0.015 * lwt + 0.5 * smoke), 2)))
p$mtcars <- with(sets$mtcars, cbind(plogis(12 - 4 * wt), plogis(5 - 2 * wt + 0.003 * hp)))
p$lung <- with(sets$lung, cbind(plogis(-3 + 0.04 * age - 0.5 * sex + 0.6 * ecog),
                                plogis(-0.5 + 0.5 * ecog)))
for (s in names(p)) { sets[[s]]$p <- p[[s]][, 1]; sets[[s]]$q <- p[[s]][, 2] }
sets$ends <- data.frame(
  positive = c(0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1),
  p = c(0, 0, 0.1, 0.2, 0.3, 0.5, 0.5, 0.5, 0.7, 0.8, 1, 1),
  q = c(0, 0.1, 0.1, 0.1, 0.4, 0.5, 0.5, 1, 0.3, 0.8, 0.9, 1))
lines <- c(head_line, "data,column,values")
for (s in names(sets)) for (c in names(sets[[s]]))
  lines <- c(lines, paste(s, c, text(sets[[s]][[c]]), sep = ","))
writeLines(lines, file.path(golden, "calibration_data.csv"))

cases <- list()
kinds <- list()
add <- function(case, kind, name, x) {
  cases[[case]] <<- c(cases[[case]], paste0(name, "=", text(x)))
  kinds[[case]] <<- kind
}

# --- Regression. All functions take a matrix with the intercept and give coefficients and value.
plain_value <- function(x, y, b, o) {
  eta <- drop(x %*% b) + o
  sum(plogis(ifelse(y == 1, eta, -eta), log.p = TRUE))
}
# Damped Newton steps: glm.fit stops short at offsets far from 0.
fit_plain <- function(x, y, o = 0 * y, b = rep(0, ncol(x))) {
  value <- plain_value(x, y, b, o)
  if (ncol(x) == 0) return(list(b = b, value = value))
  damping <- 1e-3
  for (k in 1:2000) {
    m <- plogis(drop(x %*% b) + o)
    score <- drop(crossprod(x, y - m))
    step <- solve(crossprod(x * sqrt(m * (1 - m))) + damping * diag(ncol(x)), score, tol = 1e-30)
    v2 <- plain_value(x, y, b + step, o)
    if (v2 >= value) {
      b <- b + step
      value <- v2
      damping <- damping / 10
      if (max(abs(step)) < 1e-8 && damping < 1e-12) break
    } else damping <- damping * 10
    if (damping > 1e12) break
  }
  for (k in 1:5) {
    m <- plogis(drop(x %*% b) + o)
    w <- sqrt(m * (1 - m))
    step <- qr.coef(qr(x * w), (y - m) / w)
    if (!all(is.finite(step)) || max(abs(step)) > 0.01) break
    b <- b + step
  }
  list(b = b, value = plain_value(x, y, b, o))
}
firth_value <- function(x, y, b) {
  m <- plogis(drop(x %*% b))
  plain_value(x, y, b, 0) + sum(log(abs(diag(qr.R(qr(x * sqrt(m * (1 - m))))))))
}
# Fisher scoring with halving, then Newton with numerical derivatives of the modified score;
# `fixed` columns keep their value.
fit_firth <- function(x, y, fixed = integer(0), b = rep(0, ncol(x))) {
  free <- setdiff(seq_len(ncol(x)), fixed)
  part <- x[, free, drop = FALSE]
  at <- function(t) { b[free] <- t; b }
  score <- function(t) {
    m <- plogis(drop(x %*% at(t)))
    h <- rowSums(qr.Q(qr(x * sqrt(m * (1 - m))))^2)
    drop(crossprod(part, y - m + h * (0.5 - m)))
  }
  t <- b[free]
  value <- firth_value(x, y, b)
  if (length(free) == 0) return(list(b = b, value = value))
  for (k in 1:100) {
    m <- plogis(drop(x %*% at(t)))
    full <- drop(solve(crossprod(part * sqrt(m * (1 - m))), score(t)))
    step <- full * min(1, 5 / max(abs(full)))
    for (half in 1:40) {
      v2 <- firth_value(x, y, at(t + step))
      if (is.finite(v2) && v2 >= value) break
      step <- step / 2
    }
    if (half == 40) break
    t <- t + step
    value <- v2
    if (max(abs(step)) < 1e-6) break
  }
  for (k in 1:8) {
    jacobian <- sapply(seq_along(t), function(j) {
      e <- replace(0 * t, j, 1e-5)
      (score(t + e) - score(t - e)) / 2e-5
    })
    full <- drop(solve(jacobian, score(t)))
    t <- t - full
    if (max(abs(full)) < 1e-13 * max(1, abs(t))) break
  }
  stopifnot(max(abs(full)) < 1e-11 * max(1, abs(t)))
  list(b = at(t), value = firth_value(x, y, at(t)))
}
limits <- function(estimate, error, best, profile) {
  sapply(c(-1, 1), function(side) {
    f <- function(t) 2 * (best - profile(t)) - z^2
    far <- estimate + side * error * z
    k <- 1
    while (f(far) < 0 && k < 40) { far <- far + side * error; k <- k + 1 }
    uniroot(f, sort(c(estimate, far)), tol = 1e-15 * max(1, abs(far)), maxiter = 500)$root
  })
}
# Columns are centred and scaled while fitting; the intercept's profile is that of raw columns.
regression <- function(s, firth) {
  data <- sets[[s]]
  y <- data$positive
  names <- setdiff(names(data), c("positive", "p", "q"))
  raw <- as.matrix(data[names])
  unit <- apply(raw, 2, sd)
  x <- cbind(1, sweep(scale(raw, scale = FALSE), 2, unit, "/"))
  x0 <- cbind(1, sweep(raw, 2, unit, "/"))
  case <- paste(if (firth) "firth" else "plain", s, sep = "-")
  one <- function(x, drop = integer(0), at = 0) {
    if (firth) {
      # On the way from the maximum: far out, a start at 0 ends elsewhere.
      b <- if (length(drop) == 1) b0(x) else rep(0, ncol(x))
      if (length(drop) > 1) b[drop] <- at
      steps <- if (s == "setosa") 9 else 3
      if (length(drop) == 1) for (t in seq(b[drop], at, length.out = steps)[-1]) {
        b[drop] <- t
        last <- fit_firth(x, y, drop, b)
        b <- last$b
      } else last <- fit_firth(x, y, drop, b)
      last
    } else if (length(drop)) {
      o <- drop(x[, drop, drop = FALSE] %*% rep(at, length(drop)))
      fit_plain(x[, -drop, drop = FALSE], y, o)
    } else fit_plain(x, y)
  }
  fit <- one(x)
  b0 <- if (firth) {
    whole <- list(fit$b, fit_firth(x0, y)$b)
    function(design) if (identical(design, x0)) whole[[2]] else whole[[1]]
  } else NULL
  m <- plogis(drop(x %*% fit$b))
  v <- solve(crossprod(x * sqrt(m * (1 - m))))
  a <- rbind(c(1, -colMeans(raw) / unit), cbind(0, diag(1 / unit, length(unit))))
  b <- drop(a %*% fit$b)
  se <- sqrt(diag(a %*% v %*% t(a)))
  # Deviance and derivatives by another way, where glm can: R's own table.
  if (!firth) {
    own <- summary(glm(reformulate(names, "positive"), binomial, data,
                       control = list(epsilon = 1e-15, maxit = 100)))$coefficients
    stopifnot(max(abs(own[, 1] / b - 1)) < 1e-6, max(abs(own[, 2] / se - 1)) < 1e-6)
  }
  profile <- sapply(seq_along(b), function(j) {
    design <- if (j == 1) x0 else x
    u <- if (j == 1) 1 else unit[j - 1]
    limits(b[j] * u, se[j] * u, fit$value, function(t) one(design, j, t)$value) / u
  })
  if (!firth) {
    spline <- suppressMessages(suppressWarnings(
      confint(glm(reformulate(names, "positive"), binomial, data))))
    gap <- apply(abs(t(profile) - spline) / se, 1, max, na.rm = TRUE)
    cat(case, "distance to MASS, in standard errors", sprintf("%.1e", gap), "\n")
    stopifnot(gap < 0.01)
  }
  blocks <- terms[[s]]
  if (is.null(blocks)) blocks <- as.list(seq_along(names))
  ratio <- function(drop, design = x) 2 * (fit$value - one(design, drop)$value)
  null <- one(x, seq_along(names) + 1)$value
  n <- length(y)
  lp <- drop(x %*% fit$b)
  add(case, "regression", "data", s)
  add(case, "regression", "columns", names)
  add(case, "regression", "terms", sapply(blocks, length))
  add(case, "regression", "estimate", b)
  add(case, "regression", "error", se)
  add(case, "regression", "wald", 2 * pnorm(-abs(b / se)))
  add(case, "regression", "profile", profile)
  add(case, "regression", "single", c(ratio(1, x0), sapply(seq_along(names) + 1, ratio)))
  add(case, "regression", "blocks", sapply(blocks, function(k) ratio(k + 1)))
  add(case, "regression", "blockP", sapply(blocks, function(k)
    pchisq(ratio(k + 1), length(k), lower.tail = FALSE)))
  # Penalties are those of columns in their own units.
  add(case, "regression", "value", c(fit$value, null) + if (firth) sum(log(unit)) else 0)
  if (!firth) add(case, "regression", "criteria", c(
    -2 * fit$value + 2 * length(b), -2 * fit$value + log(n) * length(b)))
  add(case, "regression", "concordance", mean(outer(lp[y == 1], lp[y == 0], function(a, b)
    (a > b) + 0.5 * (abs(a - b) < 1e-12))))
}
for (s in c("infert", "birthwt", "mtcars", "lung", "iris")) regression(s, FALSE)
for (s in c("infert", "birthwt", "mtcars", "lung", "setosa", "perfect", "border", "cell", "two"))
  regression(s, TRUE)

# Separated by one column: the finite limit of the slope, the supremum of the likelihood.
for (s in c("perfect", "border", "cell", "two")) {
  y <- sets[[s]]$positive
  a <- sets[[s]]$a
  k <- sum(y[a == 0])
  best <- switch(s, perfect = 0, two = 0, border = 2 * log(0.5),
                 cell = k * log(k / 8) + (8 - k) * log(1 - k / 8))
  side <- if (s == "two") 1 else -1
  one <- cbind(rep(1, length(y)))
  profile <- function(t) {
    o <- t * (a - mean(a))
    c0 <- uniroot(function(c) sum(y - plogis(c + o)), c(-300, 300), tol = 1e-15)$root
    plain_value(one, y, c0, o)
  }
  f <- function(t) 2 * (best - profile(t)) - z^2
  add(paste0("separated-", s), "separated", "data", s)
  if (s != "cell") {
    # The intercept, with the slope at its best.
    g <- function(t) {
      b <- uniroot(function(b) sum(a * (y - plogis(t + b * a))), c(-100, 100), tol = 1e-15)$root
      2 * (best - plain_value(cbind(a), y, b, t)) - z^2
    }
    root <- uniroot(g, c(-60, 60), tol = 1e-15)$root
    add(paste0("separated-", s), "separated", "intercept", c(-side, root))
  }
  root <- uniroot(f, c(-20, 20), tol = 1e-15)$root
  add(paste0("separated-", s), "separated", "limit", c(side, root))
  null <- fit_plain(one, y)$value
  add(paste0("separated-", s), "separated", "ratio", c(best, 2 * (best - null)))
}

# --- Calibration.
groups_of <- function(p, g) {
  s <- sort(p)
  at <- (length(p) - 1) * (0:g)
  low <- s[at %/% g + 1]
  border <- low + (at %% g) / g * (s[pmin(at %/% g + 2, length(p))] - low)
  stopifnot(max(abs(border - quantile(p, 0:g / g))) < 1e-12)
  droplevels(cut(p, unique(border), include.lowest = TRUE))
}
calibration <- function(s, column) {
  case <- paste("calibration", s, column, sep = "-")
  y <- sets[[s]]$positive
  p <- sets[[s]][[column]]
  inner <- p > 0 & p < 1
  l <- qlogis(p[inner])
  t <- y[inner]
  one <- cbind(rep(1, length(t)))
  f1 <- fit_plain(one, t, l)
  w1 <- (function(m) sum(m * (1 - m)))(plogis(f1$b + l))
  x <- cbind(1, l)
  f2 <- fit_plain(x, t)
  m <- plogis(drop(x %*% f2$b))
  e2 <- sqrt(diag(solve(crossprod(x * sqrt(m * (1 - m))))))
  given <- plain_value(one, t, 0, l)
  if (requireNamespace("rms", quietly = TRUE)) {
    v <- suppressWarnings(rms::val.prob(p, y, pl = FALSE))
    # Its fit stops early.
    gap <- c(v[["Intercept"]] - f2$b[1], v[["Slope"]] - f2$b[2])
    stopifnot(abs(gap / e2) < 1e-3,
              s == "ends" || abs(v["U:Chi-sq"] - 2 * (f2$value - given)) < 1e-5)
    sm <- lowess(p, y, iter = 0)
    c0 <- approx(sm, xout = p, ties = mean)$y
    stopifnot(abs(v["Eavg"] - mean(abs(p - c0))) < 1e-9)
    cat(case, "rms::val.prob agrees; in standard errors", gap / e2, "\n")
  }
  add(case, "calibration", "data", s)
  add(case, "calibration", "column", column)
  add(case, "calibration", "intercept", c(
    f1$b, 1 / sqrt(w1), f1$b - z / sqrt(w1), f1$b + z / sqrt(w1), 2 * pnorm(-abs(f1$b) * sqrt(w1))))
  add(case, "calibration", "slope", c(f2$b[2], e2[2], f2$b[2] - z * e2[2], f2$b[2] + z * e2[2],
                                      2 * pnorm(-abs(f2$b[2] - 1) / e2[2])))
  add(case, "calibration", "beside", c(f2$b[1], e2[1]))
  ratios <- 2 * (c(f2$value, f1$value, f2$value) - c(given, given, f1$value))
  add(case, "calibration", "ratios", c(ratios, pchisq(ratios, c(2, 1, 1), lower.tail = FALSE)))
  add(case, "calibration", "counts", c(sum(!inner), sum(y) / sum(p)))
  for (g in c(10, 5)) {
    k <- groups_of(p, g)
    o <- tapply(y, k, sum)
    n <- tapply(y, k, length)
    e <- tapply(p, k, sum)
    e0 <- tapply(1 - p, k, sum)
    part <- function(o, e) ifelse(e == 0 & o == 0, 0, (o - e)^2 / e)
    x2 <- sum(part(o, e) + part(n - o, e0))
    add(case, "calibration", paste0("groups", g), rbind(o, n, e / n))
    add(case, "calibration", paste0("test", g), c(
      x2, pchisq(x2, length(n) - 2, lower.tail = FALSE), pchisq(x2, length(n), lower.tail = FALSE)))
    if (g == 10) {
      add(case, "calibration", "exact", mapply(function(a, b) binom.test(a, b)$conf.int, o, n))
      add(case, "calibration", "wilson", mapply(function(a, b)
        suppressWarnings(prop.test(a, b, correct = FALSE)$conf.int), o, n))
    }
  }
  i <- order(p)
  smooth <- lowess(p, y, f = 2 / 3, iter = 0, delta = 0)$y
  errors <- function(c) {
    e <- abs(c - p[i])
    c(mean(e), quantile(e, c(0.5, 0.9)), max(e))
  }
  add(case, "calibration", "lowess", smooth[!duplicated(p[i])])
  add(case, "calibration", "lowessErrors", errors(smooth))
  add(case, "calibration", "loess", loess_of(p, y, i, errors))
}
# By the defining equation: weighted least squares at every point; loess must agree where it can.
loess_of <- function(p, y, i, errors) {
  q <- floor(0.75 * length(p) + 1e-5)
  x <- p[i]
  u <- unique(x)
  value <- sapply(u, function(c) {
    d <- abs(x - c)
    h <- sort(d)[q]
    w <- ifelse(d <= 0.001 * h, 1, ifelse(d <= 0.999 * h, (1 - (d / h)^3)^3, 0))
    lm.wfit(cbind(1, x - c, (x - c)^2), y[i], w)$coefficients[1]
  })
  value <- value[match(x, u)]
  direct <- try(suppressWarnings(loess(y ~ p, surface = "direct")$fitted[i]), silent = TRUE)
  if (!inherits(direct, "try-error") && length(u) > 12) {
    cat("loess, largest difference", max(abs(direct - value)), "\n")
  }
  errors(value)
}
for (s in c("infert", "birthwt", "mtcars", "lung", "ends"))
  for (column in c("p", "q")) calibration(s, column)

# --- Resamples of rows by an integer formula, decision curves, reclassification.
uniform <- function(i, j) {
  u <- (i * 7919 + j * 104729 + 4242) %% 65537
  for (k in 1:3) u <- (u * u + 12345 * u + 67) %% 65537
  u / 65537
}
draws <- function(n) lapply(0:98, function(r) floor(uniform(r * n + 0:(n - 1), 5) * n) + 1)
percentile <- function(v) boot:::norm.inter(v[!is.na(v)], c(0.025, 0.975))[, 2]
benefit <- function(d, t) {
  tab <- table(factor(d$p >= t, c(FALSE, TRUE)), factor(d$positive, 0:1))
  (tab[2, 2] - tab[2, 1] * t / (1 - t)) / nrow(d)
}
cuts <- list(infert = c(0.25, 0.5), birthwt = c(0.2, 0.35), mtcars = 0.5, lung = c(0.4, 0.6),
             ends = c(0.1, 0.5))
improve <- function(d, cut) {
  move <- if (is.null(cut)) sign(d$q - d$p) else sign(
    as.integer(cut(d$q, c(-1, cut, 2), right = FALSE)) -
      as.integer(cut(d$p, c(-1, cut, 2), right = FALSE)))
  e <- d$positive == 1
  c(mean(move[e]), -mean(move[!e]), mean(move[e]) - mean(move[!e]), mean(d$q[e] - d$p[e]),
    -mean(d$q[!e] - d$p[!e]), mean(d$q[e] - d$p[e]) - mean(d$q[!e] - d$p[!e]))
}
for (s in names(cuts)) {
  d <- sets[[s]]
  n <- nrow(d)
  case <- paste0("decision-", s)
  grid <- c(0, 0.05, 0.1, 0.2, 0.25, 0.35, 0.5, 0.7, 0.9)
  prevalence <- mean(d$positive)
  nb <- sapply(grid, function(t) benefit(d, t))
  all <- sapply(grid, function(t) prevalence - (1 - prevalence) * t / (1 - t))
  rows <- draws(n)
  add(case, "decision", "data", s)
  add(case, "decision", "thresholds", grid)
  add(case, "decision", "benefit", nb)
  add(case, "decision", "all", all)
  add(case, "decision", "avoided", ifelse(grid == 0, NA, (nb - all) * (1 - grid) / grid))
  add(case, "decision", "interval", sapply(grid, function(t)
    percentile(sapply(rows, function(k) benefit(d[k, ], t)))))
  add(case, "decision", "gain", sapply(grid, function(t)
    percentile(sapply(rows, function(k) {
      r <- mean(d$positive[k])
      benefit(d[k, ], t) - (r - (1 - r) * t / (1 - t))
    }))))
  for (kind in c("cut", "continuous")) {
    case <- paste("reclassification", kind, s, sep = "-")
    cut <- if (kind == "cut") cuts[[s]] else NULL
    v <- improve(d, cut)
    e <- d$positive == 1
    move <- if (is.null(cut)) sign(d$q - d$p) else sign(
      findInterval(d$q, cut) - findInterval(d$p, cut))
    spread <- function(k) mean(move[k]^2) - mean(move[k])^2
    se <- sqrt(c(spread(e) / sum(e), spread(!e) / sum(!e),
                 spread(e) / sum(e) + spread(!e) / sum(!e)))
    null <- sqrt(mean(move[e] != 0) / sum(e) + mean(move[!e] != 0) / sum(!e))
    idi <- c(var((d$q - d$p)[e]) / sum(e), var((d$q - d$p)[!e]) / sum(!e))
    se <- c(se, sqrt(c(idi, sum(idi))))
    if (kind == "continuous" && requireNamespace("Hmisc", quietly = TRUE)) {
      h <- Hmisc::improveProb(d$p, d$q, d$positive)
      stopifnot(abs(c(h$nri.ev, h$nri.ne, h$nri, h$idi) - v[c(1, 2, 3, 6)]) < 1e-12,
                abs(c(h$se.nri.ev, h$se.nri.ne, h$se.nri, h$se.idi) - se[c(1, 2, 3, 6)]) < 1e-12)
      cat(s, "Hmisc::improveProb agrees\n")
    }
    add(case, "reclassification", "data", s)
    if (kind == "cut") add(case, "reclassification", "cuts", cut)
    add(case, "reclassification", "values", v)
    add(case, "reclassification", "errors", se)
    add(case, "reclassification", "p", 2 * pnorm(-abs(v[c(3, 6)]) / c(null, se[6])))
    resampled <- sapply(rows, function(k) improve(d[k, ], cut))
    add(case, "reclassification", "intervals", apply(resampled, 1, percentile))
  }
}
lines <- c(head_line, "case,kind,fields")
for (case in names(cases))
  lines <- c(lines, paste(case, kinds[[case]], paste(cases[[case]], collapse = "|"), sep = ","))
writeLines(lines, file.path(golden, "calibration.csv"))

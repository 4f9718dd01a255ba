# Golden file for logistic regressions of grouped rows: random intercept (lme4), cluster-robust
# (sandwich, clubSandwich) and estimating equations (geepack). Usage: Rscript mixed.R FOLDER
# Real tables: lme4's cbpp (Lesnoff et al. 2004) and MASS' bacteria (Venables & Ripley 2002); the
# others come from an integer formula that Tests/LearningTests/MixedLogisticTable.swift repeats.
# lme4: tolPwrss 1e-13, bobyqa with rhoend 1e-12. lme4 takes the determinant one step before its
# modes, which leaves up to 1e-6 of the deviance: beside it stands the defining integral, with modes to
# rounding (last number of "deviance", its minimum "best", the errors of its Hessian "hessian").
suppressMessages({
  library(lme4)
  library(MASS)
  library(sandwich)
  library(clubSandwich)
  library(geepack)
  library(numDeriv)
})

uniform <- function(i, j) {
  u <- (i * 7919 + j * 104729 + 4242) %% 65537
  for (k in 1:3) u <- (u * u + 12345 * u + 67) %% 65537
  u / 65537
}

# One group of 150 rows, groups of 2 and 3 rows, 60 single rows; column 3 belongs to the group.
hostile <- function(spread) {
  rows <- 0:399
  group <- ifelse(rows < 150, 0, ifelse(rows < 340, 1 + (rows * 2) %/% 5, rows + 1000))
  x <- cbind(
    a = uniform(rows, 1) - 0.5, b = 4 * uniform(rows, 2), c = uniform(group, 3) * 2 - 1,
    d = uniform(rows, 4) + uniform(group, 5)
  )
  noise <- uniform(rows, 6)
  effect <- spread * (uniform(group, 7) + uniform(group, 8) + uniform(group, 9) - 1.5)
  eta <- -0.8 + 2 * x[, 1] + 0.5 * x[, 2] - x[, 3] - 0.3 * x[, 4] + effect
  list(
    x = x, y = as.numeric(noise < 1 / (1 + exp(-eta))), group = group,
    w = 1 + floor(3 * uniform(rows, 10))
  )
}

cbpp_rows <- function() {
  rows <- rep(seq_len(nrow(cbpp)), cbpp$size)
  y <- unlist(mapply(function(k, n) c(rep(1, k), rep(0, n - k)), cbpp$incidence, cbpp$size))
  period <- as.integer(cbpp$period)[rows]
  list(
    x = cbind(p2 = period == 2, p3 = period == 3, p4 = period == 4) + 0, y = as.numeric(y),
    group = as.integer(cbpp$herd)[rows], w = NULL
  )
}

bacteria_rows <- function() {
  list(
    x = cbind(drug = bacteria$trt == "drug", plus = bacteria$trt == "drug+", week = bacteria$week),
    y = as.numeric(bacteria$y == "y"), group = as.integer(bacteria$ID), w = NULL
  )
}

digits <- function(v) paste(sprintf("%.17g", v), collapse = " ")
out <- file(file.path(commandArgs(trailingOnly = TRUE)[1], "mixed.csv"), "w")
writeLines(sprintf(
  "# lme4 %s, sandwich %s, clubSandwich %s, geepack %s, numDeriv %s, R %s; tight, see mixed.R; %s",
  packageVersion("lme4"), packageVersion("sandwich"), packageVersion("clubSandwich"),
  packageVersion("geepack"), packageVersion("numDeriv"), getRversion(), Sys.Date()
), out)
writeLines("set,what,numbers", out)
put <- function(set, what, numbers) writeLines(paste(set, what, digits(numbers), sep = ","), out)

# The deviance as Pinheiro & Bates 1995 define it, of c(beta, sigma); modes by bisection, then Newton.
definition <- function(d, points) {
  g <- match(d$group, unique(d$group))
  w <- if (is.null(d$w)) rep(1, length(d$y)) else d$w
  rule <- GHrule(points)
  sum_of <- function(v) as.vector(rowsum(v, g))
  loss <- function(eta) w * (log1p(exp(-abs(eta))) + pmax(0, ifelse(d$y == 1, -eta, eta)))
  function(theta) {
    sigma <- abs(theta[length(theta)])
    fixed <- as.vector(cbind(1, d$x) %*% theta[-length(theta)])
    slope <- function(u) sigma * sum_of(w * (d$y - plogis(fixed + sigma * u[g]))) - u
    spread <- function(u) {
      p <- plogis(fixed + sigma * u[g])
      1 + sigma^2 * sum_of(w * p * (1 - p))
    }
    low <- -sigma * sum_of(w * (1 - d$y))
    high <- sigma * sum_of(w * d$y)
    for (k in 1:30) {
      middle <- (low + high) / 2
      above <- slope(middle) > 0
      low <- ifelse(above, middle, low)
      high <- ifelse(above, high, middle)
    }
    u <- (low + high) / 2
    for (k in 1:4) u <- u + slope(u) / spread(u)
    h <- function(u) -sum_of(loss(fixed + sigma * u[g])) - u^2 / 2
    width <- 1 / sqrt(spread(u))
    peak <- h(u)
    total <- 0
    for (k in seq_len(points)) {
      z <- rule[k, "z"]
      total <- total + rule[k, "w"] * exp(h(u + width * z) - peak + z^2 / 2)
    }
    -2 * sum(peak + log(width) + log(total))
  }
}

mixed <- function(set, d, fixed) {
  frame <- data.frame(y = d$y, g = factor(d$group), w = if (is.null(d$w)) 1 else d$w)
  frame$x <- d$x
  run <- function(points, only) {
    suppressWarnings(suppressMessages(glmer(
      y ~ x + (1 | g), frame, binomial, weights = w, nAGQ = points, devFunOnly = only,
      control = glmerControl(
        optimizer = "bobyqa", tolPwrss = 1e-13, calc.derivs = TRUE,
        optCtrl = list(rhoend = 1e-12, maxfun = 1e6), check.conv.singular = "ignore",
        check.scaleX = "ignore"
      )
    )))
  }
  for (points in c(1, 2, 9, 25)) {
    devfun <- run(points, TRUE)
    for (theta in fixed) {
      value <- devfun(c(theta[length(theta)], theta[-length(theta)]))
      put(set, paste0("deviance", points), c(theta, value, definition(d, points)(theta)))
    }
  }
  for (points in c(1, 25)) {
    fit <- run(points, FALSE)
    put(set, paste0("fit", points), c(fixef(fit), getME(fit, "theta")))
    put(set, paste0("criteria", points), c(as.numeric(logLik(fit)), -2 * as.numeric(logLik(fit)), AIC(fit)))
    exact <- definition(d, points)
    at <- c(fixef(fit), getME(fit, "theta"))
    is_singular <- isSingular(fit)
    if (is_singular) at[length(at)] <- 0
    free <- if (is_singular) -length(at) else seq_along(at)
    steps <- list(d = 3e-2, zero.tol = 1e-8, r = 4)
    for (k in 1:4) {
      h <- hessian(exact, at, method.args = steps)
      if (k < 4) at[free] <- at[free] - solve(h[free, free], grad(exact, at, method.args = steps)[free])
    }
    put(set, paste0("best", points), c(at, exact(at)))
    covariance <- 2 * solve(h[free, free])
    put(set, paste0("hessian", points), sqrt(diag(covariance))[seq_len(ncol(d$x) + 1)])
    put(set, paste0("lme4hessian", points), sqrt(diag(as.matrix(vcov(fit, use.hessian = TRUE)))))
    put(set, paste0("pirls", points), sqrt(diag(as.matrix(vcov(fit, use.hessian = FALSE)))))
  }
}

robust <- function(set, d) {
  w <- if (is.null(d$w)) rep(1, length(d$y)) else d$w
  fit <- suppressWarnings(glm(
    d$y ~ d$x, weights = w, family = binomial(), control = glm.control(epsilon = 1e-15, maxit = 100)
  ))
  put(set, "glm", coef(fit))
  put(set, "glmcriteria", c(as.numeric(logLik(fit)), deviance(fit), AIC(fit)))
  put(set, "glmerror", sqrt(diag(vcov(fit))))
  put(set, "CR0", vcovCL(fit, d$group, type = "HC0", cadjust = FALSE))
  put(set, "CR1", vcovCL(fit, d$group, type = "HC0", cadjust = TRUE))
  put(set, "CR1S", vcovCL(fit, d$group, type = "HC1", cadjust = TRUE))
  if (is.null(d$w)) put(set, "clubCR1S", vcovCR(fit, d$group, type = "CR1S"))
}

equations <- function(set, d) {
  order <- order(match(d$group, unique(d$group)))
  frame <- data.frame(y = d$y[order], g = match(d$group, unique(d$group))[order])
  frame$x <- d$x[order, ]
  for (structure in c("exchangeable", "independence")) {
    fit <- geeglm(
      y ~ x, binomial, frame, id = g, corstr = structure,
      control = geese.control(epsilon = 1e-14, maxit = 1000)
    )
    put(set, structure, c(coef(fit), sqrt(diag(fit$geese$vbeta))))
    alpha <- if (structure == "exchangeable") fit$geese$alpha else 0
    put(set, paste0(structure, ".moments"), c(alpha, fit$geese$gamma))
  }
}

put("cbpp", "herd", as.integer(cbpp$herd))
put("cbpp", "period", as.integer(cbpp$period))
put("cbpp", "incidence", cbpp$incidence)
put("cbpp", "size", cbpp$size)
put("bacteria", "y", bacteria$y == "y")
put("bacteria", "trt", as.integer(bacteria$trt))
put("bacteria", "week", bacteria$week)
put("bacteria", "id", as.integer(bacteria$ID))

sets <- list(
  cbpp = cbpp_rows(), bacteria = bacteria_rows(), hostile = hostile(4),
  weighted = hostile(4), singular = hostile(0)
)
for (set in names(sets)) {
  d <- sets[[set]]
  if (set != "weighted") d$w <- NULL
  beta <- seq(-1, 1, length.out = ncol(d$x) + 1)
  mixed(set, d, list(c(beta, 0.7), c(-beta / 2, 3), c(beta / 3, 0)))
  robust(set, d)
  if (is.null(d$w)) equations(set, d)
}
for (points in c(2, 5, 25)) {
  rule <- GHrule(points)
  put("rule", paste0("nodes", points), rule[, "z"])
  put("rule", paste0("weights", points), rule[, "w"])
}
close(out)

# Golden values of Tests/LearningTests/RealRegressionTests.swift: elastic nets by glmnet,
# regressions without penalty by glm, lm and coxph, ridge regressions by the Newton method below.
# Usage: Rscript real_regressions.R real-tables.csv glioma_t1ce.csv OUTPUT.csv
# The hostile tables follow whole-number rules that the test repeats.
suppressMessages({
  library(glmnet)
  library(survival)
})

arguments <- commandArgs(TRUE)

public_table <- function(name) {
  lines <- strsplit(readLines(arguments[1])[-(1:2)], ",")
  lines <- Filter(function(l) l[1] == name, lines)
  table <- sapply(lines, function(l) as.numeric(strsplit(l[3], " ")[[1]]))
  colnames(table) <- sapply(lines, function(l) l[2])
  table
}

glioma_table <- read.csv(arguments[2], check.names = FALSE)
glioma_features <- local({
  x <- as.matrix(glioma_table[, -(1:which(colnames(glioma_table) == "sex"))])
  x[, apply(is.finite(x), 2, all)]
})

# Columns of the glioma table with SDs from 2e-4 to 2e12 or a mean of 400 SDs.
chosen_features <- c(
  "stats_3D__Fstat_energy__scale1", "ngtdm_3D__Fngt_coarseness__scale1_algoFBN_bin8",
  "glcm_3D_comb__Fcm_inv_diff_mom_norm__scale1_algoFBN_bin32", "morph_3D__Fmorph_vol__scale1",
  "glszm_3D__Fszm_lzhge__scale1_algoFBN_bin8", "stats_3D__Fstat_skew__scale1")

glioma <- function(family, rows = NULL, features = glioma_features) {
  outcome <- switch(family, binomial = "idh", gaussian = "age", cox = c("days", "death"))
  y <- as.matrix(glioma_table[, outcome, drop = FALSE])
  known <- which(apply(is.finite(y), 1, all))
  if (!is.null(rows)) known <- known[rows]
  list(x = features[known, ], y = y[known, ])
}

# name: a public table or one made from it.
table_of <- function(family, name) {
  if (name == "glioma") return(glioma(family))
  if (name == "chosen") return(glioma(family, features = glioma_features[, chosen_features]))
  if (name == "sixty") return(glioma(family, features = glioma_features[, 1:60]))
  # Every fourth patient of the first eighty.
  if (name == "wide") return(glioma(family, rows = seq(1, 77, 4)))
  table <- public_table(switch(family, binomial = "birthwt", gaussian = "swiss", cox = "veteran"))
  count <- if (family == "cox") 2 else 1
  x <- table[, -(1:count)]
  y <- table[, 1:count]
  n <- nrow(x)
  # "whole" is left as it is.
  if (name == "repeated") x <- cbind(x, x[, 2], x[, 1])
  if (name == "constant") x <- cbind(x, 5)
  if (name == "scaled") x <- cbind(x, 1e6 * x[, 2] + 1e3)
  if (name == "separable") x <- cbind(x, x[, 2] + 500 * y)
  # Rows by class, then one pair changes places: a finite maximum far out.
  if (name == "nearly") x <- cbind(c(seq_len(129), 131, 130, 132:189))
  if (name == "saturated") {
    x <- x[1:6, ]
    y <- y[1:6]
  }
  if (name %in% c("two", "twoOne")) {
    late <- which(y[, "event"] == 1)[-(1:2)]
    y[late, "event"] <- 0
    if (name == "twoOne") x <- x[, 2, drop = FALSE]
  }
  if (name == "tied") y[, "time"] <- 100
  if (name == "rounded") y[, "time"] <- ceiling(y[, "time"] / 100)
  list(x = x, y = y)
}

response <- function(d, family) if (family == "cox") Surv(d$y[, 1], d$y[, 2]) else as.numeric(d$y)

# Minus the partial log-likelihood with Breslow's ties.
partial <- function(time, event, eta) {
  sum(sapply(unique(time[event == 1]), function(t) {
    own <- time == t & event == 1
    top <- max(eta)
    risk <- sum(exp(eta[time >= t] - top))
    sum(own) * (log(risk) + top) - sum(eta[own])
  }))
}

# The penalised loss per row on the scale of glmnet: standardised columns, gaussian outcome of SD 1.
objective <- function(d, family, alpha, lambda, a0, b) {
  n <- nrow(d$x)
  deviation <- apply(d$x, 2, function(v) sqrt(mean((v - mean(v))^2)))
  y <- response(d, family)
  eta <- as.numeric(a0 + d$x %*% b)
  scale <- if (family == "gaussian") sqrt(mean((y - mean(y))^2)) else 1
  size <- b * deviation / scale
  loss <- switch(family,
    gaussian = mean((y - eta)^2) / 2 / scale^2,
    binomial = mean(log1p(exp(-abs(eta))) + pmax(0, ifelse(y == 1, -eta, eta))),
    cox = partial(d$y[, 1], d$y[, 2], eta) / n)
  loss + lambda / scale * sum(alpha * abs(size) + (1 - alpha) / 2 * size^2)
}

file <- file(arguments[3], "w")
note <- function(name, values) {
  writeLines(paste0(name, "|", paste(sprintf("%.16g", values), collapse = " ")), file)
  flush(file)
}
writeLines(sprintf(
  "# glmnet %s thresh 1e-20, survival %s, R %s; glm epsilon 1e-15, coxph eps 1e-14; %s, %s",
  packageVersion("glmnet"), packageVersion("survival"), getRversion(),
  "tables of real-tables.csv and glioma_t1ce.csv", Sys.Date()), file)

# Objectives at ten lambdas, of the whole public tables coefficients at three of them.
path <- function(family, name, alphas, ratio) for (alpha in alphas) {
  d <- table_of(family, name)
  # glmnet wants two columns.
  if (ncol(d$x) == 1) d$x <- cbind(d$x, 0)
  y <- response(d, family)
  start <- glmnet(d$x, y, family = family, alpha = alpha, nlambda = 3, lambda.min.ratio = 0.9)
  lambdas <- start$lambda[1] * ratio^((0:9) / 9)
  began <- Sys.time()
  g <- suppressWarnings(glmnet(
    d$x, y, family = family, alpha = alpha, lambda = lambdas, thresh = 1e-20, maxit = 1e8))
  count <- length(g$lambda)
  values <- sapply(seq_len(count), function(k) {
    objective(d, family, alpha, lambdas[k], if (family == "cox") 0 else g$a0[k], g$beta[, k])
  })
  key <- paste(family, name, alpha)
  message(key, ": ", count, " lambdas, ratio ", signif(g$dev.ratio[count], 4), ", ",
    round(as.numeric(Sys.time() - began, units = "secs"), 2), " s")
  note(paste("lambda", key), lambdas)
  note(paste("objective", key), values)
  if (name == "whole") {
    for (k in c(4, 7, 10)) {
      note(paste("net", key, k - 1), c(if (family == "cox") 0 else g$a0[k], g$beta[, k]))
    }
  }
}

validation <- function(family, name, alpha, ratio) {
  d <- table_of(family, name)
  y <- response(d, family)
  rows <- seq_len(nrow(d$x)) - 1
  start <- glmnet(d$x, y, family = family, alpha = alpha, nlambda = 3, lambda.min.ratio = 0.9)
  g <- cv.glmnet(
    d$x, y, family = family, alpha = alpha, lambda = start$lambda[1] * ratio^((0:19) / 19),
    foldid = (rows * 7 + rows %/% 5) %% 5 + 1, thresh = 1e-20, maxit = 1e8)
  key <- paste(family, name, alpha)
  note(paste("folds", key), g$lambda)
  note(paste("means", key), g$cvm)
  note(paste("errors", key), g$cvsd)
  note(paste("choices", key), c(g$lambda.min, g$lambda.1se))
}

# Intercept, coefficients, log-likelihood.
plain <- function(model, name) {
  family <- switch(model, logistic = "binomial", linear = "gaussian", "cox")
  d <- table_of(family, name)
  y <- response(d, family)
  x <- d$x
  if (model == "linear") {
    g <- lm(y ~ x)
    likelihood <- if (nrow(x) > ncol(x) + 1) logLik(g) else 0
    return(note(paste("plain", model, name), c(coef(g), likelihood)))
  }
  if (model == "logistic") {
    g <- suppressWarnings(glm(
      y ~ x, family = binomial(), control = glm.control(epsilon = 1e-15, maxit = 200)))
    return(note(paste("plain", model, name), c(coef(g), logLik(g))))
  }
  g <- coxph(
    y ~ x, ties = model,
    control = coxph.control(eps = 1e-14, toler.chol = 1e-16, iter.max = 100))
  note(paste("plain", model, name), c(0, coef(g), g$loglik[2]))
}

# Ridge logistic regression by Newton's method on standardised columns, halved steps.
ridge <- function(name, exponents) {
  d <- table_of("binomial", name)
  y <- response(d, "binomial")
  n <- length(y)
  mean <- colMeans(d$x)
  deviation <- apply(d$x, 2, function(v) sqrt(mean((v - mean(v))^2)))
  x <- sweep(sweep(d$x, 2, mean), 2, ifelse(deviation > 0, deviation, 1), "/")
  x <- cbind(1, x)
  free <- c(0, rep(1, ncol(d$x)))
  loss <- function(b, lambda) {
    eta <- as.numeric(x %*% b)
    mean(log1p(exp(-abs(eta))) + pmax(0, ifelse(y == 1, -eta, eta))) + lambda / 2 * sum(free * b^2)
  }
  b <- rep(0, ncol(x))
  for (exponent in exponents) {
    lambda <- 10^exponent
    for (step in 1:200) {
      p <- 1 / (1 + exp(-as.numeric(x %*% b)))
      slope <- as.numeric(t(x) %*% (y - p)) / n - lambda * free * b
      if (max(abs(slope)) < 1e-15) break
      hessian <- t(x) %*% (x * p * (1 - p)) / n + diag(lambda * free)
      move <- as.numeric(solve(hessian, slope, tol = 0))
      share <- 1
      while (loss(b + share * move, lambda) > loss(b, lambda) && share > 1e-12) share <- share / 2
      if (share <= 1e-12) break
      b <- b + share * move
    }
    slopes <- b[-1] / ifelse(deviation > 0, deviation, 1)
    if (name == "whole") note(paste("ridge", name, exponent), c(b[1] - sum(slopes * mean), slopes))
    note(paste("ridgeObjective", name, exponent), loss(b, lambda))
    message("ridge ", name, " ", exponent, ": gradient left ", signif(max(abs(slope)), 3))
  }
}

families <- c("binomial", "gaussian", "cox")
for (family in families) {
  path(family, "whole", c(1, 0.5, 0.1), 1e-4)
  for (name in c("repeated", "constant", "scaled")) path(family, name, c(1, 0.1), 1e-3)
}
path("binomial", "separable", c(1, 0.1), 1e-3)
path("binomial", "nearly", c(1, 0.1), 1e-4)
path("cox", "two", c(1, 0.1), 1e-2)
path("cox", "tied", c(1, 0.1), 1e-3)
path("cox", "rounded", c(1, 0.1), 1e-3)
for (family in families) {
  # Further down glmnet's Cox needs minutes.
  path(family, "glioma", c(1, 0.5, 0.1), if (family == "cox") 0.04 else 0.02)
  path(family, "wide", c(1, 0.1), 0.02)
}
for (name in c("whole", "nearly", "chosen")) plain("logistic", name)
for (name in c("whole", "saturated", "chosen")) plain("linear", name)
for (ties in c("efron", "breslow")) {
  for (name in c("whole", "tied", "rounded", "twoOne", "chosen")) plain(ties, name)
}
validation("binomial", "whole", 1, 1e-3)
validation("gaussian", "whole", 0.5, 1e-3)
validation("cox", "whole", 1, 1e-2)
validation("binomial", "glioma", 1, 0.1)
ridge("whole", c(1, 0, -2, -4, -6, -9, -12))
ridge("sixty", c(0, -2, -4, -6, -8))
ridge("glioma", c(1, 0, -2, -4, -6))
close(file)

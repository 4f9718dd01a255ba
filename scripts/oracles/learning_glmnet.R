# Golden files for the elastic net and the regressions without penalty, by R's glmnet, survival and
# stats. Usage: Rscript learning_glmnet.R FOLDER
# The data come from an integer formula that Tests/LearningTests/ElasticNetTable.swift repeats.
# thresh is 1e-26: at 1e-14 glmnet's coefficients are still 1e-6 (LASSO) to 1e-4 (p > n) away.
suppressMessages({
  library(glmnet)
  library(survival)
})

uniform <- function(i, j) {
  u <- (i * 7919 + j * 104729 + 4242) %% 65537
  for (k in 1:3) u <- (u * u + 12345 * u + 67) %% 65537
  u / 65537
}

table_of <- function(n, p) {
  rows <- 0:(n - 1)
  raw <- sapply(0:(p - 1), function(j) uniform(rows, j) + 0.8 * uniform(rows, 1000 + j %% 5))
  x <- raw * rep(c(0.01, 0.1, 1, 10, 100)[0:(p - 1) %% 5 + 1], each = n)
  x[, 4] <- 7
  eta <- 2 * (raw[, 1] - raw[, 2] + 0.5 * raw[, 7])
  noise <- uniform(rows, 2000)
  time <- floor(30 * uniform(rows, 2002) * (5 - eta)) + 1
  list(
    x = x, weights = 0.5 + uniform(rows, 3000),
    factors = c(0, 2, 0.5 + uniform(2:(p - 1), 4000)),
    gaussian = 10 + 4 * eta + 3 * noise, binomial = as.numeric(eta + 2 * (noise - 0.5) > 0.9),
    time = time, event = as.numeric(uniform(rows, 2001) < 0.7),
    entry = floor(time / 3) * (uniform(rows, 2003) < 0.3), rows = rows
  )
}

digits <- function(v) paste(sprintf("%.17g", v), collapse = " ")
outcome <- function(d, family) {
  if (family == "cox") Surv(d$time, d$event) else d[[family]]
}

note <- function(file, what) {
  writeLines(sprintf(
    "# glmnet %s, survival %s, R %s; %s, %s", packageVersion("glmnet"), packageVersion("survival"),
    getRversion(), what, Sys.Date()
  ), file)
}

arguments <- function(d, family, alpha, flags, lambdas) {
  a <- list(
    x = d$x, y = outcome(d, family), family = family, alpha = alpha, thresh = 1e-26, maxit = 1e7
  )
  if (grepl("w", flags)) a$weights <- d$weights
  if (grepl("f", flags)) a$penalty.factor <- d$factors
  if (grepl("u", flags)) a$standardize <- FALSE
  if (length(lambdas) > 0) a$lambda <- lambdas
  a
}

paths <- function(path) {
  file <- file(path, "w")
  note(file, "thresh 1e-26; flags: w weights, f penalty factors, u not standardised")
  writeLines("family,rows,columns,alpha,flags,given,count,null,k,lambda,ratio,intercept,coefficients", file)
  one <- function(family, n, p, alpha, flags = "", lambdas = c()) {
    g <- do.call(glmnet, arguments(table_of(n, p), family, alpha, flags, lambdas))
    count <- length(g$lambda)
    for (k in unique(c(seq(1, count, 9), count))) {
      intercept <- if (family == "cox") 0 else g$a0[k]
      writeLines(paste(
        family, n, p, alpha, flags, digits(lambdas), count, digits(g$nulldev), k - 1,
        digits(g$lambda[k]), digits(g$dev.ratio[k]), digits(intercept), digits(g$beta[, k]),
        sep = ","
      ), file)
    }
  }
  one("gaussian", 60, 12, 1)
  one("gaussian", 60, 12, 0.5, "wf")
  one("gaussian", 60, 12, 0.5, "wu")
  one("gaussian", 30, 40, 1)
  one("gaussian", 30, 40, 0.2)
  one("gaussian", 60, 12, 0, "wf", 2^(3:-6))
  one("gaussian", 30, 40, 0, "", 2^(3:-3))
  one("binomial", 80, 12, 1)
  one("binomial", 80, 12, 0.5, "wf")
  one("binomial", 40, 60, 1)
  one("binomial", 80, 12, 0, "wf", 2^(2:-7))
  one("binomial", 40, 60, 0, "", 2^(3:-4))
  one("cox", 80, 12, 1)
  one("cox", 80, 12, 0.5, "wf")
  one("cox", 50, 60, 1, "", 0.2 * 0.8^(0:9))
  one("cox", 80, 12, 0, "wf", 2^(2:-7))
  one("cox", 50, 60, 0, "", 2^(3:-3))
  close(file)
}

validations <- function(path) {
  file <- file(path, "w")
  note(file, "cv.glmnet, thresh 1e-26; given: lambdas, else each fold has its own")
  writeLines("family,rows,columns,alpha,flags,given,folds,measure,best,onese,means,errors", file)
  one <- function(family, n, p, alpha, flags, folds, measure = "deviance", lambdas = c()) {
    d <- table_of(n, p)
    a <- arguments(d, family, alpha, flags, lambdas)
    a$foldid <- (d$rows * 7 + d$rows %/% 5) %% folds + 1
    a$type.measure <- measure
    g <- do.call(cv.glmnet, a)
    writeLines(paste(
      family, n, p, alpha, flags, digits(lambdas), folds, measure, digits(g$lambda.min),
      digits(g$lambda.1se), digits(g$cvm), digits(g$cvsd), sep = ","
    ), file)
  }
  one("gaussian", 60, 12, 1, "w", 5, lambdas = 2 * 0.8^(0:19))
  one("gaussian", 60, 12, 1, "", 5)
  one("binomial", 80, 12, 1, "w", 5, lambdas = 0.2 * 0.85^(0:19))
  one("binomial", 80, 12, 0.5, "", 5)
  one("binomial", 80, 12, 1, "w", 5, "auc", 0.2 * 0.85^(0:19))
  one("binomial", 80, 12, 1, "", 5, "auc")
  one("cox", 80, 12, 1, "", 5, lambdas = 0.2 * 0.85^(0:14))
  one("cox", 80, 12, 0.5, "w", 5, lambdas = 0.2 * 0.85^(0:14))
  one("cox", 80, 12, 1, "", 5)
  one("binomial", 80, 12, 0, "", 5, lambdas = 2^(2:-7))
  close(file)
}

likelihoods <- function(path) {
  file <- file(path, "w")
  note(file, "lm, glm (epsilon 1e-15), coxph (eps 1e-14); flags: w weights, e entry times")
  writeLines("model,rows,flags,intercept,coefficients", file)
  d <- table_of(80, 12)
  x <- d$x[, c(1, 2, 6, 7, 8)]
  one <- function(model, flags, ties = "efron") {
    w <- if (grepl("w", flags)) d$weights else rep(1, 80)
    y <- if (grepl("e", flags)) Surv(d$entry, d$time, d$event) else Surv(d$time, d$event)
    b <- switch(model,
      linear = coef(lm(d$gaussian ~ x, weights = w)),
      logistic = suppressWarnings(coef(glm(
        d$binomial ~ x, weights = w, family = binomial(),
        control = glm.control(epsilon = 1e-15, maxit = 100)
      ))),
      c(0, coef(coxph(
        y ~ x, weights = w, ties = model,
        control = coxph.control(eps = 1e-14, toler.chol = 1e-16, iter.max = 50)
      )))
    )
    writeLines(paste(model, 80, flags, digits(b[1]), digits(b[-1]), sep = ","), file)
  }
  one("linear", "")
  one("linear", "w")
  one("logistic", "")
  one("logistic", "w")
  for (model in c("efron", "breslow")) for (flags in c("", "w", "e", "we")) one(model, flags)
  close(file)
}

folder <- commandArgs(trailingOnly = TRUE)[1]
paths(file.path(folder, "elastic-net-paths.csv"))
validations(file.path(folder, "elastic-net-cv.csv"))
likelihoods(file.path(folder, "elastic-net-likelihoods.csv"))

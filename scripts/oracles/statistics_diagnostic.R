# Golden values of ROC analysis and classification measures: pROC on the aSAH data it ships, on
# lung (survival) and ovarian as two-class problems, and on small cases written by hand; measures of
# tables of aSAH, birthwt (MASS), infert, mtcars and
# others by their definitions and binom.test; areas under precision-recall curves by definition and
# by R's integrate.
#
# Usage: Rscript scripts/oracles/statistics_diagnostic.R
# Writes Tests/StatisticsTests/Golden/diagnostic_data.csv and diagnostic.csv.
suppressPackageStartupMessages({library(pROC); library(survival)})
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
golden <- file.path(dirname(script), "../../Tests/StatisticsTests/Golden")
text <- function(x) {
  if (is.character(x)) return(paste(x, collapse = " "))
  x <- as.numeric(x)
  paste(ifelse(is.na(x), "nil", sprintf("%.17g", x)), collapse = " ")
}
head_line <- paste0("# R ", getRversion(), ", pROC ", packageVersion("pROC"), ", direction <, ",
                    Sys.Date())
data(aSAH)
sets <- list()
sets$asah <- with(aSAH, data.frame(positive = outcome == "Poor", s100b = s100b, ndka = ndka,
                                   wfns = as.integer(wfns)))
d <- lung[!is.na(lung$ph.ecog), ]
sets$lung <- data.frame(positive = d$status == 2, age = d$age, ecog = d$ph.ecog)
sets$ovarian <- with(ovarian, data.frame(positive = fustat == 1, age = age, time = -futime))
sets$ties <- data.frame(positive = c(0, 1, 0, 1, 1, 0, 1, 0, 1) == 1,
                        a = c(1, 1, 2, 2, 2, 3, 3, 0, 5), b = c(1, 2, 2, 3, 1, 1, 4, 0, 5))
sets$perfect <- data.frame(positive = c(0, 0, 1, 1) == 1, a = c(1, 2, 3, 4), b = c(4, 1, 2, 3))
sets$inverse <- data.frame(positive = c(1, 1, 0, 0, 0) == 1, a = c(1, 2, 3, 4, 2),
                           b = c(1, 1, 0, 3, 2))
lines <- c(head_line, "data,column,values")
for (s in names(sets)) for (c in names(sets[[s]]))
  lines <- c(lines, paste(s, c, text(sets[[s]][[c]]), sep = ","))
writeLines(lines, file.path(golden, "diagnostic_data.csv"))

cases <- list()
kinds <- list()
add <- function(case, kind, name, x) {
  cases[[case]] <<- c(cases[[case]], paste0(name, "=", text(x)))
  kinds[[case]] <<- kind
}
curve <- function(s, column) {
  d <- sets[[s]]
  roc(d$positive, d[[column]], levels = c(FALSE, TRUE), direction = "<", quiet = TRUE)
}
average_precision <- function(y, x) {
  cuts <- sort(unique(x), decreasing = TRUE)
  tp <- sapply(cuts, function(c) sum(y & x >= c))
  n <- sapply(cuts, function(c) sum(x >= c))
  sum(diff(c(0, tp)) * tp / n) / sum(y)
}
interpolated <- function(y, x) {
  cuts <- sort(unique(x), decreasing = TRUE)
  tp <- c(0, sapply(cuts, function(c) sum(y & x >= c)))
  fp <- c(0, sapply(cuts, function(c) sum(!y & x >= c)))
  area <- 0
  for (i in seq_along(cuts)) if (tp[i + 1] > tp[i]) {
    slope <- (fp[i + 1] - fp[i]) / (tp[i + 1] - tp[i])
    f <- function(t) ifelse(t == 0, 1 / (1 + slope), t / (t + fp[i] + slope * (t - tp[i])))
    area <- area + integrate(f, tp[i], tp[i + 1], rel.tol = 1e-13, subdivisions = 1000)$value
  }
  area / sum(y)
}
for (s in names(sets)) for (column in setdiff(names(sets[[s]]), "positive")) {
  case <- paste("roc", s, column, sep = "-")
  r <- curve(s, column)
  d <- sets[[s]]
  add(case, "roc", "data", s)
  add(case, "roc", "column", column)
  add(case, "roc", "area", auc(r))
  v <- suppressWarnings(var(r, method = "delong"))
  add(case, "roc", "variance", v)
  if (v > 0) {
    ci <- as.numeric(suppressWarnings(ci.auc(r, method = "delong")))
    add(case, "roc", "interval", ci[c(1, 3)])
    a <- as.numeric(auc(r))
    add(case, "roc", "logit", plogis(qlogis(a) + c(-1, 1) * qnorm(0.975) * sqrt(v) / (a * (1 - a))))
    add(case, "roc", "p", 2 * pnorm(-abs((a - 0.5) / sqrt(v))))
  }
  w <- suppressWarnings(wilcox.test(d[[column]][d$positive], d[[column]][!d$positive],
                                    exact = FALSE, correct = FALSE))
  add(case, "roc", "mannWhitney", w$p.value)
  best <- coords(r, "best", best.method = "youden", transpose = FALSE,
                 ret = c("threshold", "specificity", "sensitivity"))
  best <- best[order(-best$threshold), ]
  add(case, "roc", "youden", t(as.matrix(best)))
  all <- coords(r, "all", transpose = FALSE, ret = c("threshold", "specificity", "sensitivity"))
  enough <- all[all$specificity >= 0.8, ]
  enough <- enough[order(-enough$sensitivity, -enough$specificity), ][1, ]
  add(case, "roc", "at80", as.numeric(enough))
  add(case, "roc", "precision", c(average_precision(d$positive, d[[column]]),
                                  interpolated(d$positive, d[[column]])))
}
compare <- function(s, a, b) {
  case <- paste("paired", s, a, b, sep = "-")
  t <- roc.test(curve(s, a), curve(s, b), method = "delong", paired = TRUE)
  add(case, "paired", "data", s)
  add(case, "paired", "columns", c(a, b))
  add(case, "paired", "test", c(t$statistic, t$p.value))
}
compare("asah", "s100b", "ndka")
compare("asah", "wfns", "s100b")
compare("lung", "age", "ecog")
compare("ovarian", "age", "time")
compare("ties", "a", "b")
unpaired <- function(s, a, t, b) {
  case <- paste("unpaired", s, t, sep = "-")
  x <- roc.test(curve(s, a), curve(t, b), method = "delong", paired = FALSE)
  add(case, "unpaired", "data", s)
  add(case, "unpaired", "other", t)
  add(case, "unpaired", "columns", c(a, b))
  add(case, "unpaired", "test", c(x$statistic, x$parameter, x$p.value))
}
unpaired("asah", "s100b", "lung", "age")
unpaired("ovarian", "age", "asah", "ndka")
unpaired("ties", "a", "inverse", "b")

wilson <- function(k, n) as.numeric(prop.test(k, n, correct = FALSE)$conf.int)
table <- function(tp, fp, tn, fn) {
  case <- paste("table", tp, fp, tn, fn, sep = "-")
  parts <- list(c(tp, tp + fn), c(tn, tn + fp), c(tp, tp + fp), c(tn, tn + fn),
                c(tp + tn, tp + fp + tn + fn))
  add(case, "table", "counts", c(tp, fp, tn, fn))
  add(case, "table", "values", sapply(parts, function(p) p[1] / p[2]))
  add(case, "table", "exact", sapply(parts, function(p) {
    if (p[2] == 0) c(NA, NA) else binom.test(p[1], p[2])$conf.int}))
  add(case, "table", "wilson", sapply(parts, function(p) {
    if (p[2] == 0) c(NA, NA) else suppressWarnings(wilson(p[1], p[2]))}))
  n <- tp + fp + tn + fn
  expected <- ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / n^2
  truth <- rep(c(1, 0, 0, 1), c(tp, fp, tn, fn))
  call <- rep(c(1, 1, 0, 0), c(tp, fp, tn, fn))
  add(case, "table", "measures", c(
    (tp / (tp + fn)) / (fp / (fp + tn)), (fn / (tp + fn)) / (tn / (fp + tn)),
    (tp / (tp + fn) + tn / (tn + fp)) / 2, 2 * tp / (2 * tp + fp + fn),
    suppressWarnings(cor(truth, call)), ((tp + tn) / n - expected) / (1 - expected)))
}
table(31, 12, 57, 10)
table(5, 0, 20, 1)
table(0, 3, 9, 4)
table(7, 2, 0, 3)
table(0, 0, 12, 3)
table(600, 30, 900, 47)
of <- function(call, truth) table(sum(call & truth), sum(call & !truth), sum(!call & !truth),
                                  sum(!call & truth))
of(aSAH$s100b >= 0.205, aSAH$outcome == "Poor")
of(MASS::birthwt$smoke == 1, MASS::birthwt$low == 1)
of(infert$spontaneous > 0, infert$case == 1)
of(mtcars$vs == 1, mtcars$am == 1)
lines <- c(head_line, "case,kind,fields")
for (case in names(cases))
  lines <- c(lines, paste(case, kinds[[case]], paste(cases[[case]], collapse = "|"), sep = ","))
writeLines(lines, file.path(golden, "diagnostic.csv"))

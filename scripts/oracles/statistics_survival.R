# Golden values of survival statistics from R's survival package, with the columns of the data sets
# it ships (lung, ovarian, veteran, heart, rats, aml, cgd, bladder2, mgus) and small cases written by hand.
#
# Usage: Rscript scripts/oracles/statistics_survival.R
# Writes Tests/StatisticsTests/Golden/survival_data.csv and survival.csv.
suppressPackageStartupMessages(library(survival))
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
golden <- file.path(dirname(script), "../../Tests/StatisticsTests/Golden")
text <- function(x) {
  if (is.character(x)) return(paste(x, collapse = " "))
  x <- as.numeric(x)
  paste(ifelse(is.na(x), "nil", sprintf("%.17g", x)), collapse = " ")
}
head_line <- paste0(
  "# R ", getRversion(), ", survival ", packageVersion("survival"),
  ", coxph eps 1e-14, timefix FALSE, ", Sys.Date())

# Data -------------------------------------------------------------------------------------------
sets <- list()
d <- lung[!is.na(lung$ph.ecog), ]
sets$lung <- data.frame(
  time = d$time, event = d$status == 2, age = d$age, sex = d$sex, ecog = d$ph.ecog)
sets$ovarian <- with(ovarian, data.frame(
  time = futime, event = fustat == 1, age = age, rx = rx, residual = resid.ds))
sets$veteran <- with(veteran, data.frame(
  time = time, event = status == 1, karno = karno, trt = trt, age = age,
  cell = as.integer(celltype), weight = 0.5 + (seq_along(time) %% 4) / 2))
sets$heart <- with(heart, data.frame(
  entry = start, time = stop, event = event == 1, age = age, year = year, surgery = surgery,
  transplant = as.integer(transplant) - 1, id = id))
d <- rats[rats$sex == "f", ]
sets$rats <- data.frame(time = d$time, event = d$status == 1, rx = d$rx, litter = d$litter)
sets$aml <- with(aml, data.frame(time = time, event = status == 1, group = (x == "Maintained") + 0))
# Entry times: recurrent infections and tumours; age as the time scale, which truncates on the left.
d <- cgd[cgd$id <= 60, ]
sets$cgd <- data.frame(entry = d$tstart, time = d$tstop, event = d$status == 1,
                       treat = (d$treat == "rIFN-g") + 0, steroids = d$steroids, age = d$age,
                       id = d$id)
d <- bladder2[bladder2$id <= 50 & bladder2$stop > bladder2$start, ]
sets$bladder <- data.frame(entry = d$start, time = d$stop, event = d$event == 1, rx = d$rx,
                           size = d$size, number = d$number, id = d$id)
d <- mgus[1:100, ]
sets$mgus <- data.frame(entry = d$age * 365, time = d$age * 365 + d$futime, event = d$death == 1,
                        alb = ifelse(is.na(d$alb), 3, d$alb), sex = (d$sex == "male") + 0,
                        creat = ifelse(is.na(d$creat), 1, d$creat))
sets$ties <- data.frame(
  time = c(1, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6), event = c(1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0) == 1,
  x = c(3, 1, 2, 2, 2, 5, 1, 4, 0, 3, 1, 2), group = c(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1),
  weight = c(1, 2, 0.5, 1, 3, 1.5, 1, 1, 2, 1, 0.25, 1))
sets$flat <- data.frame(
  time = c(1, 2, 3, 4), event = c(1, 1, 1, 0) == 1, x = c(1, 0, 2, 1), group = c(0, 0, 1, 1))
sets$single <- data.frame(
  time = c(2, 3, 4, 5), event = c(0, 1, 0, 0) == 1, x = c(1, 4, 2, 5), group = c(0, 1, 0, 1))
sets$two <- data.frame(time = c(1, 2), event = c(TRUE, TRUE), x = c(1, 1), group = c(0, 1))
sets$last <- data.frame(
  time = c(1, 2, 2, 3), event = c(1, 1, 1, 1) == 1, x = c(2, 1, 3, 0), group = c(0, 1, 1, 0))
sets$late <- data.frame(
  entry = c(0, 0, 3, 4, 2, 3, 5, 4.5), time = c(2, 3, 5, 6, 7, 6, 9, 8),
  event = c(0, 1, 1, 1, 0, 1, 1, 0) == 1, x = c(1, 2, 0, 3, 1, 1, 2, 4), row = 1:8,
  group = c(0, 1, 0, 1, 0, 1, 0, 1))
lines <- c(head_line, "data,column,values")
for (s in names(sets)) for (c in names(sets[[s]]))
  lines <- c(lines, paste(s, c, text(sets[[s]][[c]]), sep = ","))
writeLines(lines, file.path(golden, "survival_data.csv"))

# Results ----------------------------------------------------------------------------------------
# One line per case: case,kind,name=values|name=values|...
cases <- list()
kinds <- list()
add <- function(case, kind, name, x) {
  cases[[case]] <<- c(cases[[case]], paste0(name, "=", text(x)))
  kinds[[case]] <<- kind
}
surv <- function(d) if (is.null(d$entry)) Surv(d$time, d$event) else Surv(d$entry, d$time, d$event)

for (s in names(sets)) for (scale in c("plain", "log", "log-log")) {
  d <- sets[[s]]
  d$y <- surv(d)
  fit <- survfit(y ~ 1, data = d, conf.type = scale, timefix = FALSE)
  case <- paste("km", s, sub("-l", "L", scale), sep = "-")
  add(case, "km", "data", s)
  add(case, "km", "scale", sub("-l", "L", scale))
  keep <- unique(c(seq(1, length(fit$time), max(1, length(fit$time) %/% 8)), length(fit$time)))
  add(case, "km", "times", fit$time[keep])
  if (scale == "plain") {
    add(case, "km", "atRisk", fit$n.risk[keep])
    add(case, "km", "survival", fit$surv[keep])
    add(case, "km", "error", ifelse(fit$surv == 0, 0, fit$std.err * fit$surv)[keep])
    limit <- max(fit$time) * 0.75
    m <- survival:::survmean(fit, rmean = limit)$matrix
    if (is.null(fit$start.time)) add(case, "km", "restricted", c(limit, m["rmean"], m["se(rmean)"]))
  }
  add(case, "km", "lower", fit$lower[keep])
  add(case, "km", "upper", fit$upper[keep])
  add(case, "km", "median", survival:::survmean(fit, rmean = "none")$matrix[5:7])
}

logrank <- function(case, s, group, strata = NULL) {
  d <- sets[[s]]
  g <- as.integer(factor(d[[group]])) - 1
  f <- if (is.null(strata)) survdiff(surv(d) ~ g) else {
    z <- d[[strata]]
    survdiff(surv(d) ~ g + strata(z))
  }
  add(case, "logrank", "data", s)
  add(case, "logrank", "group", group)
  if (!is.null(strata)) add(case, "logrank", "strata", strata)
  o <- if (is.matrix(f$obs)) rowSums(f$obs) else f$obs
  e <- if (is.matrix(f$exp)) rowSums(f$exp) else f$exp
  add(case, "logrank", "observed", o)
  add(case, "logrank", "expected", e)
  add(case, "logrank", "variance", f$var)
  df <- sum(e > 0) - 1
  add(case, "logrank", "test", c(f$chisq, df, pchisq(f$chisq, df, lower.tail = FALSE)))
}
logrank("lr-lung-sex", "lung", "sex")
logrank("lr-lung-ecog", "lung", "ecog")
logrank("lr-lung-strata", "lung", "sex", "ecog")
logrank("lr-ovarian", "ovarian", "rx", "residual")
logrank("lr-veteran", "veteran", "cell")
logrank("lr-ties", "ties", "group")
logrank("lr-flat", "flat", "group")
logrank("lr-single", "single", "group")
logrank("lr-two", "two", "group")
logrank("lr-veteran-strata", "veteran", "trt", "cell")
logrank("lr-aml", "aml", "group")
logrank("lr-ties-strata", "ties", "group", "x")

control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60, timefix = FALSE)
cox <- function(case, s, columns, ties, strata = NULL, weights = NULL, cluster = NULL,
                zph = TRUE, robust = FALSE) {
  d <- sets[[s]]
  d$y <- surv(d)
  right <- paste(columns, collapse = " + ")
  if (!is.null(strata)) right <- paste0(right, " + strata(", strata, ")")
  arguments <- list(as.formula(paste("y ~", right)), data = d, ties = ties, control = control)
  if (!is.null(weights)) arguments$weights <- d[[weights]]
  if (!is.null(cluster)) arguments$cluster <- d[[cluster]]
  if (robust) arguments$robust <- TRUE
  if (!is.null(weights) && !robust && is.null(cluster)) arguments$robust <- FALSE
  fit <- suppressWarnings(do.call(coxph, arguments))
  add(case, "cox", "data", s)
  add(case, "cox", "columns", columns)
  add(case, "cox", "ties", ties)
  if (!is.null(strata)) add(case, "cox", "strata", strata)
  if (!is.null(weights)) add(case, "cox", "weights", weights)
  if (!is.null(cluster)) add(case, "cox", "cluster", cluster)
  if (robust) add(case, "cox", "robust", "yes")
  add(case, "cox", "coefficients", coef(fit))
  add(case, "cox", "variance", fit$var)
  if (!is.null(fit$naive.var)) add(case, "cox", "modelVariance", fit$naive.var)
  add(case, "cox", "likelihoods", fit$loglik)
  add(case, "cox", "score", fit$score)
  add(case, "cox", "wald", fit$wald.test)
  if (is.null(strata) && is.null(weights)) {
    h <- basehaz(fit, centered = FALSE)
    keep <- unique(round(seq(1, nrow(h), length.out = 6)))
    add(case, "cox", "hazardTimes", h$time[keep])
    add(case, "cox", "hazards", h$hazard[keep])
  }
  if (zph) for (t in c("km", "identity", "rank"))
    add(case, "cox", paste0("zph-", t), cox.zph(fit, transform = t, terms = FALSE)$table[, c(1, 3)])
}
for (ties in c("efron", "breslow")) {
  n <- function(x) paste0("cox-", x, "-", ties)
  cox(n("lung"), "lung", c("age", "sex", "ecog"), ties)
  cox(n("lung-robust"), "lung", c("age", "sex"), ties, robust = TRUE, zph = FALSE)
  cox(n("ovarian"), "ovarian", c("age", "rx"), ties)
  cox(n("ovarian-strata"), "ovarian", c("age"), ties, strata = "rx")
  cox(n("veteran"), "veteran", c("trt", "karno", "age"), ties, strata = "cell")
  cox(n("veteran-weights"), "veteran", c("trt", "karno"), ties, weights = "weight")
  cox(n("veteran-weights-robust"), "veteran", c("trt", "karno"), ties, weights = "weight",
      robust = TRUE, strata = "cell", zph = FALSE)
  cox(n("heart"), "heart", c("age", "year", "surgery", "transplant"), ties)
  cox(n("heart-cluster"), "heart", c("age", "surgery"), ties, cluster = "id", strata = "transplant",
      zph = FALSE)
  cox(n("ovarian-robust"), "ovarian", c("age", "rx"), ties, robust = TRUE, zph = FALSE)
  cox(n("veteran-robust"), "veteran", c("karno"), ties, robust = TRUE, zph = FALSE)
  cox(n("cgd-cluster"), "cgd", c("treat", "age"), ties, cluster = "id", zph = FALSE)
  cox(n("bladder-cluster"), "bladder", c("rx", "number"), ties, cluster = "id", zph = FALSE)
  cox(n("mgus"), "mgus", c("alb", "sex"), ties)
  cox(n("rats"), "rats", c("rx"), ties, cluster = "litter", zph = FALSE)
  cox(n("ties"), "ties", c("x", "group"), ties, weights = "weight", robust = TRUE, zph = FALSE)
  cox(n("late"), "late", c("x"), ties, cluster = "row", zph = FALSE)
  cox(n("flat"), "flat", c("x"), ties)
  cox(n("last"), "last", c("x"), ties, zph = FALSE)
}

rank <- function(case, s, column, weighting = "n", limit = NULL) {
  d <- sets[[s]]
  y <- surv(d)
  x <- d[[column]]
  f <- concordance(y ~ x, reverse = TRUE, timewt = weighting, ymax = limit, timefix = FALSE,
                   influence = 1)
  add(case, "concordance", "data", s)
  add(case, "concordance", "column", column)
  add(case, "concordance", "weighting", weighting)
  if (!is.null(limit)) add(case, "concordance", "limit", limit)
  add(case, "concordance", "counts", f$count[1:3])
  add(case, "concordance", "index", f$concordance)
  add(case, "concordance", "variance", f$var)
  add(case, "concordance", "influence", head(f$dfbeta, 5))
}
rank("c-lung", "lung", "age")
rank("c-lung-ties", "lung", "ecog")
rank("c-ovarian", "ovarian", "age")
rank("c-veteran", "veteran", "karno")
rank("c-heart", "heart", "age")
rank("c-late", "late", "x")
rank("c-cgd", "cgd", "age")
rank("c-mgus", "mgus", "creat")
rank("c-ties", "ties", "x")
rank("c-two", "two", "x")
rank("c-single", "single", "x")
rank("c-uno-lung", "lung", "age", "n/G2")
rank("c-uno-lung-limit", "lung", "ecog", "n/G2", 365)
rank("c-uno-ovarian", "ovarian", "age", "n/G2", 600)
rank("c-uno-veteran", "veteran", "karno", "n/G2")
rank("c-uno-ties", "ties", "x", "n/G2")
lines <- c(head_line, "case,kind,fields")
for (case in names(cases))
  lines <- c(lines, paste(case, kinds[[case]], paste(cases[[case]], collapse = "|"), sep = ","))
writeLines(lines, file.path(golden, "survival.csv"))

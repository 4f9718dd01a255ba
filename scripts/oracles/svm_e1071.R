# Golden files for support vector machines by R's e1071, which scales columns and outcome itself,
# and the two public tables that all tests of this module use (R's iris and mtcars).
# Usage: Rscript svm_e1071.R FOLDER [glioma_t1ce.csv]
# The other tables come from an integer formula that Tests/SVMTests/SVMTable.swift repeats.
# Trained with the rows whose index modulo 4 is not 3, in falling order where asked for; the values
# are those of the other rows. Decision values are turned so that class 1 is positive.
suppressMessages(library(e1071))

digits <- function(v) paste(sprintf("%.17g", v), collapse = " ")
folder <- commandArgs(TRUE)[1]
note <- function(file, what) {
  writeLines(sprintf(
    "# e1071 %s, R %s.%s; %s, %s", packageVersion("e1071"), R.version$major, R.version$minor,
    what, Sys.Date()
  ), file)
}

pair <- iris[51:150, ]
public <- list(
  iris = cbind(pair[, 1:4], class = as.numeric(pair$Species == "virginica")),
  mtcars = cbind(mtcars[, c(2:8, 10, 11)], class = mtcars$am, y = mtcars$mpg)
)

hostile <- function(varying) {
  i <- 0:23
  x <- sapply(0:59, function(j) ((37 * i + 101 * j + 13 * i * j + (i * i * j) %% 7) %% 23 - 11) / 4)
  x[, 2] <- 2 * x[, 1]
  if (!varying) {
    x[, 3] <- 3
    x[, 4] <- 0
  }
  x[23, ] <- x[22, ]
  y <- 3 * x[, 6] + i %% 4 + 10
  data.frame(x, class = as.numeric(i %% 3 == 0), y = y)
}

glioma <- commandArgs(TRUE)[2]
tables <- c(public, list(hostile = hostile(FALSE), varying = hostile(TRUE)))
if (!is.na(glioma)) {
  all <- read.csv(glioma)
  tables$glioma11 <- cbind(all[, 8:18], class = all$idh)
  complete <- Filter(function(j) is.numeric(all[, j]) && !anyNA(all[, j]), 8:ncol(all))
  tables$gliomaAll <- cbind(all[, complete], class = all$idh)
  varying <- Filter(function(j) any(all[, j] != all[1, j]), complete)
  tables$gliomaVarying <- cbind(all[, varying], class = all$idh)
}

# table, outcome, model, order, kernel, then further settings by name (e1071's, the project's).
cases <- list(
  list("iris", "class", "svc", "falling", "radial", list(), ""),
  list("iris", "class", "svc", "falling", "linear", list(cost = 10), "C=10"),
  list("iris", "class", "svc", "falling", "polynomial", list(degree = 2, coef0 = 1),
    "degree=2 coef0=1"),
  list("iris", "class", "svc", "falling", "sigmoid", list(gamma = 0.05, cost = 4),
    "gammaRule=fixed gamma=0.05 C=4"),
  list("iris", "class", "svc", "rising", "radial", list(tolerance = 1e-9), "tolerance=1e-9"),
  list("iris", "class", "eps-svr", "rising", "radial", list(), ""),
  list("mtcars", "class", "svc", "rising", "radial", list(), ""),
  list("mtcars", "y", "eps-svr", "rising", "radial", list(), ""),
  list("mtcars", "y", "eps-svr", "rising", "linear", list(epsilon = 0.2), "epsilon=0.2"),
  list("mtcars", "y", "nu-svr", "rising", "radial", list(nu = 0.3, cost = 5), "nu=0.3 C=5"),
  list("mtcars", "class", "nu-svr", "rising", "polynomial", list(coef0 = 1), "coef0=1"),
  list("hostile", "class", "svc", "rising", "radial", list(tolerance = 1e-9), "tolerance=1e-9"),
  list("hostile", "y", "eps-svr", "rising", "radial", list(), ""),
  list("varying", "class", "svc", "falling", "radial", list(tolerance = 1e-9), "tolerance=1e-9"),
  list("varying", "y", "eps-svr", "rising", "radial", list(), ""),
  list("varying", "y", "nu-svr", "rising", "linear", list(), ""),
  list("glioma11", "class", "eps-svr", "rising", "radial", list(), ""),
  list("gliomaAll", "class", "eps-svr", "rising", "radial", list(), ""),
  list("gliomaVarying", "class", "eps-svr", "rising", "radial", list(), ""),
  list("gliomaVarying", "class", "svc", "falling", "linear", list(), ""),
  list("glioma11", "class", "nu-svr", "rising", "radial", list(), "")
)

types <- c("svc" = "C-classification", "eps-svr" = "eps-regression", "nu-svr" = "nu-regression")
names <- c(radial = "rbf", linear = "linear", polynomial = "poly", sigmoid = "sigmoid")

values <- function(fit, new, model) {
  predicted <- predict(fit, new, decision.values = TRUE)
  if (model != "svc") {
    return(predicted)
  }
  decisions <- attr(predicted, "decision.values")
  if (startsWith(colnames(decisions), "1/")) decisions[, 1] else -decisions[, 1]
}

row_of <- function(case) {
  data <- tables[[case[[1]]]]
  if (is.null(data)) {
    return(NULL)
  }
  index <- seq_len(nrow(data)) - 1
  train <- which(index %% 4 != 3)
  if (case[[4]] == "falling") train <- rev(train)
  x <- as.matrix(data[, setdiff(colnames(data), c("class", "y"))])
  y <- data[train, case[[2]]]
  if (case[[3]] == "svc") y <- factor(y)
  fit <- suppressWarnings(do.call(svm, c(
    list(x[train, ], y, type = types[[case[[3]]]], kernel = case[[5]], scale = TRUE,
      fitted = FALSE), case[[6]]
  )))
  new <- x[which(index %% 4 == 3), , drop = FALSE]
  settings <- trimws(paste0("scaling=e1071 kernel=", names[[case[[5]]]], " ", case[[7]]))
  paste(case[[1]], case[[2]], case[[3]], case[[4]], settings, fit$tot.nSV,
    digits(values(fit, new, case[[3]])), sep = ",")
}

file <- file(file.path(folder, "svm-e1071.csv"), "w")
note(file, "svm(scale = TRUE)")
writeLines("table,outcome,model,order,settings,count,values", file)
for (case in cases) {
  line <- row_of(case)
  if (!is.null(line)) writeLines(line, file)
}
close(file)

file <- file(file.path(folder, "svm-tables.csv"), "w")
note(file, "data sets iris (rows 51 to 150) and mtcars; class: virginica, am; y: mpg")
writeLines("table,column,values", file)
for (name in names(public)) {
  for (column in colnames(public[[name]])) {
    short <- paste(sprintf("%.15g", public[[name]][[column]]), collapse = " ")
    writeLines(paste(name, column, short, sep = ","), file)
  }
}
close(file)

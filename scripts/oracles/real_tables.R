# The public tables of Tests/LearningTests/RealTable.swift, from R's packages MASS and survival.
# Usage: Rscript real_tables.R OUTPUT.csv
suppressMessages({
  library(MASS)
  library(survival)
})

arguments <- commandArgs(TRUE)
tables <- list(
  # 189 births (Hosmer & Lemeshow 1989): low birth weight, whole numbers with many ties.
  birthwt = with(birthwt, data.frame(
    class = low, age, lwt, smoke, ptl, ht, ui, ftv, race2 = as.numeric(race == 2),
    race3 = as.numeric(race == 3))),
  # 47 provinces (Mosteller & Tukey 1977), strongly correlated.
  swiss = data.frame(value = swiss$Fertility, swiss[, -1]),
  # 137 patients (Kalbfleisch & Prentice 1980), tied times.
  veteran = with(veteran, data.frame(
    time, event = status, trt = as.numeric(trt == 2), karno, diagtime, age, prior,
    small = as.numeric(celltype == "smallcell"), adeno = as.numeric(celltype == "adeno"),
    large = as.numeric(celltype == "large")))
)
file <- file(arguments[1], "w")
writeLines(sprintf(
  "# MASS %s, survival %s, R %s; data sets birthwt, swiss and veteran, %s",
  packageVersion("MASS"), packageVersion("survival"), getRversion(), Sys.Date()), file)
writeLines("table,column,values", file)
for (name in names(tables)) {
  for (column in names(tables[[name]])) {
    values <- paste(sprintf("%.15g", as.numeric(tables[[name]][[column]])), collapse = " ")
    writeLines(paste(name, column, values, sep = ","), file)
  }
}
close(file)

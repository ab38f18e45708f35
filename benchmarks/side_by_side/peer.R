# Runs one job with R for benchmarks/side_by_side/peers.py. Arguments: the job's script, its packages, the folder.
# The script gives prepare(rows, part), not timed, and work(prepared), which returns a list of numeric vectors.
arguments <- commandArgs(trailingOnly = TRUE)
packages <- strsplit(arguments[2], ",")[[1]]
suppressPackageStartupMessages(for (package in packages) library(package, character.only = TRUE))
options(survey.lonely.psu = "fail")
source(arguments[1])
read_columns <- function(folder) {
  columns <- list()
  for (file in list.files(folder, full.names = TRUE)) {
    kind <- if (endsWith(file, ".i4")) "integer" else "double"
    size <- if (kind == "integer") 4 else 8
    columns[[sub("[.][if][48]$", "", basename(file))]] <- readBin(file, kind, file.size(file) / size, size)
  }
  columns
}
rows <- as.data.frame(read_columns(file.path(arguments[3], "rows")))
items <- grep("^item", names(rows), value = TRUE)
for (item in items) rows[[item]][rows[[item]] < 0] <- NA
prepared <- prepare(rows, read_columns(file.path(arguments[3], "part")))
before <- sum(gc(reset = TRUE)[, 2])
started <- proc.time()
found <- work(prepared)
taken <- proc.time() - started
peak <- sum(gc()[, 6]) - before
for (name in names(found)) writeBin(as.double(found[[name]]), file.path(arguments[3], "found", paste0(name, ".f8")))
cat(as.character(packageVersion(packages[1])), taken[["elapsed"]], taken[["user.self"]] + taken[["sys.self"]], peak, "\n")

# Load a tidy bundle with R and draw it: Rscript load_bundle.R BUNDLE FIGURE.pdf
#
# Left, every lesion's area in % of its first, and the median of each 28 days with three lesions:
# a simpler rule than the Study room's, which takes each lesion's area nearest to every 28th day.
# Right, the cumulative incidence of closure with death and amputation competing (Aalen-Johansen, by
# survival's survfit), from each lesion's first visit. Needs the packages survival and jsonlite.
# What it computed is printed as JSON.

suppressPackageStartupMessages({
  library(jsonlite)
  library(survival)
})

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 2) stop("Rscript load_bundle.R BUNDLE FIGURE.pdf")
bundle <- arguments[1]
causes <- c("closed", "died with it open", "amputated or closed by surgery")

# Every table by its name, with the types that datapackage.json says.
package <- fromJSON(file.path(bundle, "datapackage.json"), simplifyVector = FALSE)
kinds <- c(integer = "integer", number = "numeric", boolean = "character")
load_table <- function(resource) {
  types <- sapply(resource$schema$fields, function(field) {
    if (field$type %in% names(kinds)) kinds[[field$type]] else "character"
  })
  read.csv(file.path(bundle, resource$path), colClasses = types, na.strings = "",
           fileEncoding = "UTF-8", quote = "\"")
}
tables <- lapply(package$resources, load_table)
names(tables) <- sapply(package$resources, function(resource) resource$name)

say_and_stop <- function(...) {
  message(...)
  quit(status = 1)
}
if (nrow(tables$patients) == 0) {
  say_and_stop("This bundle holds no patients, so there is nothing to draw: manifest.json says how ",
               "many were left out, and by which filters.")
}
if (nrow(tables$outcomes) == 0 || !any(tables$measurements$area_traced_cm2 > 0, na.rm = TRUE)) {
  say_and_stop("No lesion in this bundle has an open area and an outcome, so there is nothing to ",
               "draw: look at measurements.csv and outcomes.csv.")
}

# Days since each lesion's first open area, and the area in % of that.
measured <- subset(tables$measurements, !is.na(area_traced_cm2))
measured <- measured[order(measured$day), ]
opened <- subset(measured, area_traced_cm2 > 0)
first <- opened[!duplicated(opened$lesion_id), c("lesion_id", "day", "area_traced_cm2")]
names(first) <- c("lesion_id", "first_day", "first_area")
areas <- merge(measured, first, by = "lesion_id")
areas <- subset(areas, day >= first_day)
areas$days <- areas$day - areas$first_day
areas$percent <- 100 * areas$area_traced_cm2 / areas$first_area
stretch <- areas$days %/% 28
lesions <- tapply(areas$lesion_id, stretch, function(ids) length(unique(ids)))
medians <- tapply(areas$percent, stretch, median)[lesions >= 3]

# Merged (4) is censored for a lesion's curve.
outcomes <- tables$outcomes
outcomes$time <- outcomes$time_day - outcomes$entry_day
status <- ifelse(outcomes$status %in% 1:3, outcomes$status, 0)
outcomes$event <- factor(status, levels = 0:3, labels = c("censored", causes))
# An outcome on the day of the first visit counts just after it.
fit <- survfit(Surv(pmax(time, 1e-6), event) ~ 1, data = outcomes)
last <- summary(fit, times = max(fit$time))
incidence <- sapply(causes, function(cause) {
  place <- match(cause, fit$states)
  if (is.na(place)) 0 else last$pstate[place]
})

pdf(arguments[2], width = 10, height = 4)
par(mfrow = c(1, 2), bty = "l", las = 1)
plot(areas$days / 7, areas$percent, type = "n", xlab = "weeks since first measured",
     ylab = "area, % of the first")
for (lesion in split(areas, areas$lesion_id)) {
  lesion <- lesion[order(lesion$days), ]
  lines(lesion$days / 7, lesion$percent, col = "grey75")
}
lines((as.numeric(names(medians)) * 28 + 14) / 7, medians, type = "b", col = "steelblue", lwd = 2)
plot(fit, xscale = 7, noplot = "(s0)", col = 1:3, xlab = "weeks since first seen",
     ylab = "cumulative incidence", ylim = c(0, 1))
legend("topleft", causes, col = 1:3, lty = 1, bty = "n")
invisible(dev.off())

told <- list(
  patients = nrow(tables$patients), lesions = nrow(tables$lesions),
  measurements = nrow(tables$measurements),
  median_percent = I(as.numeric(round(medians, 6))),
  incidence = as.list(round(incidence, 6))
)
cat(toJSON(told, auto_unbox = TRUE, digits = NA), "\n")

# The healing room's numbers by R's own packages: JSON of the cases in, JSON of the numbers out.
# It shares no formula with woundtrack. survival's multi-state curves are those of Aalen and
# Johansen, with the error of the infinitesimal jackknife.
# It leaves with status 3 where one of them isn't installed.
for (package in c("survival", "jsonlite")) {
  if (!suppressPackageStartupMessages(require(package, character.only = TRUE, quietly = TRUE))) {
    quit(status = 3)
  }
}

cases <- fromJSON(file("stdin"))
z <- 1.96
level <- 2 * pnorm(z) - 1 # woundtrack's 1.96 exactly

# --- cumulative incidence with competing death and removal ---------------------------------------

curves <- function(case) {
  rows <- data.frame(
    entry = case$entries, time = case$times,
    outcome = factor(case$outcomes, levels = 0:3), patient = case$patients
  )
  rows$row <- seq_len(nrow(rows))
  fit <- if (case$kind == "delayed") {
    survfit(Surv(entry, time, outcome) ~ 1, data = rows, id = row,
            conf.type = "log-log", conf.int = level)
  } else if (case$kind == "clustered") {
    survfit(Surv(time, outcome) ~ 1, data = rows, cluster = patient,
            conf.type = "log-log", conf.int = level)
  } else {
    survfit(Surv(time, outcome) ~ 1, data = rows, conf.type = "log-log", conf.int = level)
  }
  at <- summary(fit, times = sort(unique(rows$time[case$outcomes > 0])))
  list(
    time = at$time, at_risk = rowSums(as.matrix(at$n.risk)), survival = at$pstate[, 1],
    incidence = at$pstate[, -1], error = at$std.err[, -1],
    low = at$lower[, -1], high = at$upper[, -1]
  )
}

# --- the exponential: a weighted line, and one with covariance, on the log scale -----------------

exponential <- function(case) {
  day <- case$days
  log_area <- log(case$areas)
  covariance <- diag(case$own^2) + tcrossprod(case$shared)
  white <- solve(t(chol(covariance)))
  fit <- lm(white %*% log_area ~ 0 + white %*% cbind(1, -day))
  chi2 <- sum(resid(fit)^2)
  se <- sqrt(diag(vcov(fit))) / summary(fit)$sigma # as if the measurements' errors were true
  by_measurements <- cbind(coef(fit) - z * se, coef(fit) + z * se)
  by_scatter <- unname(confint(fit))
  is_scatter <- diff(by_scatter[2, ]) > diff(by_measurements[2, ])
  ends <- if (is_scatter) by_scatter else by_measurements
  list(
    per_day = c(coef(fit)[[2]], ends[2, ]), area = exp(c(coef(fit)[[1]], ends[1, ])),
    half_life = log(2) / c(coef(fit)[[2]], rev(ends[2, ])), chi2 = chi2,
    is_scatter = is_scatter
  )
}

# --- the delayed exponential: nls, and the profile of its sum of squares -------------------------

delayed <- function(case) {
  day <- case$days
  log_area <- log(case$areas)
  weight <- 1 / case$own^2
  freedom <- length(day) - 3
  at_delay <- function(delay) lm(log_area ~ I(-pmax(day - delay, 0)), weights = weight)
  delay_chi2 <- function(delay) deviance(at_delay(delay))
  # nls needs a start near by, because its curve has corners.
  grid <- seq(0, max(day[day < max(day)]), length.out = 100)
  near <- grid[which.min(sapply(grid, delay_chi2))]
  near <- optimize(delay_chi2, near + c(-1, 1) * diff(grid[1:2]))$minimum
  begin <- unname(coef(at_delay(near)))
  fit <- nls(log_area ~ start - per_day * pmax(day - delay, 0), weights = weight,
             start = list(start = begin[1], per_day = begin[2], delay = near),
             control = nls.control(tol = 1e-7))
  best <- as.list(coef(fit))
  chi2 <- deviance(fit)
  reach <- max(z, qt(0.975, freedom) * sqrt(chi2 / freedom))
  limit <- chi2 + reach^2
  # For a given constant: the least over the delay of a fit of the start alone.
  rate_chi2 <- function(rate) {
    at <- function(delay) {
      left <- log_area + rate * pmax(day - delay, 0)
      sum(weight * (left - weighted.mean(left, weight))^2)
    }
    grid <- seq(0, max(day[day < max(day)]), length.out = 100)
    near <- grid[which.min(sapply(grid, at))]
    optimize(at, near + c(-1, 1) * diff(grid[1:2]), tol = 1e-10)$objective
  }
  # For a given start: the least over the delay of a fit of the constant alone.
  start_chi2 <- function(start) {
    at <- function(delay) {
      past <- pmax(day - delay, 0)
      rate <- sum(weight * past * (start - log_area)) / sum(weight * past^2)
      sum(weight * (log_area - start + rate * past)^2)
    }
    grid <- seq(0, max(day[day < max(day)]), length.out = 100)
    near <- grid[which.min(sapply(grid, at))]
    near <- pmin(pmax(near + c(-1, 1) * diff(grid[1:2]), 0), max(grid))
    optimize(at, near, tol = 1e-10)$objective
  }
  crossing <- function(of, from, to) uniroot(function(one) of(one) - limit, c(from, to), tol = 1e-12)$root
  list(
    area = exp(c(best$start, crossing(start_chi2, best$start - 1, best$start),
                 crossing(start_chi2, best$start, best$start + 1))),
    per_day = c(best$per_day, crossing(rate_chi2, best$per_day / 2, best$per_day),
                crossing(rate_chi2, best$per_day, best$per_day * 2)),
    delay = c(best$delay, crossing(delay_chi2, 0, best$delay),
              crossing(delay_chi2, best$delay, max(day[day < max(day)]))),
    chi2 = chi2, is_scatter = reach > z
  )
}

# --- area reduction: the difference of two log areas, each with its own errors -------------------

reduction <- function(case) {
  first <- log(case$first)
  second <- log(case$second) # each: area, low, high
  ratio <- second[1] - first[1]
  smaller <- sqrt((first[3] - first[1])^2 + (second[1] - second[2])^2)
  larger <- sqrt((first[1] - first[2])^2 + (second[3] - second[1])^2)
  100 * -expm1(c(ratio, ratio + larger, ratio - smaller))
}

# --- the golden table ----------------------------------------------------------------------------

golden <- function() {
  area <- c(12, 7.2)
  perimeter <- c(14, 10.6)
  rate <- unname(-coef(lm(log(area) ~ c(0, 28)))[2])
  seven <- data.frame(day = c(20, 30, 40, 50, 60, 80, 84), outcome = c(1, 2, 1, 0, 2, 1, 0))
  multi <- summary(survfit(Surv(day, factor(outcome, 0:2)) ~ 1, data = seven), times = 84)$pstate
  alone <- summary(survfit(Surv(day, outcome == 1) ~ 1, data = seven), times = 84)$surv
  spread <- z * sqrt(2) * 0.05
  list(
    reduction = -100 * diff(area) / area[1],
    advance = -diff(area) / mean(perimeter), weekly = -diff(area) / mean(perimeter) / 4,
    per_day = rate, half_life = log(2) / rate,
    circle = -diff(pi * c(3, 2)^2) / mean(2 * pi * c(3, 2)),
    reduction_interval = 100 * (1 - 0.6 * exp(c(spread, -spread))),
    detectable = exp(c(-spread, spread)),
    kundin = 0.327 * prod(4.2, 2.8, 1.1),
    closed = multi[2], died = multi[3], free = multi[1], naive = 1 - alone
  )
}

cat(toJSON(list(
  curves = lapply(cases$curves, curves),
  exponential = lapply(cases$exponential, exponential),
  delayed = lapply(cases$delayed, delayed),
  reduction = lapply(cases$reduction, reduction),
  golden = golden()
), digits = NA, auto_unbox = TRUE))

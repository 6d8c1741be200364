"""Laplace's approximation of the model, nested: hyperparameters on a few points, everything else Gaussian around its
mode.

Rue, Martino & Chopin 2009, "Approximate Bayesian inference for latent Gaussian models", JRSS B 71:319, with two
differences. The points of the hyperparameters are the seven of an unscented rule in the eigenbasis at the mode (in
logs), reweighted by the density found there. The mode is moved to the mean by the first-order term of the skewness,
    E[b] - mode = 1/2 H^-1 sum_i l'''_i Var(eta_i) x_i,
which matters at a few events a month (Tierney, Kass & Kadane 1989 give the order).
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy import linalg, optimize

from port2port.displacement.methods.design import GAMMA, HYPER_SD, Design, Indices, precision
from port2port.displacement.methods.periods import Floats

# In logs: sqrt(alpha) from "Poisson" to "a month may have five times the usual"; walks and slopes alike.
LOW, HIGH = np.log([0.02, 0.005, 0.01]), np.log([2.0, 0.5, 1.5])
START = np.log([0.3, 0.05, 0.15])
MOST_STEPS, MOST_HALVINGS, SETTLED = 60, 25, 1e-9
NEAR = 0.2  # step of the finite differences, in logs: the density is smooth at that scale
KAPPA = 1.0  # unscented rule: points at sqrt(n + kappa) = 2 standard deviations, centre weighs kappa / (n + kappa)
STEEPEST, FLATTEST = 0.05, 1.0  # standard deviations a log hyperparameter may have in that rule


@dataclass(frozen=True)
class Component:
    """One point of the hyperparameters: its weight, the mean (d,) and the lower Cholesky factor of the precision
    there.
    """

    weight: float
    mean: Floats
    lower: Floats
    hyper: Floats


@njit(cache=True)
def passed(  # type: ignore[no-untyped-def]
    beta, y, alpha, used, index, value, drift, drift_at, gamma_at, full, gradient, hessian
):  # pragma: no cover - compiled
    """Return the log likelihood (without its constant); when `full`, fill gradient and observed information (lower)."""
    rows, fixed = index.shape
    free = drift.shape[1]
    where = np.empty(fixed + free, dtype=np.int64)
    slope, pulled = np.empty(fixed + free), np.empty(fixed + free)
    total = 0.0
    gamma = beta[gamma_at]
    if full:
        gradient[:] = 0.0
        hessian[:] = 0.0
    for i in range(rows):
        if used[i] == 0.0:
            continue
        eta = 0.0
        for j in range(fixed):
            eta += value[i, j] * beta[index[i, j]]
        moved = 0.0
        for j in range(free):
            moved += drift[i, j] * beta[drift_at[i] + j]
        eta += gamma * moved
        mu = math.exp(min(eta, 30.0))
        a = alpha[i]
        total += y[i] * eta - (y[i] + 1.0 / a) * math.log1p(a * mu)
        if not full:
            continue
        filled = 0
        for j in range(fixed):
            x = value[i, j] + (moved if index[i, j] == gamma_at else 0.0)
            if x != 0.0:
                where[filled] = index[i, j]
                slope[filled] = x
                filled += 1
        for j in range(free):
            if drift[i, j] != 0.0:
                where[filled] = drift_at[i] + j
                slope[filled] = gamma * drift[i, j]
                filled += 1
        residual = (y[i] - mu) / (1.0 + a * mu)
        weight = mu * (1.0 + a * y[i]) / (1.0 + a * mu) ** 2
        for j in range(filled):
            gradient[where[j]] += residual * slope[j]
            pulled[j] = weight * slope[j]
        # A row's columns ascend, so this is the lower triangle; it lies column by column.
        for m in range(filled):
            column = hessian[:, where[m]]
            for j in range(m, filled):
                column[where[j]] += pulled[j] * slope[m]
    return total


@njit(cache=True)
def skewed(beta, y, alpha, used, index, value, drift, drift_at, gamma_at, inverse, out):  # type: ignore[no-untyped-def]
    # pragma: no cover - compiled
    """Fill `out` (d,) with the third derivatives of the log likelihood, contracted with the covariance `inverse`."""
    rows, fixed = index.shape
    free = drift.shape[1]
    where = np.empty(fixed + free, dtype=np.int64)
    slope = np.empty(fixed + free)
    gamma = beta[gamma_at]
    out[:] = 0.0
    for i in range(rows):
        if used[i] == 0.0:
            continue
        eta, moved = 0.0, 0.0
        for j in range(free):
            moved += drift[i, j] * beta[drift_at[i] + j]
        for j in range(fixed):
            eta += value[i, j] * beta[index[i, j]]
            where[j] = index[i, j]
            slope[j] = value[i, j] + (moved if index[i, j] == gamma_at else 0.0)
        for j in range(free):
            where[fixed + j] = drift_at[i] + j
            slope[fixed + j] = gamma * drift[i, j]
        mu = math.exp(min(eta + gamma * moved, 30.0))
        a = alpha[i]
        weight = mu * (1.0 + a * y[i]) / (1.0 + a * mu) ** 2
        variance, with_gamma, with_drift, bent = 0.0, 0.0, 0.0, 0.0
        for j in range(fixed + free):
            shared = 0.0
            for m in range(fixed + free):
                shared += slope[m] * inverse[where[j], where[m]]
            variance += slope[j] * shared
            if j >= fixed:
                with_drift += drift[i, j - fixed] * shared
                bent += 2.0 * drift[i, j - fixed] * inverse[gamma_at, where[j]]
        if free > 0:
            for m in range(fixed + free):
                with_gamma += slope[m] * inverse[gamma_at, where[m]]
        third = -weight * (1.0 - a * mu) / (1.0 + a * mu)
        for j in range(fixed + free):
            out[where[j]] += (third * variance - weight * bent) * slope[j]
        # Effort known with error enters as gamma times its drift: the predictor itself is bent there.
        out[gamma_at] -= 2.0 * weight * with_drift
        for j in range(free):
            out[drift_at[i] + j] -= 2.0 * weight * drift[i, j] * with_gamma


@njit(cache=True)
def constant(y, alpha, used):  # type: ignore[no-untyped-def] # pragma: no cover - compiled
    """Return the part of the log likelihood that only alpha moves: sum_i sum_{j<y} log(1 + alpha j) - log y!."""
    total = 0.0
    for i in range(len(y)):
        if used[i] != 0.0:
            total -= math.lgamma(y[i] + 1.0)
            for j in range(int(y[i])):
                total += math.log1p(alpha[i] * j)
    return total


def arrays(rows: Design, hyper: Floats) -> tuple[Floats, Floats, Floats, Indices, Floats, Floats, Indices, int]:
    """Return what the compiled loops take, for these hyperparameters."""
    alpha = hyper[0] ** 2 + rows.extra
    return rows.y, alpha, rows.used, rows.index, rows.value, rows.drift, rows.drift_at, GAMMA


def mode_at(rows: Design, hyper: Floats, start: Floats) -> tuple[Floats, Floats, float]:
    """Return mode (d,), lower Cholesky factor of the precision there, and the log marginal likelihood (Laplace)."""
    given = arrays(rows, hyper)
    prior, half_log_determinant = precision(rows.columns, hyper)
    size = rows.columns.size
    gradient, hessian = np.empty(size), np.empty((size, size), order="F")  # as LAPACK wants it, without a copy

    def height(beta: Floats, full: bool) -> float:
        away = beta - rows.prior_mean
        return float(passed(beta, *given, full, gradient, hessian)) - 0.5 * float(away @ prior @ away)

    beta = start.copy()
    now = height(beta, True)
    for _step in range(MOST_STEPS):
        lower = linalg.cholesky(hessian + prior.T, lower=True, overwrite_a=True, check_finite=False)
        slope = gradient - prior @ (beta - rows.prior_mean)
        move = linalg.cho_solve((lower, True), slope, check_finite=False)
        gain = float(slope @ move)
        if gain < SETTLED:
            break
        length, before = 1.0, now
        for _halving in range(MOST_HALVINGS):
            now = height(beta + length * move, True)
            if now >= before:
                break
            length /= 2
        else:
            now = before
            break
        beta = beta + length * move
    marginal = now + float(constant(*given[:3])) + half_log_determinant - float(np.log(lower.diagonal()).sum())
    return beta, lower, marginal


def hyper_prior(logs: Floats) -> float:
    """Return the log density of three half-normals in their logs (the Jacobian is the sum of the logs)."""
    return float((-0.5 * (np.exp(logs) / HYPER_SD) ** 2 + logs).sum())


def start_of(rows: Design) -> Floats:
    """Return where Newton begins: the prior's mean."""
    return rows.prior_mean.copy()


def hyper_mode(rows: Design) -> tuple[Floats, Floats]:
    """Return the mode of the log hyperparameters (3,) and that of the others given them (d,)."""
    latest = start_of(rows)

    def depth(logs: Floats) -> float:
        nonlocal latest
        beta, _lower, marginal = mode_at(rows, np.exp(logs), latest)
        latest = beta
        return -(marginal + hyper_prior(logs))

    found = optimize.minimize(
        depth,
        START,
        method="L-BFGS-B",
        bounds=list(zip(LOW, HIGH, strict=True)),
        options={"eps": 1e-3, "maxiter": 25, "ftol": 1e-6, "gtol": 0.02},
    )
    return np.asarray(found.x, dtype=np.float64), latest


def components(rows: Design, hyper: Floats | None = None) -> tuple[Component, ...]:
    """Return the posterior as a mixture. `hyper` (sqrt alpha, sd trend, sd slope) given: one component, for refits."""
    if hyper is not None:
        return (component(rows, hyper, mode_at(rows, hyper, start_of(rows)), 1.0),)
    centre, beta = hyper_mode(rows)
    middle = mode_at(rows, np.exp(centre), beta)
    axes = spread_of(rows, centre, beta, middle[2])
    size = len(centre)
    far = math.sqrt(size + KAPPA)
    points = [centre] + [np.clip(centre + s * far * axes[:, i], LOW, HIGH) for i in range(size) for s in (-1.0, 1.0)]
    usual = np.array([KAPPA / (size + KAPPA)] + [0.5 / (size + KAPPA)] * (2 * size))
    modes = [middle, *(mode_at(rows, np.exp(logs), beta) for logs in points[1:])]
    heights = [marginal + hyper_prior(logs) for logs, (_mode, _lower, marginal) in zip(points, modes, strict=True)]
    gaussian = np.array([0.0] + [0.5 * far**2] * (2 * size))
    ratio = np.exp(np.clip(np.array(heights) - heights[0] + gaussian, -far, far))
    weights = usual * ratio / (usual * ratio).sum()
    return tuple(
        component(rows, np.exp(logs), mode, float(w)) for logs, mode, w in zip(points, modes, weights, strict=True)
    )


def spread_of(rows: Design, centre: Floats, beta: Floats, marginal: float) -> Floats:
    """Return axes (3, 3), columns one standard deviation long, of the log hyperparameters at their mode, with this log
    marginal likelihood there.
    """
    size = len(centre)

    def height(logs: Floats) -> float:
        return mode_at(rows, np.exp(logs), beta)[2] + hyper_prior(logs)

    unit = NEAR * np.eye(size)
    middle = marginal + hyper_prior(centre)
    up, down = [height(centre + u) for u in unit], [height(centre - u) for u in unit]
    curve = np.zeros((size, size))
    for i in range(size):
        curve[i, i] = -(up[i] - 2 * middle + down[i])
        for j in range(i):
            both = height(centre + unit[i] + unit[j])
            curve[i, j] = curve[j, i] = -(both - up[i] - up[j] + middle)
    values, vectors = np.linalg.eigh(curve / NEAR**2)
    lengths = np.clip(1 / np.sqrt(np.maximum(values, 1e-6)), STEEPEST, FLATTEST)
    axes: Floats = vectors * lengths
    return axes


def component(rows: Design, hyper: Floats, found: tuple[Floats, Floats, float], weight: float) -> Component:
    """Return the Gaussian at these hyperparameters from what `mode_at` found there, its mode moved to its mean."""
    beta, lower, _marginal = found
    inverse = linalg.cho_solve((lower, True), np.eye(len(beta)), check_finite=False)
    pull = np.empty(len(beta))
    skewed(beta, *arrays(rows, hyper), inverse, pull)
    return Component(weight, beta + 0.5 * inverse @ pull, lower, hyper)

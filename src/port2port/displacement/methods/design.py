"""The model's rows, columns and priors: which parameter stands where, and what is believed of it before the data.

    y_pkt ~ NegBin(mu_pkt, alpha),  Var = mu + alpha mu^2
    log mu_pkt = m_k + b_pk + season_month(t) + trend_t + tau D_pt + (delta + e_p + e_pk) S_pt + gamma x_pt
with D coverage, S_pt = sum_j w_pj D_jt, and x_pt log effort about its mean, only for methods found by effort.

Priors, each wide enough that a Belgian port's few years of counts move it, none so wide that two events make a claim:
- tau ~ N(0, 1), delta ~ N(0, 1): full coverage, or full exposure, changes events by a factor 7 either way at most
  (95 %). Centred on nothing: displacement and diffusion of benefits are as likely (Guerette & Bowers 2009 found both).
  No narrower: at a few events a month a prior of half that width carries a third of the answer, and P(delta > 0) is
  then no longer near uniform when nothing happened, which the rule against false discoveries reads it as.
- gamma ~ N(1, 0.25): twice the scans find twice as much, were the searched loads drawn evenly; targeting and fatigue
  make it 0.5 to 1.5.
- m_k ~ N(log mean, 2), b_pk ~ N(0, 1): ports differ by a factor of 7 either way; a cell without events shrinks.
- season: twelve values N(0, 0.3). trend: a random walk common to all ports with steps N(0, sigma_trend): a common rise
  must not be read as displacement, so it may go anywhere slowly.
- e_p, e_pk ~ N(0, sigma_slope^2 / 2) each: ports and methods answer differently; delta is their mean.
- sqrt(alpha) ~ HalfNormal(0.5), sigma_trend ~ HalfNormal(0.1), sigma_slope ~ HalfNormal(0.3).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from port2port.displacement.methods.effort import log_effort
from port2port.displacement.methods.panel import Panel
from port2port.displacement.methods.periods import YEAR, Floats

Indices = NDArray[np.int64]
TAU, DELTA, GAMMA, METHOD = 0, 1, 2, 3
PORT_SLOPE_PLACE, CELL_SLOPE_PLACE = 7, 8  # where a row keeps the columns of its slopes
TAU_SD, DELTA_SD, GAMMA_MEAN, GAMMA_SD = 1.0, 1.0, 1.0, 0.25
METHOD_SD, CELL_SD, SEASON_SD = 2.0, 1.0, 0.3
SPREAD_SD, TREND_SD, SLOPE_SD = 0.5, 0.1, 0.3  # of the three half-normal priors of the hyperparameters
HYPER_SD = np.array([SPREAD_SD, TREND_SD, SLOPE_SD])


@dataclass(frozen=True)
class Columns:
    """Where each block of parameters begins; `size` of them all."""

    cell: int
    season: int
    trend: int
    port_slope: int
    cell_slope: int
    effort: int
    size: int


@dataclass(frozen=True)
class Design:
    """Rows (P K T, in that order) as their non-zero columns. `index`, `value` (N, 9); `drift` (N, R) are the effort
    directions of a row and `drift_at` (N,) the column of the first; `extra` (N,) variance that effort adds each month;
    `used` (N,) 0 where no effort was made, so that nothing could be found.
    """

    y: Floats
    index: Indices
    value: Floats
    drift: Floats
    drift_at: Indices
    extra: Floats
    used: Floats
    columns: Columns
    prior_mean: Floats
    known: Floats


def columns_of(p: int, k: int, t: int, directions: int) -> Columns:
    """Return the places of the blocks for this many ports, methods, months and directions of effort."""
    cell = METHOD + k
    season = cell + p * k
    trend = season + YEAR
    port_slope = trend + t - 1
    cell_slope = port_slope + p
    effort = cell_slope + p * k
    return Columns(cell, season, trend, port_slope, cell_slope, effort, effort + p * directions)


def design(data: Panel) -> Design:
    """Return the rows of a checked panel."""
    p, k, t = data.counts.shape
    x = log_effort(data.effort, first_touched(data), t)
    directions = x.directions.shape[2]
    at = columns_of(p, k, t, directions)
    port, method, month = (a.ravel() for a in np.meshgrid(np.arange(p), np.arange(k), np.arange(t), indexing="ij"))
    covered, spill = data.coverage[port, month], data.spill[port, month]
    depends = data.dependent[method].astype(np.float64)
    one = np.ones(len(port))
    parts = (
        (np.full(len(port), TAU), covered),
        (np.full(len(port), DELTA), spill),
        (np.full(len(port), GAMMA), depends * x.mean[port, month]),
        (METHOD + method, one),
        (at.cell + port * k + method, one),
        (at.season + (data.first_month - 1 + month) % YEAR, one),
        (at.trend + np.maximum(month - 1, 0), (month > 0).astype(np.float64)),
        (at.port_slope + port, spill),
        (at.cell_slope + port * k + method, spill),
    )
    totals = (data.counts.sum(axis=(0, 2)) + 0.5) / (p * t)
    prior_mean = np.zeros(at.size)
    prior_mean[GAMMA] = GAMMA_MEAN
    prior_mean[METHOD : METHOD + k] = np.log(totals)
    return Design(
        data.counts.ravel(),
        np.stack([i for i, _v in parts], axis=1).astype(np.int64),
        np.ascontiguousarray(np.stack([v for _i, v in parts], axis=1)),
        np.ascontiguousarray(x.directions[port, month] * depends[:, None]),
        (at.effort + port * directions).astype(np.int64),
        depends * x.rest[port, month],
        1.0 - depends * x.none[port, month],
        at,
        prior_mean,
        x.known,
    )


def first_touched(data: Panel) -> Indices:
    """Return per port (P,) the first month in which it is covered or exposed; the number of months where never."""
    touched = (data.coverage > 0) | (data.spill > 0)
    first: Indices = np.where(touched.any(axis=1), touched.argmax(axis=1), touched.shape[1]).astype(np.int64)
    return first


def precision(at: Columns, hyper: Floats) -> tuple[Floats, float]:
    """Return the prior's precision matrix and half its log determinant, for hyper = (sqrt alpha, sd trend, sd
    slope).
    """
    _spread, trend, slope = (float(h) for h in hyper)
    scale = np.ones(at.size)
    scale[[TAU, DELTA, GAMMA]] = TAU_SD, DELTA_SD, GAMMA_SD
    scale[METHOD : at.cell] = METHOD_SD
    scale[at.cell : at.season] = CELL_SD
    scale[at.season : at.trend] = SEASON_SD
    scale[at.port_slope : at.effort] = slope / np.sqrt(2)
    matrix = np.diag(scale**-2.0)
    walk = np.arange(at.trend, at.port_slope)
    matrix[walk, walk] = 2 / trend**2
    matrix[walk[-1], walk[-1]] = 1 / trend**2
    matrix[walk[1:], walk[:-1]] = matrix[walk[:-1], walk[1:]] = -1 / trend**2
    # A walk's precision is D'D / sd^2 with D lower bidiagonal of ones: its determinant is sd^(-2 T).
    scale[walk] = trend
    return matrix, -float(np.log(scale).sum())

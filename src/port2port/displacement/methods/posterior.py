"""The full posterior of the model by Markov chains (PyMC with nutpie): slow, and what the fast path is checked against.

An extra: `pip install port2port[posterior]`. The model is that of `design`, with the same priors; the hyperparameters
are sampled with everything else (Hoffman & Gelman 2014, the No-U-Turn sampler).
"""

import importlib
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from port2port.displacement.methods.design import (
    CELL_SD,
    DELTA_SD,
    GAMMA_MEAN,
    GAMMA_SD,
    METHOD,
    METHOD_SD,
    SEASON_SD,
    SLOPE_SD,
    SPREAD_SD,
    TAU_SD,
    TREND_SD,
    Design,
    design,
)
from port2port.displacement.methods.panel import Panel
from port2port.displacement.methods.periods import YEAR, Floats


class ExtraMissing(RuntimeError):
    """The full posterior needs PyMC and nutpie: install port2port with its extra `posterior`."""

    def __init__(self, package: str) -> None:
        super().__init__(f"{package} is not installed. {type(self).__doc__}")


@dataclass(frozen=True)
class Chains:
    """Draws of tau, delta and gamma, each (chains, draws), and the worst split R-hat of the three (below 1.01 is
    good).
    """

    tau: Floats
    delta: Floats
    gamma: Floats
    worst_rhat: float


def extra(package: str) -> ModuleType:
    """Return an optional package. It is looked for when asked for: importing it takes seconds. Raises
    `ExtraMissing`.
    """
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as missing:
        raise ExtraMissing(package) from missing


def dense(rows: Design) -> Floats:
    """Return the matrix (N, d) of all columns but effort's, which enters through gamma."""
    matrix = np.zeros((len(rows.y), rows.columns.effort))
    for j in range(rows.index.shape[1]):
        if j != METHOD - 1:
            np.add.at(matrix, (np.arange(len(rows.y)), rows.index[:, j]), rows.value[:, j])
    return matrix


def sample(data: Panel, *, draws: int = 1000, tune: int = 1000, chains: int = 4, cores: int = 2, seed: int) -> Chains:
    """Return draws of the full posterior. Raises `ExtraMissing` without the extra."""
    pm, nutpie = extra("pymc"), extra("nutpie")
    rows = design(data)
    at, p, k, t = rows.columns, *data.counts.shape
    seen = rows.used > 0
    matrix, drift = dense(rows)[seen], rows.drift[seen]
    with pm.Model() as model:
        spread = pm.HalfNormal("spread", SPREAD_SD)
        trend_sd = pm.HalfNormal("trend_sd", TREND_SD)
        slope_sd = pm.HalfNormal("slope_sd", SLOPE_SD)
        tau, delta = pm.Normal("tau", 0, TAU_SD), pm.Normal("delta", 0, DELTA_SD)
        gamma = pm.Normal("gamma", GAMMA_MEAN, GAMMA_SD)
        blocks = [
            tau[None],
            delta[None],
            np.zeros(1),
            pm.Normal("method", rows.prior_mean[METHOD : at.cell], METHOD_SD, shape=k),
            pm.Normal("cell", 0, CELL_SD, shape=p * k),
            pm.Normal("season", 0, SEASON_SD, shape=YEAR),
            trend_sd * pm.math.cumsum(pm.Normal("steps", 0, 1, shape=t - 1)),
            slope_sd / np.sqrt(2) * pm.Normal("port_slope", 0, 1, shape=p),
            slope_sd / np.sqrt(2) * pm.Normal("cell_slope", 0, 1, shape=p * k),
        ]
        effort = rows.value[seen, METHOD - 1]
        if drift.shape[1]:
            free = pm.Normal("effort", 0, 1, shape=at.size - at.effort)
            places = rows.drift_at[seen][:, None] - at.effort + np.arange(drift.shape[1])
            effort = effort + (drift * free[places]).sum(axis=1)
        eta = pm.math.dot(matrix, pm.math.concatenate(blocks)) + gamma * effort
        pm.NegativeBinomial(
            "y", mu=pm.math.exp(eta), alpha=1 / (spread**2 + rows.extra[seen]), observed=rows.y[seen].astype(int)
        )
    found = nutpie.sample(
        nutpie.compile_pymc_model(model),
        draws=draws,
        tune=tune,
        chains=chains,
        cores=cores,
        seed=seed,
        progress_bar=False,
        target_accept=0.9,
    ).posterior
    values = {name: np.asarray(found[name].values, dtype=np.float64) for name in ("tau", "delta", "gamma")}
    return Chains(**values, worst_rhat=max(split_rhat(v) for v in values.values()))


def split_rhat(draws: Floats) -> float:
    """Return the split R-hat of draws (chains, n): Gelman et al. 2013, Bayesian Data Analysis, 11.4."""
    half = draws.shape[1] // 2
    parts = np.concatenate([draws[:, :half], draws[:, half : 2 * half]])
    inner = parts.var(axis=1, ddof=1).mean()
    between = half * parts.mean(axis=1).var(ddof=1)
    return float(np.sqrt(((half - 1) / half * inner + between / half) / inner))

"""What if: where would crime go if measures were in force at these ports? Pure; the same seed gives the same numbers.

Two views, since neither is enough. *As it moved before*: every measure's model, fitted to what was counted, is asked
for other coverage. With D and S coverage and exposure now, D' and S' as supposed, and y events in the last year,
    change_pk = rate_pk (exp(sum_m tau_m (D'_mp - D_mp) + (delta_m + e_mp + e_mpk) (S'_mp - S_mp)) - 1)
    rate_pk ~ Gamma(y_pk + 1/2, 12)                                                            (Jeffreys' prior)
over the measures m that act on category k; draws of the posteriors of different measures are joined as if they were
independent. *As offenders may choose*: the quantal-response adversary of `methods.what_if`, over judged values.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from port2port.displacement.analysis.code import code_version
from port2port.displacement.analysis.inputs import Choices, EffortMonth, Incident, Measure
from port2port.displacement.analysis.prepared import Prepared, prepared
from port2port.displacement.analysis.result import Interval
from port2port.displacement.analysis.supposed import (
    STEPS,
    Answer,
    MeasureSupposed,
    PortChange,
    PortSplit,
    Spread,
    Supposed,
    Weight,
)
from port2port.displacement.analysis.windows import Window, covered_months, window_of
from port2port.displacement.methods.design import DELTA, TAU, design
from port2port.displacement.methods.model import LEVEL, Effect, Fit, drawn, fit
from port2port.displacement.methods.periods import YEAR, Floats
from port2port.displacement.methods.refusal import Problem, refuse
from port2port.displacement.methods.what_if import Means, Range, adversaries, outcome, what_if

REACTION = (0.5, 1.0, 2.0)  # half as sharply as they reacted before, as they did, twice
GIVING_UP = (0.1, 0.3, 0.6)  # Guerette & Bowers 2009 and Johnson et al. 2014 found anything between none and most
DRAWS, ADVERSARIES = 2000, 8  # of the posterior: for the change, and crossed with the judged values
EQUAL_HARM = 1.0
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Learnt:
    """One measure as it was fitted: coverage now and as supposed, (P,) each."""

    window: Window
    fit: Fit
    now: Floats
    supposed: Floats


def suppose(
    incidents: Sequence[Incident],
    measures: Sequence[Measure],
    effort: Sequence[EffortMonth],
    choices: Choices,
    asked: Sequence[Supposed],
    *,
    movable: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Return where crime would go if coverage were as asked; ports and measures that are not asked stay as they are.

    `movable`: ports at which other splits may put coverage; None: all. Others keep at most what they have.

    Raises `BadInput` with where and what: nothing asked, a port or measure that there is not, coverage outside 0 to 1,
    a measure whose effect cannot be learnt (with the code of `windows`).
    """
    data = prepared(incidents, measures, effort, choices)
    known = {one.identifier: one for one in measures}
    refuse(asked_problems(data, known, asked))
    wanted = list(dict.fromkeys(one.measure for one in asked))
    total = len(wanted) * (1 + ADVERSARIES * len(REACTION) * len(GIVING_UP))
    done = 0

    def told(what: str, more: int = 1) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, total, what)

    learnt = []
    for identifier in wanted:
        learnt.append(learn(data, known[identifier], measures, choices, asked))
        told("fitting")
    refuse([] if any((one.now != one.supposed).any() for one in learnt) else [Problem("asked", "nothing_changes")])
    changes, network = changed(data, learnt, seed=choices.seed)
    found = tuple(split(one, movable, seed=choices.seed, told=told) for one in learnt)
    return Answer(
        changes, network, found, weights_of(data, asked), choices.scale_km, REACTION, GIVING_UP, DRAWS, choices.seed,
        data.last_day, code_version(),
    )  # fmt: skip


def asked_problems(data: Prepared, known: dict[str, Measure], asked: Sequence[Supposed]) -> list[Problem]:
    """Return what is wrong with what is asked."""
    problems = [] if asked else [Problem("asked", "empty")]
    seen = set()
    for one in asked:
        where = f"asked {one.measure} {one.port}"
        if one.measure not in known:
            problems.append(Problem(where, "unknown_measure", one.measure))
        if one.port not in data.ports:
            problems.append(Problem(where, "not_chosen", one.port))
        if not 0 <= one.coverage <= 1:
            problems.append(Problem(where, "out_of_range", f"{one.coverage:g}"))
        if (one.measure, one.port) in seen:
            problems.append(Problem(where, "twice", one.port))
        seen.add((one.measure, one.port))
    return problems


def learn(
    data: Prepared, measure: Measure, others: Sequence[Measure], choices: Choices, asked: Sequence[Supposed]
) -> Learnt:
    """Return a measure's posterior, its coverage now and as asked. Raises `BadInput` where nothing can be learnt."""
    window = window_of(data, measure, others, choices)
    if isinstance(window, str):
        refuse([Problem(f"measures {measure.identifier}", window)])
        raise AssertionError(window)  # refuse raises; this is for the types
    now = covered_months(data, measure, 0, data.months)[:, -1]
    then = now.copy()
    for one in asked:
        if one.measure == measure.identifier:
            then[data.ports.index(one.port)] = one.coverage
    return Learnt(window, fit(window.data, seed=choices.seed), now, then)


def changed(data: Prepared, learnt: Sequence[Learnt], *, seed: int) -> tuple[tuple[PortChange, ...], PortChange]:
    """Return each port's change, and that of all together."""
    rng = np.random.default_rng(seed)
    last = data.counts[:, :, -YEAR:]
    rate = rng.gamma(last.sum(axis=2) + 0.5, 1 / last.shape[2], size=(DRAWS, *last.shape[:2]))
    log = np.zeros_like(rate)
    for one in learnt:
        kinds = [data.categories.index(code) for code in one.window.data.methods]
        log[:, :, kinds] += log_ratios(one, rng)
    more = rate * np.expm1(log)
    ports = tuple(
        change_of(code, last[p].sum() / last.shape[2], more[:, p].sum(axis=1), rate[:, p].sum(axis=1))
        for p, code in enumerate(data.ports)
    )
    network = change_of("", last.sum() / last.shape[2], more.sum(axis=(1, 2)), rate.sum(axis=(1, 2)))
    return ports, network


def log_ratios(one: Learnt, rng: np.random.Generator) -> Floats:
    """Return draws (DRAWS, P, K) of the log ratio by which counted events change under one measure."""
    panel = one.window.data
    ports, methods = len(panel.ports), len(panel.methods)
    at = design(panel).columns
    beta = drawn(one.fit.components, DRAWS, rng)
    slope = beta[:, [DELTA]] + beta[:, at.port_slope : at.port_slope + ports]
    cells = beta[:, at.cell_slope : at.cell_slope + ports * methods].reshape(DRAWS, ports, methods)
    felt = panel.weights @ (one.supposed - one.now)
    here = beta[:, TAU, None] * (one.supposed - one.now)
    result: Floats = here[:, :, None] + (slope[:, :, None] + cells) * felt[None, :, None]
    return result


def change_of(port: str, now: float, more: Floats, rate: Floats) -> PortChange:
    """Return draws of a change as they are told."""
    ratio = (rate + more) / rate
    return PortChange(
        port, float(now), float(np.median(more)), held(more), float(np.median(ratio)), held(ratio),
        float((more > 0).mean()),
    )  # fmt: skip


def held(values: Floats) -> Interval:
    """Return the 95 % interval of draws."""
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def split(one: Learnt, movable: Collection[str] | None, *, seed: int, told: Callable[[str], None]) -> MeasureSupposed:
    """Return what was learnt of a measure, what its adversaries make of the question, and of every other split."""
    panel = one.window.data
    units = np.rint(one.supposed * STEPS).astype(np.int64)
    ports = len(panel.ports)
    free = np.array([movable is None or port in movable for port in panel.ports])
    caps = np.where(free, STEPS, units)
    means = Means(int(units.sum()), np.full(ports, float(STEPS)), caps, np.full(ports, EQUAL_HARM))
    others = adversaries(panel, one.fit, draws=ADVERSARIES, reaction=REACTION, giving_up=GIVING_UP, seed=seed)
    found = what_if(means, others, progress=lambda: told("splitting"))
    exact = replace(means, need=np.ones(ports))
    asked = [outcome(exact, other, one.supposed.tolist()) for other in others]
    rounded = [outcome(means, other, units.tolist()) for other in others]
    return MeasureSupposed(
        one.window.measure.identifier,
        one.window.measure.category,
        panel.methods,
        one.window.measure.phases[0].starts,
        one.window.months,
        *ratio_of(one.fit.tau),
        *ratio_of(one.fit.delta),
        one.fit.effort_known,
        splits(panel.ports, units.tolist(), found, [each.displaced for each in asked]),
        spread([each.loss for each in asked]),
        spread(found.losses),
        found.regret,
        max(0.0, *(each.loss - least for each, least in zip(rounded, found.losses, strict=True))),
        found.widest_gap,
        len(others),
    )


def ratio_of(effect: Effect) -> tuple[float, Interval]:
    """Return a log effect as a ratio with its interval."""
    return float(np.exp(effect.mean)), (float(np.exp(effect.low)), float(np.exp(effect.high)))


def splits(
    ports: Sequence[str], units: Sequence[int], found: Range, displaced: Sequence[tuple[float, ...]]
) -> tuple[PortSplit, ...]:
    """Return the split port by port."""
    return tuple(
        PortSplit(
            port, units[p], found.least[p], found.median[p], found.most[p], found.robust[p],
            spread([each[p] for each in displaced]),
        )
        for p, port in enumerate(ports)
    )  # fmt: skip


def spread(values: Sequence[float]) -> Spread:
    """Return the least, median and most."""
    return Spread(float(min(values)), float(np.median(values)), float(max(values)))


def weights_of(data: Prepared, asked: Sequence[Supposed]) -> tuple[Weight, ...]:
    """Return the weights from the ports that are asked about, the nearest first."""
    sources = dict.fromkeys(one.port for one in asked)
    found = [
        Weight(source, port, float(data.weights[p, data.ports.index(source)]))
        for source in sources
        for p, port in enumerate(data.ports)
        if data.weights[p, data.ports.index(source)] > 0
    ]
    return tuple(sorted(found, key=lambda one: (list(sources).index(one.source), -one.weight)))

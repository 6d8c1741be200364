"""What may be claimed. A find takes somebody who looks: a port whose scanning triples looks like a port under attack.

Every claim carries which of its categories depend on detection, whether effort was accounted for, whether a category
that does not depend on it says the same, and the tipping point: by how much detection at a port would have to have
grown, beyond what was measured, for the claim to fall. Codes and numbers only; sentences are made elsewhere, in four
languages.

The rules are fixed before the data: `RULES`. See docs/decisions/0024.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np
from scipy import optimize

from port2port.displacement.methods.design import DELTA, GAMMA, Design, design
from port2port.displacement.methods.effort import MOST_UNSEEN
from port2port.displacement.methods.laplace import components
from port2port.displacement.methods.model import (
    CellEffect,
    Displaced,
    Effect,
    Fit,
    delta_at,
    discoveries,
    probability_above,
)
from port2port.displacement.methods.panel import Panel, only_methods
from port2port.displacement.methods.periods import Floats
from port2port.displacement.methods.waiting import months_needed


class Grade(StrEnum):
    """How far a claim of displacement goes."""

    SUPPORTED = "supported"
    INDICATED = "indicated"
    CONTRADICTED = "contradicted"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Rules:
    """Fixed beforehand. `threshold`: least P(delta > 0); `false_discoveries`: their most expected share among claims;
    `measured`: least share of exposed port-months with measured effort to be "adjusted"; `withstands`: growth of
    detection at any one unmeasured port that a claim must survive when nothing else stands behind it; `matters`: the
    smallest increase worth the name, and `unlikely` the most probability left for it when displacement is called
    contradicted.
    """

    threshold: float = 0.9
    false_discoveries: float = 0.05
    measured: float = 0.8
    withstands: float = 2.0
    matters: float = math.log(1.25)
    unlikely: float = 0.05


RULES = Rules()
STEPS = 10  # a factor of 1.4 each


@dataclass(frozen=True)
class Tipping:
    """Were detection at this port this many times what was assumed since it is exposed, P(delta > 0) would be under the
    threshold (the smallest such multiplier). None: none up to 32 does that. Port None: at all exposed ports
    together, as much as they are exposed (m at exposure 1, m^S at S), which is the detection that looks most like
    displacement.
    """

    port: str | None
    multiplier: float | None


@dataclass(frozen=True)
class Claim:
    """A graded claim. `p_independent` and `confirmed` are None where no category is free of detection (or all are).

    `months` is given with CANNOT_TELL: how long until a doubling would be told; None then is "not within ten years".
    `reasons`: codes of what held the grade down or up, in a fixed order: `under_threshold`, `false_discoveries`,
    `finds_alone`, `effort_not_measured`, `tips_too_easily`, `independent_confirms`, `independent_disagrees`,
    `independent_only`, `effort_adjusted`.
    """

    grade: Grade
    delta: Effect
    displaced: Displaced
    threshold: float
    depends_on_detection: bool
    adjusted: bool
    effort_known: float
    p_independent: float | None
    confirmed: bool | None
    tipping: tuple[Tipping, ...]
    months: int | None
    reasons: tuple[str, ...]


def graded(
    p_positive: float,
    *,
    p_matters: float,
    found: bool,
    depends: bool,
    adjusted: bool,
    confirmed: bool | None,
    disagrees: bool = False,
    alone: bool = False,
    rules: Rules = RULES,
) -> tuple[Grade, tuple[str, ...]]:
    """Return the grade and its reasons. Pure: the table of the decision.

    supported: P >= threshold, a discovery, and effort-adjusted, or confirmed by or made of categories that do not
    depend on detection. indicated: P >= threshold and a discovery. contradicted: P(delta > matters) <= unlikely.
    Where categories free of detection say that it is not so, the finds of the others are not enough. `alone`: nothing
    but finds is counted, and how much was looked is not known: then more crime and more looking are the same data, and
    what tells them apart is the prior alone.
    """
    if p_matters <= rules.unlikely:
        return Grade.CONTRADICTED, ()
    if p_positive < rules.threshold:
        return Grade.CANNOT_TELL, ("under_threshold",)
    if not found:
        return Grade.CANNOT_TELL, ("false_discoveries",)
    if not depends:
        return Grade.SUPPORTED, ("independent_only",)
    if disagrees:
        return Grade.CANNOT_TELL, ("independent_disagrees",)
    reasons = [code for code, holds in (("independent_confirms", confirmed), ("effort_adjusted", adjusted)) if holds]
    if reasons:
        return Grade.SUPPORTED, tuple(reasons)
    if alone:
        return Grade.CANNOT_TELL, ("finds_alone",)
    return Grade.INDICATED, ("effort_not_measured",)


def claim(data: Panel, real: Fit, *, rules: Rules = RULES, deep: bool = True) -> Claim:
    """Return the graded claim that events moved to exposed ports. `deep` False leaves out tipping points and months."""
    depends = bool(data.dependent.any())
    free = only_free(data, real)
    p_free = None if free is None else free.p_positive
    confirmed = None if p_free is None else confirms(p_free, rules)
    disagrees = free is not None and above(free, rules.matters) <= rules.unlikely
    adjusted = data.effort is not None and real.effort_known >= rules.measured
    grade, reasons = graded(
        real.delta.p_positive,
        p_matters=probability_above(real.components, {DELTA: 1.0}, rules.matters),
        found=discoveries([real.delta.p_positive], rules.false_discoveries)[0],
        depends=depends,
        adjusted=adjusted,
        confirmed=confirmed,
        disagrees=disagrees,
        alone=bool(data.dependent.all()),
        rules=rules,
    )
    if grade is Grade.INDICATED and not stands(data, real, rules):
        grade, reasons = Grade.CANNOT_TELL, ("tips_too_easily",)
    claimed = grade in (Grade.SUPPORTED, Grade.INDICATED)
    return Claim(
        grade,
        real.delta,
        real.displaced,
        rules.threshold,
        depends,
        adjusted,
        real.effort_known,
        p_free,
        confirmed,
        tipping_points(data, real, rules=rules) if deep and claimed and depends else (),
        months_needed(data, real) if deep and grade is Grade.CANNOT_TELL else None,
        reasons,
    )


def confirms(p_free: float, rules: Rules) -> bool:
    """Say whether categories free of detection bear a claim: they must be able to make it by themselves.

    Finds of unknown effort beside them add nothing that is known; a lower bar for the sum than for the one part that
    counts would make worthless data an advantage.
    """
    return p_free >= rules.threshold and discoveries([p_free], rules.false_discoveries)[0]


def stands(data: Panel, real: Fit, rules: Rules) -> bool:
    """Say whether P(delta > 0) stays over the threshold with `withstands` times the detection at any unmeasured
    port.
    """
    rows = design(data)
    share = np.zeros(len(data.ports)) if data.effort is None else measured_share(data)
    return all(
        shifted(rows, real, at, math.log(rules.withstands)) >= rules.threshold
        for name, at in felt_at(data)
        if name is not None and share[data.ports.index(name)] < rules.measured
    )


def only_free(data: Panel, real: Fit) -> Effect | None:
    """Return delta from the categories that do not depend on detection alone, None where there are none or only
    such.
    """
    if data.dependent.all() or not data.dependent.any() or not data.counts[:, ~data.dependent].any():
        return None
    return delta_at(only_methods(data, ~data.dependent), real.hyper)


def above(effect: Effect, level: float) -> float:
    """Return P(effect > level) of a posterior that is a single Gaussian (a refit)."""
    return 0.5 * math.erfc((level - effect.mean) / effect.sd / math.sqrt(2))


def cell_claims(
    data: Panel, real: Fit, *, rules: Rules = RULES
) -> tuple[tuple[CellEffect, Grade, tuple[str, ...]], ...]:
    """Return each exposed port and method with its grade and reasons, under the false-discovery rate over all of them.

    A cell that depends on detection is confirmed by a cell of the same port that does not, and adjusted when effort was
    measured in that port's exposed months.
    """
    known = np.zeros(len(data.ports)) if data.effort is None else measured_share(data)
    alone = bool(data.dependent.all())
    depends = dict(zip(data.methods, data.dependent, strict=True))
    free = {c.port for c in real.cells if not depends[c.method] and c.effect.p_positive >= rules.threshold}
    hits = discoveries([c.effect.p_positive for c in real.cells], rules.false_discoveries)
    share = dict(zip(data.ports, known, strict=True))
    result = []
    for cell, found in zip(real.cells, hits, strict=True):
        grade, reasons = graded(
            cell.effect.p_positive,
            p_matters=above(cell.effect, rules.matters),
            found=found,
            depends=bool(depends[cell.method]),
            adjusted=bool(share[cell.port] >= rules.measured),
            confirmed=cell.port in free,
            alone=alone,
            rules=rules,
        )
        result.append((cell, grade, reasons))
    return tuple(result)


def measured_share(data: Panel) -> Floats:
    """Return per port (P,) the share of its exposed months with measured effort, 1 where it is not exposed."""
    exposed = data.spill
    known = np.zeros_like(exposed) if data.effort is None else np.isfinite(data.effort.measured).astype(np.float64)
    total = exposed.sum(axis=1)
    share: Floats = np.where(total > 0, (exposed * known).sum(axis=1) / np.where(total > 0, total, 1), 1.0)
    return share


def tipping_points(data: Panel, real: Fit, *, rules: Rules = RULES) -> tuple[Tipping, ...]:
    """Return the tipping point of each exposed port, and of all together, by refitting with more effort there.

    Exact within the model at the hyperparameters found (not the linear approximation of the E-value kind).
    """
    rows = design(data)
    return tuple(Tipping(name, multiplier(rows, real, at, rules.threshold)) for name, at in felt_at(data))


def felt_at(data: Panel) -> list[tuple[str | None, Floats]]:
    """Return where more detection would be felt, (N,) for each exposed port and, by exposure, for all of them."""
    p, k, t = data.counts.shape
    exposed = [port for port in range(p) if (data.spill[port] > 0).any()]
    port_of = np.repeat(np.arange(p), k * t)
    felt = np.repeat(data.spill[:, None, :] > 0, k, axis=1).ravel() & np.tile(np.repeat(data.dependent, t), p)
    groups: list[tuple[str | None, Floats]] = [
        (data.ports[port], (felt & (port_of == port)).astype(np.float64)) for port in exposed
    ]
    groups.append((None, felt * np.repeat(data.spill[:, None, :], k, axis=1).ravel()))
    return groups


def shifted(rows: Design, real: Fit, at: Floats, log_m: float, effect: dict[int, float] | None = None) -> float:
    """Return P(effect > 0) with log m added to log effort of the rows in `at` (N,). Effect: {column: factor}, delta."""
    value = rows.value.copy()
    value[:, GAMMA] += log_m * at
    return probability_above(components(replace(rows, value=value), real.hyper), effect or {DELTA: 1.0}, 0.0)


def multiplier(
    rows: Design, real: Fit, at: Floats, threshold: float, effect: dict[int, float] | None = None
) -> float | None:
    """Return m at which P(effect > 0) is the threshold, with log m added to log effort of the rows in `at` (N,).

    Effect: {column: factor}, as of one cell; delta when not given.
    """

    def over(log_m: float) -> float:
        return shifted(rows, real, at, log_m, effect) - threshold

    if over(0.0) <= 0:
        return 1.0
    # Upwards in steps: far from the data gamma gives way and P rises again, so the first crossing is the one asked for.
    for low, high in pairwise(np.linspace(0.0, MOST_UNSEEN, STEPS + 1)):
        if over(float(high)) <= 0:
            return math.exp(float(optimize.brentq(over, float(low), float(high), xtol=0.01)))
    return None

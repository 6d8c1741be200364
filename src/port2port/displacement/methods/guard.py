"""What may be claimed. A find takes somebody who looks: a port whose scanning triples looks like a port under attack.

Every claim carries which of its categories depend on detection, whether effort was accounted for, whether a category
that does not depend on it says the same, and the tipping point: by how much detection at a port would have to have
grown, beyond what was measured, for the claim to fall. Codes and numbers only; sentences are made elsewhere, in four
languages.

The rules are fixed before the data: `RULES`. See docs/decisions/0024.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from port2port.displacement.methods.design import DELTA
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
from port2port.displacement.methods.tipping import Looked, Tipping, felt_at, looked_harder, tipping_points
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


def claim(data: Panel, real: Fit, *, rules: Rules = RULES, deep: bool = True, looked: Looked | None = None) -> Claim:
    """Return the graded claim that events moved to exposed ports. `deep` False leaves out tipping points and months.

    `looked`: refits with more detection (`looked_harder`), when somebody else asks for them too.
    """
    looked = looked or looked_harder(data, real)
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
    if grade is Grade.INDICATED and not stands(data, looked, rules):
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
        tipping_points(data, looked, rules.threshold) if deep and claimed and depends else (),
        months_needed(data, real) if deep and grade is Grade.CANNOT_TELL else None,
        reasons,
    )


def confirms(p_free: float, rules: Rules) -> bool:
    """Say whether categories free of detection bear a claim: they must be able to make it by themselves.

    Finds of unknown effort beside them add nothing that is known; a lower bar for the sum than for the one part that
    counts would make worthless data an advantage.
    """
    return p_free >= rules.threshold and discoveries([p_free], rules.false_discoveries)[0]


def stands(data: Panel, looked: Looked, rules: Rules) -> bool:
    """Say whether P(delta > 0) stays over the threshold with `withstands` times the detection at any unmeasured
    port.
    """
    share = measured_share(data)
    return all(
        probability_above(looked(name, math.log(rules.withstands)), {DELTA: 1.0}, 0.0) >= rules.threshold
        for name in felt_at(data)
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
    known = measured_share(data)
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

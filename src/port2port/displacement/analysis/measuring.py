"""One measure through the model: what it did where it is, what moved, for which ports and categories, how sure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from port2port.displacement.analysis.inputs import Choices, Measure
from port2port.displacement.analysis.prepared import Prepared
from port2port.displacement.analysis.result import Claim, LocalEffect, PlaceboResult, TippingPoint
from port2port.displacement.analysis.windows import Window, window_of
from port2port.displacement.methods.design import DELTA, Columns, design
from port2port.displacement.methods.effort import Effort
from port2port.displacement.methods.guard import Claim as NetworkClaim
from port2port.displacement.methods.guard import (
    Grade,
    Rules,
    cell_claims,
    claim,
    measured_share,
)
from port2port.displacement.methods.model import CellEffect, Fit, delta_at, fit
from port2port.displacement.methods.panel import Panel
from port2port.displacement.methods.periods import Floats
from port2port.displacement.methods.placebo import Placebo, placebo_dates, placebo_ports, rank
from port2port.displacement.methods.ratios import months_for_doubling
from port2port.displacement.methods.tipping import Looked, looked_harder, multiplier

MonthAt = Callable[[int], date]
CLAIMED = (Grade.SUPPORTED, Grade.INDICATED)
FEW_EVENTS = 5  # at the port in the whole window: there is hardly anything to be told from
UNUSUAL = 0.1  # what pretended measures may at most look as strong as the real one, when there are ten of them
ENOUGH_PLACEBOS = 9  # with fewer the rank cannot be as small as that


@dataclass(frozen=True)
class Measured:
    """What the model says of one measure."""

    claims: tuple[Claim, ...]
    local: LocalEffect
    placebos: tuple[Placebo, ...]
    placebo_rank: float | None
    effort_cost: float | None


One = tuple[Window | str, Measured | None]


def one_measure(data: Prepared, measures: Sequence[Measure], choices: Choices, measure: Measure) -> One:
    """Return a measure's window and what the model says of it; or why there is no window."""
    window = window_of(data, measure, measures, choices)
    if isinstance(window, str):
        return window, None
    return window, measured(window, threshold=choices.threshold, seed=choices.seed, placebos=choices.placebos)


def measured(window: Window, *, threshold: float, seed: int, placebos: bool) -> Measured:
    """Return claims for the network and for each exposed port and category, and placebos where something is claimed."""
    data, rules = window.data, Rules(threshold=threshold)
    real = fit(data, seed=seed)
    looked = looked_harder(data, real)
    whole = claim(data, real, rules=rules, looked=looked)
    claims = [network_claim(window, whole), *cells(window, real, looked, rules)]
    pretended: tuple[Placebo, ...] = ()
    if placebos and any(one.grade in CLAIMED for one in claims):
        pretended = placebo_dates(data, real) + placebo_ports(data, real)
    position = rank(real.delta, pretended) if pretended else None
    if position is not None and len(pretended) >= ENOUGH_PLACEBOS and position > UNUSUAL:
        claims = [withheld(one) for one in claims]
    return Measured(tuple(claims), local_effect(real), pretended, position, cost_of_effort(data, real))


def local_effect(real: Fit) -> LocalEffect:
    """Return what the measure did at full coverage."""
    tau = real.tau
    return LocalEffect(math.exp(tau.mean), (math.exp(tau.low), math.exp(tau.high)), 1 - tau.p_positive)


def cost_of_effort(data: Panel, real: Fit) -> float | None:
    """Return how many times wider delta is than if effort had been steady where it was not measured; None: it was."""
    if not data.dependent.any() or real.effort_known >= 1:
        return None
    known = np.full(data.coverage.shape, np.nan) if data.effort is None else data.effort.measured
    filled = known.copy()
    for row in filled:
        seen = row[np.isfinite(row)]
        row[~np.isfinite(row)] = np.exp(np.log(seen[seen > 0]).mean()) if (seen > 0).any() else 1.0
    real_sd = delta_at(data, real.hyper).sd
    return float(real_sd / delta_at(replace(data, effort=Effort(filled)), real.hyper).sd)


def network_claim(window: Window, whole: NetworkClaim) -> Claim:
    """Return the claim about all exposed ports and categories together, at exposure 1."""
    delta = whole.delta
    return Claim(
        f"{window.measure.identifier}:*:*",
        window.measure.identifier,
        None,
        None,
        whole.grade.value,
        whole.reasons,
        math.exp(delta.mean),
        (math.exp(delta.low), math.exp(delta.high)),
        delta.p_positive,
        whole.threshold,
        1.0,
        whole.displaced.mean,
        (whole.displaced.low, whole.displaced.high),
        whole.depends_on_detection,
        whole.effort_known,
        whole.adjusted,
        tuple(m for m, d in zip(window.data.methods, window.data.dependent, strict=True) if not d)
        if whole.confirmed
        else (),
        tuple(TippingPoint(t.port, t.multiplier) for t in whole.tipping),
        whole.months,
        events(window, list(window.exposed), list(range(len(window.data.methods)))),
    )


def withheld(one: Claim) -> Claim:
    """Return the claim, lowered where pretended measures find displacement as often as the real one; then there is
    nothing left that could tip.
    """
    if one.grade not in CLAIMED:
        return one
    return replace(one, grade=Grade.CANNOT_TELL.value, reasons=(*one.reasons, "fails_placebo"), tipping=())


def events(window: Window, ports: Sequence[int], kinds: Sequence[int]) -> tuple[int, int]:
    """Return events before and since the first coverage."""
    counts = window.data.counts[np.ix_(list(ports), list(kinds))].sum(axis=(0, 1))
    return int(counts[: window.start].sum()), int(counts[window.start :].sum())


def cells(window: Window, real: Fit, looked: Looked, rules: Rules) -> list[Claim]:
    """Return a claim for each exposed port and category."""
    data = window.data
    columns, known = design(data).columns, measured_share(data)
    found = cell_claims(data, real, rules=rules)
    free = {
        (c.port, c.method)
        for c, _grade, _reasons in found
        if c.effect.p_positive >= rules.threshold and not data.dependent[data.methods.index(c.method)]
    }
    return [
        cell_claim(window, looked, rules, columns, known, free, cell, grade, reasons)
        for cell, grade, reasons in found
        if data.ports.index(cell.port) in window.exposed
    ]


def cell_claim(
    window: Window,
    looked: Looked,
    rules: Rules,
    at: Columns,
    known: Floats,
    free: set[tuple[str, str]],
    cell: CellEffect,
    grade: Grade,
    reasons: tuple[str, ...],
) -> Claim:
    """Return the claim about one port and category, at that port's exposure.

    What is indicated must withstand twice the detection at that port, as the claim about the whole network must.
    """
    data = window.data
    port, kind = data.ports.index(cell.port), data.methods.index(cell.method)
    depends = bool(data.dependent[kind])
    tipping: tuple[TippingPoint, ...] = ()
    if grade in CLAIMED and depends:
        effect = {DELTA: 1.0, at.port_slope + port: 1.0, at.cell_slope + port * len(data.methods) + kind: 1.0}
        found = multiplier(looked, cell.port, rules.threshold, effect)
        tipping = (TippingPoint(cell.port, found),)
        if grade is Grade.INDICATED and found is not None and found < rules.withstands:
            grade, reasons = Grade.CANNOT_TELL, ("tips_too_easily",)
    before, after = events(window, [port], [kind])
    if before + after < FEW_EVENTS:
        # What is said of it then is what the other cells say: that is told of the network, not of this port.
        kept = reasons if grade is Grade.CANNOT_TELL else ()
        grade, reasons, tipping = Grade.CANNOT_TELL, (*kept, "few_events" if before + after else "no_events"), ()
    effect_here = cell.effect
    return Claim(
        f"{window.measure.identifier}:{cell.port}:{cell.method}",
        window.measure.identifier,
        cell.port,
        cell.method,
        grade.value,
        reasons,
        math.exp(effect_here.mean * cell.exposure),
        (math.exp(effect_here.low * cell.exposure), math.exp(effect_here.high * cell.exposure)),
        effect_here.p_positive,
        rules.threshold,
        cell.exposure,
        None,
        None,
        depends,
        float(known[port]),
        bool(known[port] >= rules.measured),
        tuple(sorted(code for where, code in free if where == cell.port)) if depends else (),
        tipping,
        more_months(window, port, kind) if grade is Grade.CANNOT_TELL else None,
        (before, after),
    )


def more_months(window: Window, port: int, kind: int) -> int | None:
    """Return how many months more until a doubling there would be told from the other uncovered ports; None: never."""
    counts = window.data.counts[:, kind, : window.start]
    others = [p for p in range(len(counts)) if p != port and p not in window.treated]
    needed = months_for_doubling(counts[port], counts[others].sum(axis=0))
    return None if needed is None else max(0, needed - (window.months - window.start))


def placebo_results(window: Window, pretended: Sequence[Placebo], month_at: MonthAt) -> tuple[PlaceboResult, ...]:
    """Return placebos as they are told."""
    return tuple(
        PlaceboResult(
            None if p.month is None else month_at(window.first + p.month),
            p.port,
            math.exp(p.delta.mean),
            (math.exp(p.delta.low), math.exp(p.delta.high)),
            p.delta.p_positive,
        )
        for p in pretended
    )

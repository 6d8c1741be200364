"""Placebos: the same question where the answer must be no. What finds displacement here as often as in earnest finds
nothing.

Placebo dates move the measure back into months before it began; placebo ports give it to ports that did not have it
(Abadie, Diamond & Hainmueller 2010, JASA 105:493).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from port2port.displacement.methods.effort import Effort
from port2port.displacement.methods.model import Effect, Fit, delta_at
from port2port.displacement.methods.panel import FEWEST_MONTHS, Panel
from port2port.displacement.methods.periods import Floats

FEWEST_LEFT = 3  # ports that must remain for one of them to play the treated one


@dataclass(frozen=True)
class Placebo:
    """One placebo: which (`month` of the pretended start, or `port`), and what was found."""

    month: int | None
    port: str | None
    delta: Effect


def cut(data: Panel, ports: Sequence[int], months: int, coverage: Floats) -> Panel:
    """Return the panel of these ports and of its first months, with another coverage (ports, months)."""
    at = list(ports)
    effort = data.effort and Effort(data.effort.measured[at][:, :months], data.effort.error_sd)
    return replace(
        data,
        ports=tuple(data.ports[p] for p in at),
        counts=data.counts[at][:, :, :months],
        coverage=coverage,
        weights=data.weights[np.ix_(at, at)],
        effort=effort,
    )


def placebo_dates(data: Panel, real: Fit, *, starts: Sequence[int] | None = None) -> tuple[Placebo, ...]:
    """Refit on the months before the first coverage, with the roll-out moved back to each of `starts` (month numbers).

    Default: a third and two thirds of the way. Starts with fewer than six months before or after are left out: the
    result is empty where "before" is shorter than a year. Hyperparameters are those of the real fit.
    """
    began = int(np.flatnonzero(data.coverage.any(axis=0))[0])
    wanted = starts if starts is not None else (began // 3, 2 * began // 3)
    result = []
    everyone = range(len(data.ports))
    for start in dict.fromkeys(wanted):
        if start < FEWEST_MONTHS or began - start < FEWEST_MONTHS:
            continue
        moved = np.zeros((len(data.ports), began))
        length = min(began - start, data.coverage.shape[1] - began)
        moved[:, start : start + length] = data.coverage[:, began : began + length]
        moved[:, start + length :] = moved[:, [start + length - 1]]
        pretended = cut(data, everyone, began, moved)
        if pretended.counts.any() and (pretended.spill > 0).any():
            result.append(Placebo(start, None, delta_at(pretended, real.hyper)))
    return tuple(result)


def placebo_ports(data: Panel, real: Fit) -> tuple[Placebo, ...]:
    """Refit without the covered ports, with the largest coverage given to each of the others in turn.

    Empty where fewer than three ports are left.
    """
    left = np.flatnonzero(~data.coverage.any(axis=1))
    if len(left) < FEWEST_LEFT:
        return ()
    pattern = data.coverage[int(np.argmax(data.coverage.sum(axis=1)))]
    result = []
    for row, port in enumerate(left):
        given = np.zeros((len(left), len(pattern)))
        given[row] = pattern
        pretended = cut(data, [int(p) for p in left], len(pattern), given)
        if pretended.counts.any() and (pretended.spill > 0).any():
            result.append(Placebo(None, data.ports[port], delta_at(pretended, real.hyper)))
    return tuple(result)


def rank(real: Effect, placebos: Sequence[Placebo]) -> float:
    """Return the share of real and placebos whose mean / sd is at least that of the real one: small is unusual."""
    score = real.mean / real.sd
    return (1 + sum(p.delta.mean / p.delta.sd >= score for p in placebos)) / (1 + len(placebos))

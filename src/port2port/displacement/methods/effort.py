"""Effort as data: what is known of the scans or hours behind the finds, and how well.

The true log effort x_pt of a port is a random walk, x_pt = x_p,t-1 + N(0, q^2), seen with classical error:
log measured_pt = x_pt + N(0, error_sd^2), or not seen at all. Its posterior given what was measured (a Gaussian
smoother, Durbin & Koopman 2012 ch. 4, here in dense form) has a mean and a covariance C_p. Where nothing is known
for many months the walk may have gone anywhere, and the uncertainty is common to all those months: it does not
average out as independent errors would, which is what makes missing effort widen a claim.

Effort is not missing at random: what nobody wrote down is most often what began with the measure (another shift, a
scanner that came), in the very month from which displacement is looked for. So x_pt has a step besides, from the month
in which port p is first covered or exposed on: N(0, STEP_SD^2), the prior before anything measured. Where effort was
measured before and since, that tells the step; where it was not, the finds there cannot tell a step from displacement,
and the claim rests on what else there is (Manski 2003, "Partial Identification of Probability Distributions", ch. 1:
what is not identified is not decided by an assumption; here a proper prior in place of bounds).

The leading directions of
C_p enter the model as latent values beside the other parameters, the rest as extra spread of each month (C is kept
whole). The level of a port cancels against its own base rate. The outcome does not feed back into q.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from port2port.displacement.methods.periods import Floats, place
from port2port.displacement.methods.refusal import Problem

# Walks tried: from steady to doubling every month. The prior says that within a year effort doubles or halves
# about as often as not (0.2 * sqrt(12) = log 2), within a factor 4 either way; the data move it.
WALKS = np.exp(np.linspace(math.log(0.02), math.log(0.7), 25))
USUAL_WALK, WALK_SPREAD = 0.2, 0.7
# Detection that grew, or fell, by more than 32 times would be known without anybody writing it down; `guard` tries
# tipping points up to there too, and did before this step was thought of. 95 % within it.
MOST_UNSEEN = math.log(32.0)
STEP_SD = MOST_UNSEEN / 2
DIFFUSE = 1e4
KEPT = 32  # efforts whose posterior is kept: those of one measure and its placebos
ROWS_KEPT = 512  # the same of single ports: those of some dozens of measures; a few kilobytes each
DIRECTIONS = 6  # per port: enough for slow drifts; what is left changes from month to month and averages out


@dataclass(frozen=True)
class Effort:
    """Measured effort (P, T) in any one unit per port (scans, hours); NaN where nobody measured; 0 is none made.

    `error_sd`: standard deviation of log measured about log true; 0 for exact counts, 0.1 is about 10 %.
    """

    measured: Floats
    error_sd: float = 0.0


@dataclass(frozen=True)
class LogEffort:
    """What is known of log effort: mean (P, T), directions (P, T, R) so that x = mean + directions @ N(0, I) plus
    independent noise of variance `rest` (P, T). `known` (P, T): measured then. `none` (P, T): no effort was made.
    `walk`: the monthly standard deviation q that was used.
    """

    mean: Floats
    directions: Floats
    rest: Floats
    known: Floats
    none: Floats
    walk: float


def effort_problems(effort: Effort, shape: tuple[int, int], found: Floats) -> list[Problem]:
    """Return what is wrong with effort: its shape, negative or infinite values, finds (P, T) where no effort was
    made.
    """
    if effort.measured.shape != shape:
        return [Problem("effort", "shape", f"{effort.measured.shape} for {shape}")]
    problems = [
        Problem(place("effort", i), "negative" if effort.measured[tuple(i)] < 0 else "not_finite")
        for i in np.argwhere((effort.measured < 0) | np.isinf(effort.measured))
    ]
    if not 0 <= effort.error_sd < math.inf:
        problems.append(Problem("effort.error_sd", "out_of_range", f"{effort.error_sd:g}"))
    return problems + [
        Problem(place("effort", i), "found_without_effort", f"{found[tuple(i)]:g}")
        for i in np.argwhere((effort.measured == 0) & (found > 0))
    ]


def log_effort(effort: Effort | None, since: NDArray[np.int64], months: int) -> LogEffort:
    """Return the posterior of log effort. `None`: never measured anywhere, so only the prior is known.

    `since` (P,): the month of each port's step; `months` or more where there is none.
    """
    measured = np.full((len(since), months), np.nan) if effort is None else effort.measured
    plain = np.ascontiguousarray(measured, dtype=np.float64).tobytes()
    return _known(plain, months, since.astype(np.int64).tobytes(), 0.0 if effort is None else effort.error_sd)


@lru_cache(KEPT)
def _known(plain: bytes, months: int, touched: bytes, error: float) -> LogEffort:
    """Return what `log_effort` does. Kept: a claim, its tipping points and its placebos ask it of the same effort."""
    since = np.frombuffer(touched, dtype=np.int64)
    ports = len(since)
    measured = np.frombuffer(plain, dtype=np.float64).reshape(ports, months)
    with np.errstate(divide="ignore"):
        seen = np.where(measured > 0, np.log(measured), np.nan)
    none = (measured == 0).astype(np.float64)
    known = np.isfinite(seen)
    if known.all() and error == 0:
        exact = seen - seen.mean(axis=1, keepdims=True)
        empty = np.zeros((ports, months))
        return LogEffort(exact, np.zeros((ports, months, 0)), empty, known.astype(np.float64), none, 0.0)
    stepped = np.arange(months) >= since[:, None]
    walk = walk_of(seen, stepped, error)
    mean, directions, rest = np.zeros((ports, months)), np.zeros((ports, months, DIRECTIONS)), np.zeros((ports, months))
    for p in range(ports):
        mean[p], leading, rest[p] = _led(seen[p].tobytes(), stepped[p].tobytes(), walk, error)
        directions[p, :, : leading.shape[1]] = leading
    return LogEffort(mean, directions, rest, known.astype(np.float64), none, walk)


@lru_cache(ROWS_KEPT)
def _led(seen: bytes, stepped: bytes, walk: float, error: float) -> tuple[Floats, Floats, Floats]:
    """Return mean (T,), leading directions (T, R) and what they leave of the variance (T,) of one port's log effort.

    Kept: most ports of a network never say how much they looked, and those that do say the same for each measure.
    """
    mean, covariance = smoothed(np.frombuffer(seen), np.frombuffer(stepped, dtype=np.bool_), walk, error)
    values, vectors = np.linalg.eigh(covariance)
    kept = slice(-min(DIRECTIONS, len(mean)), None)
    leading = vectors[:, kept] * np.sqrt(np.maximum(values[kept], 0.0))
    return mean, leading, np.maximum(covariance.diagonal() - (leading**2).sum(axis=1), 0.0)


def smoothed(seen: Floats, stepped: NDArray[np.bool_], walk: float, error: float) -> tuple[Floats, Floats]:
    """Return mean (T,) and covariance (T, T) of one port's log effort about its own mean over the months. `stepped`
    (T,): the months since its step.
    """
    months = len(seen)
    steps = np.arange(months, dtype=np.float64)
    at = np.flatnonzero(np.isfinite(seen))
    # What was not measured is not taken to be as calm as what was: reports stop where things change.
    gap = ~np.isfinite(seen)
    unsure = gap.copy()
    unsure[1:] |= gap[:-1]
    reached = np.cumsum(np.where(unsure, max(walk, USUAL_WALK), walk) ** 2 * (steps > 0))
    prior = np.minimum.outer(reached, reached) + STEP_SD**2 * np.outer(stepped, stepped)
    mean = np.zeros(months)
    if len(at):
        level = prior + DIFFUSE
        inner = level[np.ix_(at, at)] + error**2 * np.eye(len(at)) + 1e-9 * np.eye(len(at))
        middle = seen[at].mean()
        gain = np.linalg.solve(inner, level[at]).T
        mean = middle + gain @ (seen[at] - middle)
        prior = level - gain @ level[at]
    # The level is the base rate's: only what changes between months is about effort.
    centre = np.eye(months) - 1.0 / months
    covariance = centre @ prior @ centre
    return centre @ mean, (covariance + covariance.T) / 2


def walk_of(seen: Floats, stepped: NDArray[np.bool_], error: float) -> float:
    """Return q by the highest posterior over `WALKS`: likelihood of all differences from each port's first month
    seen, whatever the step of each port since (P, T) `stepped` was.
    """
    scores = -0.5 * ((np.log(WALKS) - math.log(USUAL_WALK)) / WALK_SPREAD) ** 2
    for row, after in zip(seen, stepped, strict=True):
        if np.isfinite(row).sum() >= 2:  # noqa: PLR2004 - a difference takes two
            scores -= _against(row.tobytes(), after.tobytes(), error)
    return float(WALKS[int(np.argmax(scores))])


@lru_cache(ROWS_KEPT)
def _against(seen: bytes, stepped: bytes, error: float) -> Floats:
    """Return, for each of `WALKS`, the negative log likelihood of one port's differences."""
    row, after = np.frombuffer(seen), np.frombuffer(stepped, dtype=np.bool_).astype(np.float64)
    at = np.flatnonzero(np.isfinite(row))
    since = (at - at[0]).astype(np.float64)[1:]
    change = row[at[1:]] - row[at[0]]
    shared = np.minimum.outer(since, since)
    jump = after[at[1:]] - after[at[0]]
    noise = error**2 * (np.eye(len(since)) + 1.0) + STEP_SD**2 * np.outer(jump, jump)
    against = np.empty(len(WALKS))
    for i, walk in enumerate(WALKS):
        lower = np.linalg.cholesky(walk**2 * shared + noise + 1e-9 * np.eye(len(since)))
        against[i] = np.log(lower.diagonal()).sum() + 0.5 * (np.linalg.solve(lower, change) ** 2).sum()
    return against

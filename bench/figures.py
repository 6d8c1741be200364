"""A figure of a bench: what was measured, and the baseline it stands beside, both from the same run."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value. `ratio` is value / baseline, None where there is no baseline."""

    name: str
    value: float
    unit: str
    baseline_name: str = ""
    baseline: float | None = None
    ratio: float | None = None


def beside(name: str, value: float, unit: str, baseline_name: str, baseline: float) -> Figure:
    """Return a figure with its baseline and their ratio."""
    return Figure(name, value, unit, baseline_name, baseline, value / baseline if baseline else None)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1))]

"""What a method says of input that it cannot take."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Pair = tuple[str, str]  # where, what

MOST_DRAWN = 1_000_000  # replicas or permutations: a p to six places
MOST_SEED = 2**62


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where it stands, what it is (a code or a few words), and the value found."""

    where: str
    what: str
    value: str = ""


class BadInput(ValueError):
    """These numbers cannot be analysed; `problems` says where and what, all of them at once."""

    def __init__(self, problems: Iterable[Problem | Pair]) -> None:
        self.problems = tuple(one if isinstance(one, Problem) else Problem(*one) for one in problems)
        super().__init__("; ".join(f"{p.where}: {p.what} {p.value}".rstrip() for p in self.problems))

    def __reduce__(self) -> tuple[type["BadInput"], tuple[tuple[Problem, ...]]]:
        """Come whole out of another process."""
        return type(self), (self.problems,)


def refuse(problems: Iterable[Problem | Pair]) -> None:
    """Raise `BadInput` when there is any problem."""
    found = tuple(problems)
    if found:
        raise BadInput(found)


def real_array(values: npt.ArrayLike, where: str, *, ndim: int = 1) -> npt.NDArray[np.float64]:
    """Return the values as float64 of that many dimensions, all finite; raise BadInput otherwise."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadInput([(where, "not all are numbers")]) from None
    if array.ndim != ndim:
        raise BadInput([(where, f"{ndim} dimension(s) expected, {array.ndim} given")])
    if not np.isfinite(array).all():
        raise BadInput([(where, f"{np.count_nonzero(~np.isfinite(array))} value(s) are not finite numbers")])
    return array


def whole_array(values: npt.ArrayLike, where: str, *, least: int | None = None) -> npt.NDArray[np.int64]:
    """Return the values as int64 of one dimension, none below `least`; raise BadInput otherwise."""
    array = real_array(values, where)
    whole = array.astype(np.int64)
    problems: list[Pair] = []
    if (whole != array).any():
        problems.append((where, "whole numbers are expected"))
    if least is not None and array.size and array.min() < least:
        problems.append((where, f"no value may be below {least}"))
    refuse(problems)
    return whole


def check(
    where: str, value: Any, *, above: float | None = None, least: float | None = None, most: float | None = None
) -> list[Pair]:
    """Return what is wrong with one number: not a number, not above `above`, below `least`, above `most`."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating) or value != value:
        return [(where, "a number is expected")]
    if above is not None and not value > above:
        return [(where, f"must be above {above:g}")]
    if least is not None and not value >= least:
        return [(where, f"must be at least {least:g}")]
    if most is not None and not value <= most:
        return [(where, f"must be at most {most:g}")]
    return []


def check_whole(where: str, value: Any, *, least: int, most: int | None = None) -> list[Pair]:
    """Return what is wrong with one whole number, as `check` does."""
    return check(where, value, least=least, most=most) or (
        [(where, "a whole number is expected")] if value != np.floor(value) else []
    )


def check_drawing(where: str, times: Any, seed: Any, *, least: int) -> list[Pair]:
    """Return what is wrong with a number of replicas or permutations, and with the seed they are drawn from."""
    return check_whole(where, times, least=least, most=MOST_DRAWN) + check_whole("seed", seed, least=0, most=MOST_SEED)

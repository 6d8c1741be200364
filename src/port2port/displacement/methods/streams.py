"""Compiled code, numbered streams of random numbers, and the threads they run on.

Every replica or permutation draws from a stream of its own, numbered by (seed, number): the same seed gives the same
numbers whatever the count of threads or the order in which they finish.

Compiled functions release Python's lock and run on plain threads, not on numba's own parallel layer: that layer ends
the process when two threads of a server enter it at once, or after a fork.

numba's cache looks at the file of the function called, not at this one: after a change here, touch the kernels.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

F = TypeVar("F", bound=Callable[..., object])

# SplitMix64: Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA.
GAMMA = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
S30, S27, S31, S32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)
SPAN = np.uint64(1 << 32)
CHUNKS_PER_THREAD = 8  # a thread that the machine holds up delays no more than an eighth of its share


def compiled(function: F) -> F:
    """Return the function compiled on first use, kept on disk, and free of Python's lock while it runs."""
    return cast(F, njit(cache=True, nogil=True)(function))


@compiled
def mixed(word: np.uint64) -> np.uint64:
    """Return the word with its bits mixed (the finaliser of SplitMix64)."""
    word = (word ^ (word >> S30)) * FIRST
    word = (word ^ (word >> S27)) * SECOND
    return word ^ (word >> S31)


@compiled
def stream(seed: int, number: int) -> npt.NDArray[np.uint64]:
    """Return the state of the stream with this number: one word, changed by drawing."""
    state = np.empty(1, np.uint64)
    state[0] = mixed(mixed(np.uint64(seed) + GAMMA) ^ (np.uint64(number) * GAMMA))
    return state


@compiled
def below(state: npt.NDArray[np.uint64], bound: int) -> int:
    """Return a whole number from 0 to bound - 1, each equally likely; bound from 1 to 2^32 - 1.

    Multiplication with rejection: Lemire (2019), "Fast random integer generation in an interval", ACM TOMACS 29(1).
    """
    size = np.uint64(bound)
    state[0] += GAMMA
    product = (mixed(state[0]) >> S32) * size
    if (product & LOW) < size:
        least = (SPAN - size) % size
        while (product & LOW) < least:
            state[0] += GAMMA
            product = (mixed(state[0]) >> S32) * size
    return np.int64(product >> S32)  # type: ignore[return-value]


def threads() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def over_threads(work: Callable[[int, int], object], total: int) -> None:
    """Call work(first, end) on threads, so that every number from 0 to total - 1 is in exactly one call."""
    workers = threads()
    pieces = min(total, workers * CHUNKS_PER_THREAD)
    if workers == 1 or pieces <= 1:
        work(0, total)
        return
    edges = [total * piece // pieces for piece in range(pieces + 1)]
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(work, edges[piece], edges[piece + 1]) for piece in range(pieces)]:
            done.result()

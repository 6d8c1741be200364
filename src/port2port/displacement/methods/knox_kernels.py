"""Compiled parts of the Knox test: neighbours in space, and how many of them are near in time when times are permuted.

There are two ways to count. By pairs: every pair of neighbours is listed once and its two times are compared. By sites:
where many events share a site, their pairs are too many to list; per permutation each site has its events per day added
up, and every event of a neighbouring site asks with two look-ups how many lie within its days.
"""

import numpy as np
import numpy.typing as npt

from .streams import below, compiled, stream

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int32] | npt.NDArray[np.float64]


@compiled
def pairs_per_site(x: Floats, y: Floats, reach: float) -> Ints:
    """Return, for each of the sites sorted by x, how many later ones are at most `reach` away."""
    found = np.zeros(len(x), np.int64)
    for one in range(len(x)):
        other = one + 1
        while other < len(x) and x[other] - x[one] <= reach:
            across, along = x[other] - x[one], y[other] - y[one]
            if across * across + along * along <= reach * reach:
                found[one] += 1
            other += 1
    return found


@compiled
def list_pairs(x: Floats, y: Floats, reaches: Floats, one: Numbers, two: Numbers, band: Numbers) -> None:
    """List the pairs that `pairs_per_site` counted, each with the first of the reaches (ascending) it is within."""
    place = 0
    widest = reaches[-1]
    for here in range(len(x)):
        other = here + 1
        while other < len(x) and x[other] - x[here] <= widest:
            across, along = x[other] - x[here], y[other] - y[here]
            apart = across * across + along * along
            if apart <= widest * widest:
                one[place], two[place] = here, other
                number = 0
                while apart > reaches[number] * reaches[number]:
                    number += 1
                band[place] = number
                place += 1
            other += 1


@compiled
def spread_pairs(
    first: Ints, site_first: Ints, site_other: Numbers, with_self: bool, one: Numbers, two: Numbers
) -> None:
    """List pairs of events (P,) from pairs of sites.

    first: (S + 1,) events of each site, which are numbered site by site. site_first, site_other: later sites of each.
    """
    place = 0
    for site in range(len(first) - 1):
        for event in range(first[site], first[site + 1]):
            if with_self:
                for mate in range(event + 1, first[site + 1]):
                    one[place], two[place] = event, mate
                    place += 1
            for look in range(site_first[site], site_first[site + 1]):
                for mate in range(first[site_other[look]], first[site_other[look] + 1]):
                    one[place], two[place] = event, mate
                    place += 1


@compiled
def near_by_pairs(times: Times, one: Numbers, two: Numbers, limit: float) -> int:
    """Return how many listed pairs have times at most `limit` apart."""
    kind = times.dtype.type
    most, least = kind(limit), kind(-limit)
    within = np.int32(0)  # narrow, or the compiler compares half as many at a time
    for pair in range(len(one)):
        apart = kind(times[np.uint32(two[pair])] - times[np.uint32(one[pair])])
        within = np.int32(within + np.int32((apart <= most) & (apart >= least)))
    return int(within)


@compiled
def near_by_sites(
    ranks: Numbers,
    first: Ints,
    look_first: Ints,
    look_other: Numbers,
    low: npt.NDArray[np.int32],
    high: npt.NDArray[np.int32],
    before: Numbers,
    out: Ints,
) -> None:
    """Write into out (M,) how many pairs of events of the listed sites are within each of M limits.

    ranks: (E,) of the time of each event, numbered site by site. look_first, look_other: for each site the sites whose
    events ask it. low, high: (M, T) first and last rank within each limit of each rank. before: (T + 1,) to work in.
    """
    out[:] = 0
    for site in range(len(first) - 1):
        if look_first[site] == look_first[site + 1]:
            continue
        before[:] = 0
        for event in range(first[site], first[site + 1]):
            before[ranks[event] + 1] += 1
        for rank in range(1, len(before)):
            before[rank] += before[rank - 1]
        for look in range(look_first[site], look_first[site + 1]):
            asking = look_other[look]
            for limit in range(len(out)):
                within = 0
                for event in range(first[asking], first[asking + 1]):
                    rank = ranks[event]
                    within += before[high[limit, rank] + 1] - before[low[limit, rank]]
                if asking == site:  # each event found itself, and each pair was found twice
                    within = (within - (first[site + 1] - first[site])) // 2
                out[limit] += within


@compiled
def permute(times: Times, bounds: Ints, slot: Numbers, seed: int, number: int, pool: Times, out: Times) -> None:
    """Write the times of permutation `number` into out. Negative: as they are.

    times: by stratum; bounds: (G + 1,) of the strata; slot: the event that each belongs to. pool: to work in.
    """
    pool[:] = times
    if number >= 0:
        state = stream(seed, number)
        for group in range(len(bounds) - 1):
            start = bounds[group]
            for last in range(bounds[group + 1] - 1, start, -1):
                other = start + below(state, last - start + 1)
                pool[last], pool[other] = pool[other], pool[last]
    for place in range(len(slot)):
        out[slot[place]] = pool[place]


@compiled
def permuted_by_pairs(
    times: Times,
    bounds: Ints,
    slot: Numbers,
    one: Numbers,
    two: Numbers,
    limits: Floats,
    seed: int,
    shift: int,
    begin: int,
    end: int,
    out: Ints,
) -> None:
    """Write rows `begin` to `end` of out (R, M): pairs within each limit, row r of permutation r + shift."""
    pool, now = np.empty_like(times), np.empty_like(times)
    for number in range(begin, end):
        permute(times, bounds, slot, seed, number + shift, pool, now)
        for limit in range(len(limits)):
            out[number, limit] = near_by_pairs(now, one, two, limits[limit])


@compiled
def permuted_by_sites(
    ranks: Numbers,
    bounds: Ints,
    slot: Numbers,
    first: Ints,
    look_first: Ints,
    look_other: Numbers,
    low: npt.NDArray[np.int32],
    high: npt.NDArray[np.int32],
    seed: int,
    shift: int,
    begin: int,
    end: int,
    out: Ints,
) -> None:
    """Write rows `begin` to `end` of out (R, M): pairs within each limit, row r of permutation r + shift."""
    pool, now = np.empty_like(ranks), np.empty_like(ranks)
    before = np.empty(low.shape[1] + 1, np.int32)
    for number in range(begin, end):
        permute(ranks, bounds, slot, seed, number + shift, pool, now)
        near_by_sites(now, first, look_first, look_other, low, high, before, out[number])

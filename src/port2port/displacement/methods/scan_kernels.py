"""Compiled parts of the space-time permutation scan: drawing a replica, and looking through its cylinders.

A replica's greatest statistic is found without taking a logarithm for most cylinders. The numbers of cases of every
zone and of every window are the same in all replicas, so for each zone and window the least count is tabled once at
which the statistic passes a floor that nearly every replica passes. Counts are compared with that table, many at a
time; only where one reaches it is the statistic computed. A replica that stays below the floor is looked through again
with the floor at zero. The result is the exact maximum.
"""

from math import log

import numpy as np
import numpy.typing as npt

from .streams import below, compiled, stream

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int16] | npt.NDArray[np.int32]  # the narrowest that holds the counts
Floats = npt.NDArray[np.float64]

# How many starts of a window share one entry of the table where windows may end on any day.
BLOCK = 64


@compiled
def ratio_of(count: int, zone: int, window: int, cases: int) -> float:
    """Return the log likelihood ratio of a cylinder: observed count, cases of the zone, of the window, of all.

    c ln(c / m) + (C - c) ln((C - c) / (C - m)) with m = zone x window / C, and 0 unless c > m: Kulldorff et al. (2005),
    PLoS Medicine 2(3):e59.
    """
    expected = zone * window / cases
    if count <= expected:
        return 0.0
    inside = count * log(count / expected)
    outside = cases - count
    return inside if outside == 0 else inside + outside * log(outside / (cases - expected))


@compiled
def least_counts(
    zones: Ints, windows: Ints, cases: int, floor: float, least_cases: int, out: Counts, first: int, end: int
) -> None:
    """Fill columns `first` to `end` of out[zone, window]: the least count whose statistic is above 0 and the floor.

    `zones` (ascending) and `windows` are numbers of cases, at least 1. More cases in either need a greater count, also
    where that count is more than they have: so the entry of a smaller zone or window is safe for a larger one.
    """
    for column in range(first, end):
        count = 1
        for row in range(len(zones)):
            while count < cases and not ratio_of(count, zones[row], windows[column], cases) > floor:
                count += 1
            out[row, column] = min(max(count, least_cases), out[-1, column])


@compiled
def greatest_alive(
    first: Ints,
    member: Places,
    row: Places,
    zones: Ints,
    windows: Ints,
    least: Counts,
    site: Places,
    day: Places,
    seed: int,
    numbers: Ints,
    begin: int,
    end: int,
    out: Floats,
) -> None:
    """Write, for replicas numbers[begin:end], the greatest statistic of the windows that end on the last day.

    site: (C,) place of each case. day: for each case of the longest window, the column of the shortest window with it.
    row: (P,) row of `least` of the zone closed at the position. The last row is that of positions that close none, and
    holds a count that is never reached. -1 is written where nothing reaches `least`.
    """
    cases = len(site)
    recent = len(day)
    columns = len(windows)
    places = len(first) - 1
    order = np.arange(cases).astype(np.int32)
    drawn = np.empty(recent, np.int64)
    table = np.zeros((places, columns), least.dtype)
    sums = np.empty(columns, least.dtype)
    narrow = least.dtype.type
    for number in range(begin, end):
        state = stream(seed, numbers[number])
        table[:] = 0
        # Which cases get the recent dates: the first steps of a shuffle, undone afterwards.
        for step in range(recent):
            other = step + below(state, cases - step)
            drawn[step] = other
            order[step], order[other] = order[other], order[step]
            table[site[order[step]], day[step]] += 1
        for step in range(recent - 1, -1, -1):
            other = drawn[step]
            order[step], order[other] = order[other], order[step]
        for place in range(places):
            running = 0
            for column in range(columns):
                running += table[place, column]
                table[place, column] = running
        best = -1.0
        for centre in range(places):
            sums[:] = 0
            for position in range(first[centre], first[centre + 1]):
                place = member[position]
                here = row[position]
                # All of one narrow type, or the compiler widens it and does a quarter of the columns at a time.
                reached = narrow(0)
                for column in range(columns):
                    count = narrow(sums[column] + table[place, column])
                    sums[column] = count
                    reached = narrow(reached | narrow(count >= least[here, column]))
                if reached:
                    for column in range(columns):
                        if sums[column] >= least[here, column]:
                            found = ratio_of(sums[column], zones[here], windows[column], cases)
                            best = max(best, found)
        out[number] = best


@compiled
def greatest_anywhen(
    first: Ints,
    member: Places,
    row: Places,
    total: Ints,
    daily: Ints,
    lowest: Places,
    least: Counts,
    site: Places,
    day: Places,
    seed: int,
    numbers: Ints,
    begin: int,
    end: int,
    out: Floats,
) -> None:
    """Write, for replicas numbers[begin:end], the greatest statistic of the windows that end on any day.

    total: (P,) cases of the zone. site, day: (C,) place and day of each case. daily: (D + 1,) cases before each day.
    lowest: (longest, blocks) fewest cases of the windows of each length that start in each block of days: the column of
    `least`.
    """
    cases = len(site)
    days = len(daily) - 1
    places = len(first) - 1
    dates = np.empty(cases, np.int32)
    table = np.empty((places, days + 1), least.dtype)
    sums = np.empty(days + 1, least.dtype)
    narrow = least.dtype.type
    for number in range(begin, end):
        state = stream(seed, numbers[number])
        dates[:] = day
        for last in range(cases - 1, 0, -1):
            other = below(state, last + 1)
            dates[last], dates[other] = dates[other], dates[last]
        table[:] = 0
        for case in range(cases):
            table[site[case], dates[case] + 1] += 1
        for place in range(places):
            for date in range(days):
                table[place, date + 1] += table[place, date]
        best = -1.0
        for centre in range(places):
            sums[:] = 0
            for position in range(first[centre], first[centre + 1]):
                place = member[position]
                for date in range(days + 1):
                    sums[date] = narrow(sums[date] + table[place, date])
                here = row[position]
                if here == len(least) - 1:
                    continue
                for length in range(1, len(lowest) + 1):
                    starts = days - length + 1
                    for block in range((starts + BLOCK - 1) // BLOCK):
                        limit = least[here, lowest[length - 1, block]]
                        if limit > sums[days]:
                            continue
                        start, stop = block * BLOCK, min(starts, block * BLOCK + BLOCK)
                        reached = narrow(0)
                        later, sooner = sums[start + length : stop + length], sums[start:stop]
                        for date in range(stop - start):
                            reached = narrow(reached | narrow(narrow(later[date] - sooner[date]) >= limit))
                        if not reached:
                            continue
                        for date in range(start, stop):
                            count = sums[date + length] - sums[date]
                            if count >= limit:  # then the window has cases
                                window = daily[date + length] - daily[date]
                                best = max(best, ratio_of(count, total[position], window, cases))
        out[number] = best


@compiled
def best_windows(
    first: Ints,
    member: Places,
    is_zone: npt.NDArray[np.bool_],
    total: Ints,
    daily: Ints,
    table: Ints,
    cases: int,
    longest: int,
    alive: bool,
    least_cases: int,
    begin: int,
    end: int,
    ratio: Floats,
    found: Ints,
) -> None:
    """Write the best window of every zone around centres `begin` to `end`: ratio (P,), found (P, 3).

    table: (S, D + 1) cases at each place before each of D days; daily its sum. alive: only windows that end on the last
    day. found: first day, length, count. Of equal windows the shortest is kept, then the earliest; ratio is 0 where no
    window has more than expected.
    """
    days = len(daily) - 1
    sums = np.empty(days + 1, np.int64)
    for centre in range(begin, end):
        sums[:] = 0
        for position in range(first[centre], first[centre + 1]):
            sums += table[member[position]]
            if not is_zone[position]:
                continue
            best = 0.0
            for length in range(1, longest + 1):
                for start in range(days - length if alive else 0, days - length + 1):
                    count = sums[start + length] - sums[start]
                    window = daily[start + length] - daily[start]
                    expected = total[position] * window / cases
                    over = count - expected
                    if count < least_cases or over <= 0.0:
                        continue
                    # Never below the statistic, and no logarithm: (1+x)ln(1+x)-x <= x^2/2, (1-x)ln(1-x)+x <= x^2.
                    if over * over * (0.5 / expected + 1.0 / (cases - expected)) <= best:
                        continue
                    here = ratio_of(count, total[position], window, cases)
                    if here > best:
                        best = here
                        found[position, 0], found[position, 1], found[position, 2] = start, length, count
            ratio[position] = best

"""Choosing a day: a working day in a window, near where one aims and apart from what is on already. Pure.

No Saturdays, Sundays and public holidays. Nothing random: the same question has the same answer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

APART = 2
"""Days between two things of one organisation, where the window leaves room for it."""
LATE_WITHIN = 14
"""Days within which what is late already is proposed."""
ONE_DAY = timedelta(days=1)

IsWorkingDay = Callable[[date], bool]


@dataclass(frozen=True)
class Window:
    """The first and the last day that would do, and the one aimed at. `late`: what it is for fell due already."""

    first: date
    last: date
    aim: date
    late: bool = False

    @property
    def days(self) -> list[date]:
        """All days in it."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def window(*, opens: date, due: date, today: date, notice: int, early: int | None) -> Window:
    """Return the days that would meet something due. Done before `opens` it would not count, after `due` be late.

    `notice`: days needed to prepare, kept where the due day leaves them. `early`: how many days before it is due one
    aims at; None aims at the middle, and when it is late at the first day one is prepared: a notice of the law is kept.
    """
    tomorrow = today + ONE_DAY
    prepared = max(tomorrow, today + timedelta(days=notice))
    if due < tomorrow:
        aim = prepared if early is None else tomorrow
        return Window(tomorrow, aim + timedelta(days=LATE_WITHIN), aim, late=True)
    first = max(opens, prepared) if max(opens, prepared) <= due else max(opens, tomorrow)
    first = min(first, due)
    aim = first + (due - first) // 2 if early is None else max(first, due - timedelta(days=early))
    return Window(first, due, aim)


def chosen(of: Window, *, taken: Iterable[date], working: IsWorkingDay) -> date | None:
    """Return the day nearest to the aim, the earlier of two; None when no day of the window is a working day."""
    busy = list(taken)
    free = [day for day in of.days if working(day)]
    apart = [day for day in free if all(abs((day - other).days) > APART for other in busy)]
    return min(apart or free, key=lambda day: (abs((day - of.aim).days), day), default=None)


def proposed(
    *,
    opens: date,
    due: date,
    today: date,
    notice: int,
    early: int | None,
    taken: Iterable[date],
    working: IsWorkingDay,
) -> tuple[Window, date | None]:
    """Return a window and the day chosen in it. Where the days to prepare leave no working day, they are given up."""
    busy = list(taken)
    of = window(opens=opens, due=due, today=today, notice=notice, early=early)
    day = chosen(of, taken=busy, working=working)
    if day is None and not of.late:
        of = window(opens=opens, due=due, today=today, notice=0, early=early)
        day = chosen(of, taken=busy, working=working)
    return of, day

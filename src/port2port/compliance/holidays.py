"""The legal public holidays, from a data file: only rules that end on the next working day look at them."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from port2port.compliance.calendar import easter
from port2port.members.data_files import Entry, Named, Reader
from port2port.members.network_shapes import Country

HOLIDAYS = Path(__file__).parent / "data" / "public_holidays.be.v1.toml"
SATURDAY = 5
LEAP_YEAR = 2024  # a year in which every day of a year stands

MonthAndDay = Annotated[str, msgspec.Meta(pattern=r"^\d{2}-\d{2}$")]
FromEaster = Annotated[int, msgspec.Meta(ge=-60, le=60)]


class HolidaysHead(Entry, frozen=True, kw_only=True):
    """Which list this is."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    valid_from: date
    country: Country
    citation: str
    verified: bool


class Holiday(Named, frozen=True, kw_only=True):
    """A day of every year: "07-21", or so many days from Easter Sunday."""

    code: str
    day: MonthAndDay | None = None
    from_easter: FromEaster | None = None


def read_holidays(path: Path) -> tuple[HolidaysHead, tuple[Holiday, ...]]:
    """Return the holidays of a file. Raises ValueError with a line per problem."""
    reader = Reader(path)
    head = reader.single("head", HolidaysHead)
    holidays = reader.entries("holidays", Holiday, "code")
    reader.check_sections(("head", "holidays"))
    for holiday in holidays:
        where = f"holidays {holiday.code!r}"
        if (holiday.day is None) == (holiday.from_easter is None):
            reader.problem(where, "day", "either `day` or `from_easter`")
        if holiday.day is not None:
            try:
                date.fromisoformat(f"{LEAP_YEAR}-{holiday.day}")
            except ValueError:  # no such day in any year
                reader.problem(where, "day", f"no day {holiday.day!r}")
            if holiday.day == "02-29":
                reader.problem(where, "day", "does not come every year")
    reader.finish()
    return head, holidays


def working_days(holidays: tuple[Holiday, ...]) -> Callable[[date], bool]:
    """Return a function that says whether a day is a working day.

    All days but holidays, Saturdays and Sundays are (Regulation 1182/71, article 2(2)).
    """

    @cache
    def of_year(year: int) -> frozenset[date]:
        sunday = easter(year)
        return frozenset(
            sunday + timedelta(days=holiday.from_easter)
            if holiday.from_easter is not None
            else date.fromisoformat(f"{year}-{holiday.day}")
            for holiday in holidays
        )

    def working(day: date) -> bool:
        return day.weekday() < SATURDAY and day not in of_year(day.year)

    return working


@cache
def is_working_day(day: date) -> bool:
    """Return whether a day is a working day by the holidays that ship with the program."""
    return _shipped()(day)


@cache
def _shipped() -> Callable[[date], bool]:
    return working_days(read_holidays(HOLIDAYS)[1])

"""What may be written of a staff number, how somebody stands, and which numbers may be told. No database."""

from datetime import UTC, date, datetime

import pytest

from port2port.compliance.screening import book
from port2port.compliance.screening.rules import Line, normal, problems_of, standing, told
from tests.compliance.screening.given import FOUR

TODAY = date(2026, 11, 28)
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def wrong(**values: object) -> set[str]:
    line = Line(**({"number": "PG-0412", "function": "guard"} | values))  # type: ignore[arg-type]
    return {one.field for one in problems_of(line, book.functions(), today=TODAY)}


@pytest.mark.parametrize("number", ["7", "0412", "PG-0412", "PG0412", "A1", "BEA/1234567", "QA-021", "12-B", "7.1"])
def test_a_short_number_is_taken(number):
    assert wrong(number=normal(f" {number.lower()} ")) == set()


@pytest.mark.parametrize(
    "number",
    [
        "", "PG", "JANSSEN", "J. JANSSEN", "JAN-JANSSEN", "JANS-1", "JAN JANSSEN 1", "85.07.30-033.28", "85073003328",
        "850730033-28", "+32470123456", "0470123456", "0470 12 34", "19850730", "a@b.be", "BE0123456789", "1;2", "=1",
        "PG-١٢", "PG-0412\n", "Q1-021",
    ],
)  # fmt: skip
def test_what_looks_like_a_person_is_refused(number):
    assert wrong(number=number) == {"number"}


def test_days_make_sense():
    assert wrong(verified_on=TODAY) == set()
    assert wrong(verified_on=date(2026, 11, 29)) == {"verified_on"}
    assert wrong(since=date(1979, 12, 31)) == {"since"}
    assert wrong(applied_on=TODAY, refused_on=TODAY) == {"applied_on"}
    assert wrong(verified_on=TODAY, refused_on=date(2026, 11, 27)) == {"refused_on"}
    assert wrong(verified_on=TODAY, applied_on=date(2026, 11, 27)) == {"applied_on"}
    assert wrong(function="spy") == {"function"}


def test_how_somebody_stands():
    until, over = datetime(2026, 11, 28, 12, tzinfo=UTC), datetime(2026, 11, 28, 11, 59, tzinfo=UTC)

    def of(valid: datetime | None = None, **days: date) -> str:
        return standing(Line("1", "guard", **days), valid_until=valid, at=AT)  # type: ignore[arg-type]

    assert of() == "nothing"
    assert of(applied_on=TODAY) == "applied"
    assert of(until, verified_on=TODAY) == "verified"
    assert of(until, verified_on=TODAY, applied_on=TODAY) == "renewing"
    assert of(over, verified_on=TODAY) == "expired"
    assert of(until, verified_on=TODAY, refused_on=TODAY) == "refused"


@pytest.mark.parametrize(
    ("staff", "verified", "said"),
    [
        (0, 0, None), (2, 2, None), (3, 3, (3, None)), (3, 0, (3, None)), (5, 3, (5, None)), (6, 2, (6, None)),
        (6, 3, (6, 3)), (40, 37, (40, 37)), (40, 38, (40, None)), (40, 40, (40, None)),
    ],
)  # fmt: skip
def test_no_number_singles_somebody_out(staff, verified, said):
    assert told(staff, verified, smallest=3) == said


def test_the_files_are_whole_and_name_what_is_wrong(tmp_path):
    assert set(book.functions()["guard"].names) == FOUR
    assert {name for one in book.port_bans()[1] for name in one.links} == FOUR
    for path, was, instead, said in (
        (book.FUNCTIONS, "refused_days = 30", "refused_days = 0", "head: refused_days: at least 1"),
        (book.FUNCTIONS, "\nverified = true\n", "\nverified = false\n", "functions 'guard': to_verify"),
        (book.FUNCTIONS, 'code = "guard"', 'code = "pfso"', "stands here twice"),
        (book.PORT_BANS, 'nl = "https://mobilit', 'nl = "http://mobilit', "sources 'authority': links.nl"),
    ):
        broken = tmp_path / path.name
        text = path.read_text(encoding="utf-8")
        assert was in text
        broken.write_text(text.replace(was, instead, 1), encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            (book.read_functions if path == book.FUNCTIONS else book.read_bans)(broken)

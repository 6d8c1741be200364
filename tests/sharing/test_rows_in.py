"""Tables that somebody sends in: a CSV and a workbook say the same, and what is neither is refused with a row."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from port2port.base.errors import Invalid, TooLarge
from port2port.sharing.rows_in import named_rows

KNOWN = ("person", "course", "due")


def book(*rows, sheets=1):
    made = Workbook()
    page = made.active
    for row in rows:
        page.append(row)
    for number in range(sheets - 1):
        made.create_sheet(f"other {number}").append(["not", "read"])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(data, *, most=100, **more):
    return list(named_rows(data, needed=KNOWN[:2], known=KNOWN, most=most, **more))


WORD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters='";,='), max_size=12)


@given(st.lists(st.tuples(WORD, WORD, st.dates(date(2000, 1, 1), date(2100, 1, 1))), max_size=8))
def test_a_workbook_says_what_a_csv_of_it_would(rows):
    text = "\n".join(",".join(KNOWN) if row is None else f"{row[0]},{row[1]},{row[2]}" for row in (None, *rows))
    quoted = book(KNOWN, *[tuple(cell if isinstance(cell, date) else f"{cell}" for cell in row) for row in rows])
    assert read(quoted) == read(text.encode())


def test_cells_come_as_text():
    row = read(book(KNOWN, (7.0, True, datetime(2026, 11, 28)), (1.5, None, datetime(2026, 11, 28, 14, 5))))
    assert row == [
        (2, {"person": "7", "course": "true", "due": "2026-11-28"}),
        (3, {"person": "1.5", "course": "", "due": "2026-11-28T14:05"}),
    ]


def test_blank_rows_are_left_out_and_rows_keep_their_numbers():
    assert [number for number, _row in read(book(KNOWN, ("a", "b", "c"), (None, None, None), ("d", "e", None)))] == [
        2,
        4,
    ]


def test_only_the_first_sheet_is_read_and_semicolons_part_too():
    assert read(book(KNOWN, ("a", "b", "c"), sheets=3)) == read(b"person;course;due\na;b;c\n")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("no column", b"person,due\na,b\n"),
        ("unknown column", b"person,course,more\na,b,c\n"),
        ("twice", b"person,course,course\na,b,c\n"),
        ("a cell too many", b"person,course\na,b,c\n"),
        ("not text", b"person,course\n\xff\xfe,b\n"),
        ("a nil", b"person,course\n\x00,b\n"),
        ("an open quote", b'person,course\n"a,b\n'),
        ("no archive", b"PK\x03\x04nothing"),
        ("nothing", b""),
    ],
)
def test_what_is_no_such_table_is_refused(name, data):
    with pytest.raises(Invalid):
        read(data)


def test_a_cell_beside_the_head_is_refused_in_a_workbook_too():
    with pytest.raises(Invalid) as error:
        read(book(KNOWN, ("a", "b", "c"), ("a", "b", "c", "d")))
    assert [one.row for one in error.value.problems] == [3]


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def test_an_archive_that_is_no_workbook_is_refused():
    with pytest.raises(Invalid):
        read(archive(anything="text"))


def test_what_would_unpack_to_anything_is_refused_unread():
    data = archive(a=b"\x00" * (40 * 1024 * 1024))
    assert len(data) < 100_000
    with pytest.raises(TooLarge):
        read(data)
    with pytest.raises(TooLarge):
        read(archive(**{f"part{number}": b"" for number in range(600)}))


def test_rows_and_bytes_have_their_most():
    lines = b"person,course\n" + b"a,b\n" * 11
    assert len(read(lines, most=11)) == 11
    for most, largest in ((10, 1000), (11, len(lines) - 1)):
        with pytest.raises(TooLarge):
            read(lines, most=most, largest=largest)


def test_other_columns_may_stand_beside_where_that_is_said():
    assert read(b"person,course,more\na,b,c\n", others=True) == [(2, {"person": "a", "course": "b", "due": ""})]

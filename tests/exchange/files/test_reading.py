"""Partners' files by a mapping: encodings, dates, numbers, codes; what cannot be read says row and column."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from port2port.base.errors import Invalid, TooLarge
from port2port.exchange.files.fields import fields
from port2port.exchange.files.known import known_values
from port2port.exchange.files.mapping import Mapping, as_mapping, head_digest, read_mapping, written
from port2port.exchange.files.proposing import proposed
from port2port.exchange.files.reading import MOST_ROWS, lines_of, read_table, values_of
from port2port.exchange.files.values import Unread, moment, number
from port2port.members.places import Places, Spot
from port2port.reports.vocabulary import vocabulary
from tests.exchange.files.partner import HEAD, MAPPING, ROWS, as_csv, as_workbook

BRUSSELS = ZoneInfo("Europe/Brussels")
PORTS = {
    code: Spot(None, code, names, 51.0, 4.0, code)
    for code, names in (
        ("BEANR", {"nl": "Antwerpen", "fr": "Anvers", "de": "Antwerpen", "en": "Antwerp"}),
        ("BEZEE", {"nl": "Zeebrugge", "fr": "Zeebruges", "de": "Zeebrügge", "en": "Zeebrugge"}),
    )
}
KNOWN = known_values(vocabulary(), Places(ports=PORTS))


def lines(data: bytes, **changes):
    return lines_of(read_table(data), read_mapping(MAPPING | changes), known=KNOWN, words=vocabulary())


@pytest.mark.parametrize(
    ("text", "clock", "order", "at", "precision"),
    [
        ("2026-11-28 03:10", "", "dmy", datetime(2026, 11, 28, 2, 10), "minute"),
        ("2026-07-28 03:10", "", "dmy", datetime(2026, 7, 28, 1, 10), "minute"),
        ("2026-11-28T03:10:05Z", "", "dmy", datetime(2026, 11, 28, 3, 10, 5), "minute"),
        ("2026-11-28T03:10-0500", "", "dmy", datetime(2026, 11, 28, 8, 10), "minute"),
        ("28/11/2026", "", "dmy", datetime(2026, 11, 27, 23), "day"),
        ("11/12/2026", "", "dmy", datetime(2026, 12, 10, 23), "day"),
        ("11/12/2026", "", "mdy", datetime(2026, 11, 11, 23), "day"),
        ("26/11/28", "", "ymd", datetime(2026, 11, 27, 23), "day"),
        ("28.11.26", "3u10", "dmy", datetime(2026, 11, 28, 2, 10), "minute"),
        ("28-11-1999 3 Uhr", "", "dmy", datetime(1999, 11, 28, 2), "minute"),
        ("11/2026", "", "dmy", datetime(2026, 10, 31, 23), "month"),
        ("2026-11", "", "dmy", datetime(2026, 10, 31, 23), "month"),
        ("2026", "", "dmy", datetime(2025, 12, 31, 23), "year"),
        ("2026-10-25 02:30", "", "dmy", datetime(2026, 10, 25, 0, 30), "minute"),  # twice on that clock: the first
    ],
)
def test_moments_are_read_on_the_partners_clock(text, clock, order, at, precision):
    found = moment(text, clock, order=order, zone=BRUSSELS)
    assert (found.at, found.precision) == (at.replace(tzinfo=UTC), precision)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("31/02/2026", ""), ("2026-03-29 02:30", ""), ("gisteren", ""), ("28/11/2026", "25:00"), ("2026", "03:10"),
        ("0001-01-01", ""), ("9999-12-31T23:59-10:00", ""), ("٢٨/١١/٢٠٢٦", ""), ("28/11/2026", "3 op een"), ("", ""),
        ("2026-11-28T03:10+99:99", ""),
    ],
)  # fmt: skip
def test_what_was_no_moment_on_that_clock_is_refused(text, clock):
    with pytest.raises(Unread):
        moment(text, clock, order="dmy", zone=BRUSSELS)


@pytest.mark.parametrize(
    ("day", "hour", "column"),
    [
        ("28/11/2025", "25:00", "Uur"), ("28/11/2025", "drie uur", "Uur"), ("30/03/2025", "02:30", "Uur"),
        ("28/11/2025 25:00", "03:10", "Datum"), ("30/03/2025 02:30", "03:10", "Datum"),
        ("31/02/2025", "03:10", "Datum"), ("2025-11", "03:10", "Datum"), ("", "25:00", "Datum"),
    ],
)  # fmt: skip
def test_a_bad_hour_is_told_of_the_column_it_stands_in(day, hour, column):
    row = ("AN-1", day, hour, "Antwerpen", "DRG", "Iemand klom over het hek (verzonnen).", "A")
    (line,) = lines(as_csv(rows=[row]))
    assert [(one.row, one.field) for one in line.problems] == [(2, column)]


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_a_day_is_read_as_it_was_written(at, order):
    shown = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y/%m/%d"}[order]
    found = moment(at.strftime(shown), "", order=order, zone=BRUSSELS)
    assert found.at.astimezone(BRUSSELS).date() == at.date()
    assert moment(at.date().isoformat(), "", order=order, zone=BRUSSELS) == found


@given(st.text(max_size=40), st.text(max_size=12), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_a_cell_is_a_moment_or_says_why_not(text, clock, order):
    try:
        assert moment(text, clock, order=order, zone=BRUSSELS).at.tzinfo is UTC
    except Unread as error:
        assert str(error)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.234,5", ",", 1234.5),
        ("1 234,5 kg", ",", 1234.5),
        ("12", ",", 12.0),
        ("1,234.5", ".", 1234.5),
        ("-3", ".", -3),
    ],
)
def test_numbers_are_read_with_the_partners_signs(text, decimal, value):
    assert number(text, decimal) == value


@pytest.mark.parametrize("text", ["1.23", "12,34,56", "1e9", "veel", "٣", "nan", "9" * 40])
def test_what_is_no_number_with_these_signs_is_refused(text):
    with pytest.raises(Unread):
        number(text, ",")


def test_a_number_of_a_workbook_is_never_thousands():
    assert number("1.234", ",") == 1234
    assert number("1.234", ",", workbook=True) == 1.234


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("parted", [";", ",", "\t", "|"])
def test_encodings_and_separators_say_the_same(encoding, parted):
    rows = [("AN-1", "28/11/2025", "", "Zeebrugge", "café", "Hij zei: “niets”, en liep weg.", "é")]
    table = read_table(as_csv(rows=rows, parted=parted, encoding=encoding))
    assert table.head == HEAD
    assert table.rows == [(2, list(rows[0]))]


def test_a_workbook_says_what_the_csv_says():
    typed = [(one[0], datetime.strptime(one[1], "%d/%m/%Y"), *one[2:]) for one in ROWS]
    assert [one.draft for one in lines(as_workbook(rows=typed))] == [one.draft for one in lines(as_csv())]


def test_formulas_are_text():
    rows = [("AN-1", "28/11/2025", "", "Antwerpen", "DRG", "=1+1 stond op de container (verzonnen)", "")]
    assert lines(as_csv(rows=rows))[0].draft.text.startswith("=1+1")


def test_a_row_becomes_a_draft():
    first, second = lines(as_csv())
    assert not first.problems and not second.problems
    assert (first.identifier, first.draft.threat, first.draft.port) == ("AN-1", "drug_smuggling", "BEANR")
    assert first.draft.occurred_at == datetime(2025, 11, 28, 2, 10, tzinfo=UTC)
    assert (first.draft.occurred_precision, second.draft.occurred_precision) == ("minute", "day")
    assert second.draft.source_name == "Scheepvaartpost"


def test_what_cannot_be_read_names_row_and_column():
    rows = [
        ("AN-1", "morgen", "", "Antwerpen", "DRG", "Twee mannen klommen over het hek.", ""),
        ("AN-1", "28/11/2025", "26:00", "Rotterdam", "vuur", "Twee mannen klommen over het hek.", "", "meer"),
        ("", "", "", "Antwerpen", "DRG", "", ""),
    ]
    found = [(one.row, one.field) for line in lines(as_csv(rows=rows)) for one in line.problems]
    assert found == [
        (2, "Datum"), (3, "row"), (3, "Soort"), (3, "Haven"), (3, "Uur"), (3, "PV-nummer"), (4, "Datum"),
        (4, "PV-nummer"),
    ]  # fmt: skip


def test_a_code_that_the_mapping_names_wrongly_refuses_its_rows_only():
    wrong = {"values": {"DRG": "witchcraft", "UAV": "drone_misuse"}}
    columns = [one | (wrong if one["name"] == "Soort" else {}) for one in MAPPING["columns"]]
    first, second = lines(as_csv(), columns=columns)
    assert [one.field for one in first.problems] == ["Soort"]
    assert not second.problems


def test_a_name_of_ours_is_recognised_and_the_mapping_has_the_last_word():
    rows = [("AN-1", "28/11/2025", "", "ANVERS", "Cyberaanval", "Iets gebeurde op de kade (verzonnen).", "")]
    assert lines(as_csv(rows=rows))[0].draft.threat == "cyber_attack"
    columns = [
        one | ({"values": {"Cyberaanval": "sabotage"}} if one["name"] == "Soort" else {}) for one in MAPPING["columns"]
    ]
    draft = lines(as_csv(rows=rows), columns=columns)[0].draft
    assert (draft.threat, draft.port) == ("sabotage", "BEANR")


def test_constants_hold_where_the_file_says_nothing():
    columns = [one for one in MAPPING["columns"] if one["name"] != "Soort"]
    (first, _second) = lines(as_csv(), columns=columns, constants={"modus_operandi": "DR01", "tlp": "GREEN"})
    assert (first.draft.modus_operandi, first.draft.threat, first.tlp) == ("DR01", "drug_smuggling", "GREEN")


def test_several_columns_make_one_text_with_their_names():
    columns = [one | ({"field": "text"} if one["name"] == "Ploeg" else {}) for one in MAPPING["columns"]]
    text = lines(as_csv(), columns=columns)[0].draft.text
    assert text == "Omschrijving: Twee mannen klommen over het hek (verzonnen).\nPloeg: A"


def test_a_file_without_ids_is_known_again_by_what_it_says():
    columns = [one for one in MAPPING["columns"] if one["name"] != "PV-nummer"]
    first, second = lines(as_csv(), columns=columns)
    again, _other = lines(as_csv(rows=[("X-9", *ROWS[0][1:]), ROWS[1]]), columns=columns)
    assert first.identifier == again.identifier != second.identifier
    twice = lines(as_csv(rows=[ROWS[0], ROWS[0]]), columns=columns)
    assert [bool(one.problems) for one in twice] == [False, True]


def test_bounds_hold():
    with pytest.raises(TooLarge):
        read_table(as_csv(rows=[ROWS[0]] * (MOST_ROWS + 1)))
    with pytest.raises(TooLarge):
        read_table(as_csv(head=[f"c{n}" for n in range(61)], rows=[["x"] * 61]))
    with pytest.raises(TooLarge):
        read_table(b"a;b\n" + b"x;y" * 2_000_000)
    for nothing in (b"", b"a;b\n", b"PK\x03\x04 no workbook", b"a\x00;b\n1;2\n"):
        with pytest.raises(Invalid):
            read_table(nothing)


def test_columns_without_a_name_or_with_the_same_one_are_told_apart():
    with override("en"):
        table = read_table(as_csv(head=["a", "", "a", "b"], rows=[["1", "2", "3", "4"]]))
    assert table.head == ("a", "Column 2", "a (3)", "b")
    assert values_of(table, "a (3)") == {"3": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": []},
        {"columns": [*MAPPING["columns"], MAPPING["columns"][0]]},
        {"columns": [{"name": "Datum", "field": "occurred_at"}, {"name": "Dag", "field": "occurred_at"}]},
        {"columns": [{"name": "Datum", "field": "moon"}]},
        {"columns": [{"name": "Uur", "field": "time"}]},
        {"columns": [{"name": "Datum", "field": "occurred_at", "values": {"a": "b"}}]},
        {"zone": "Europe/Atlantis"},
        {"constants": {"text": "the same"}},
        {"partner": " "},
        {"partner": "\u202eevil"},
        {"order": "ydm"},
        {"unknown": 1},
    ],
)
def test_a_wrong_mapping_is_refused_with_a_reason(wrong):
    with pytest.raises(Invalid) as error:
        read_mapping(MAPPING | wrong)
    assert error.value.problems


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20).filter(str.strip)


@given(
    st.dictionaries(NAMES, st.sampled_from(["", "threat", "port", "text"]), max_size=8),
    st.dictionaries(NAMES, NAMES, max_size=4),
    st.sampled_from(["dmy", "mdy", "ymd"]),
)
def test_a_mapping_that_is_kept_reads_as_it_was_written(columns, values, order):
    said = [{"name": f"{name} x", "field": field} for name, field in columns.items()]
    said = [one for n, one in enumerate(said) if one["field"] not in {x["field"] for x in said[:n]} or not one["field"]]
    for one in said:
        if one["field"] in ("threat", "port"):
            one["values"] = values
    said.append({"name": "when", "field": "occurred_at"})
    mapping = read_mapping({"partner": "p", "columns": said, "order": order})
    assert read_mapping(written(mapping)) == mapping == as_mapping(written(mapping))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: st.lists(x) | st.dictionaries(st.text(max_size=9), x),
        max_leaves=12,
    )
)
def test_whatever_is_sent_as_a_mapping_is_one_or_is_refused(said):
    for value in (said, MAPPING | {"columns": said}, MAPPING | {"constants": said}, MAPPING | {"partner": said}):
        try:
            assert isinstance(read_mapping(value), Mapping)
        except Invalid as error:
            assert error.problems


def test_a_mapping_is_proposed_by_names_values_and_earlier_ones():
    table = read_table(as_csv())
    found = {one.name: one.field for one in proposed(table, [], known=KNOWN).columns}
    assert found == {
        "PV-nummer": "identifier", "Datum": "occurred_at", "Uur": "time", "Haven": "port", "Soort": "threat",
        "Omschrijving": "text", "Ploeg": "",
    }  # fmt: skip
    earlier = read_mapping(MAPPING)
    assert proposed(table, [earlier], known=KNOWN) == earlier
    other = read_table(as_csv(head=("Soort", "Ploeg", "Tijdstip"), rows=[("DRG", "Anvers", "11/28/2025")]))
    guess = proposed(other, [earlier], known=KNOWN)
    assert [one.field for one in guess.columns] == ["threat", "port", "occurred_at"]
    assert guess.column("threat").values == {"DRG": "drug_smuggling", "UAV": "drone_misuse"}
    assert guess.order == "mdy"


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_our_own_names_are_recognised_in_every_language(language):
    named = {code: field.label(language) for code, field in fields().items()}
    table = read_table(as_csv(head=list(named.values()), rows=[["x"] * len(named)]))
    assert {one.name: one.field for one in proposed(table, [], known=KNOWN).columns} == {n: c for c, n in named.items()}


def test_the_same_columns_are_known_in_any_order():
    assert head_digest(["Haven", "Datum "]) == head_digest(["datum", "haven"]) != head_digest(["haven"])


def test_days_of_a_workbook_are_days():
    row = lines(
        as_workbook(rows=[("AN-1", date(2025, 11, 28), "", "Antwerpen", "DRG", "Twee mannen klommen over.", "")])
    )
    assert row[0].draft.occurred_precision == "day"

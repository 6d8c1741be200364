"""Files that are wrong are refused with row and field, all problems at once; nothing is dropped in silence."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from port2port.displacement.analysis.reading import read_effort, read_incidents, read_measures
from port2port.displacement.methods.refusal import BadInput

HEAD = "incident_id,occurred_on,date_precision,port_unlocode,threat,event_group\n"
GOOD = HEAD + "A,2024-03-05,day,BEANR,drug_smuggling,\nB,2024-01-01,year,BEZZZ,insider,E1\n"


def problems(reader, text):
    with pytest.raises(BadInput) as refused:
        reader(text if isinstance(text, bytes) else text.encode())
    return [(p.where, p.what) for p in refused.value.problems]


def test_rows_become_incidents():
    one, other = read_incidents(GOOD.encode())
    assert (one.port, one.category, one.on, one.precision, one.row) == (
        "BEANR",
        "drug_smuggling",
        date(2024, 3, 5),
        "day",
        2,
    )
    assert (other.port, other.group, other.precision) == ("BEZZZ", "E1", "year")


def test_every_problem_is_told_with_row_and_field():
    text = HEAD + "A,2024-13-05,day,BEANR,insider,\nA,2024-03-05,week,,insider,\nC,2024-03-05,day\n"
    assert problems(read_incidents, text) == [
        ("incidents row 4: row", "cells"),
        ("incidents row 2: occurred_on", "not_a_day"),
        ("incidents row 3: incident_id", "twice"),
        ("incidents row 3: date_precision", "not_a_precision"),
        ("incidents row 3: port_unlocode", "missing"),
    ]


@pytest.mark.parametrize(
    ("count", "why"),
    [("-1", "negative"), ("1.5", "not_whole"), ("2", "one_a_row"), ("0", "one_a_row"), ("few", "not_a_number")],
)
def test_a_row_is_one_incident(count, why):
    text = HEAD.replace("event_group", "count") + f"A,2024-03-05,day,BEANR,insider,{count}\n"
    assert problems(read_incidents, text) == [("incidents row 2: count", why)]


def test_a_date_is_written_as_well_as_it_is_known():
    rows = "A,2024-03,month,BEANR,insider,\nB,2024,year,BEANR,insider,\nC,2024-03-05,month,BEANR,insider,\n"
    assert [(i.on.isoformat(), i.precision) for i in read_incidents((HEAD + rows).encode())] == [
        ("2024-03-01", "month"),
        ("2024-01-01", "year"),
        ("2024-03-05", "month"),
    ]
    for written, precision in (("2024-03", "day"), ("2024", "month"), ("2024-03", "year"), ("2024-3", "month")):
        text = HEAD + f"A,{written},{precision},BEANR,insider,\n"
        assert problems(read_incidents, text) == [("incidents row 2: occurred_on", "not_a_day")]


def test_rows_of_one_programme_are_phases_of_one_measure():
    head = "measure_id,port_unlocode,name,category,started_on,date_precision,coverage,programme,ended_on\n"
    rows = "M1,BEANR,First,drone,2021-01-01,day,0.4,P,\nM2,BEANR,Second,drone,2021-07-01,day,1,P,2022-01-01\n"
    (measure,) = read_measures((head + rows).encode())
    assert measure.identifier == "P"
    assert [(p.starts, p.coverage, p.ends) for p in measure.phases] == [
        (date(2021, 1, 1), 0.4, None),
        (date(2021, 7, 1), 1.0, date(2022, 1, 1)),
    ]


def test_effort_takes_months_and_no_negative_amount():
    head = "port_unlocode,month,kind,amount\n"
    (one,) = read_effort(f"{head}BEANR,2024-03,scans,120.5\n".encode())
    assert (one.month, one.amount) == (date(2024, 3, 1), 120.5)
    assert problems(read_effort, f"{head}BEANR,2024-03,scans,-3\nBEANR,2024-04,scans,inf\n") == [
        ("effort row 2: amount", "negative"),
        ("effort row 3: amount", "not_finite"),
    ]


def test_what_is_no_csv_is_said():
    assert problems(read_incidents, b"\xff\xfe\x00") == [("incidents row 1: file", "not_utf8")]
    assert problems(read_incidents, b"") == [("incidents row 1: file", "missing_columns")]
    assert problems(read_incidents, HEAD + 'A,"unclosed') == [("incidents row 2: file", "not_csv")]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: (HEAD + t).encode())))
def test_any_file_is_read_or_refused(data):
    for reader in (read_incidents, read_measures, read_effort):
        try:
            reader(data)
        except BadInput as refused:
            assert all(p.where and p.what for p in refused.problems)

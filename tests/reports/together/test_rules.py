"""The plain rules: times of answers, texts, names of reports, the drawing of a small graph."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from port2port.base.ids import new_id
from port2port.reports.together import rules
from port2port.reports.together.drawing import web
from port2port.reports.together.models import Link
from port2port.reports.vocabulary import vocabulary

AT = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)


def test_every_severity_has_its_time_and_the_graver_is_answered_sooner():
    times = rules.answer_times()
    assert set(times) == {one.code for one in vocabulary().severities}
    assert times["critical"] < times["high"] < times["moderate"] < times["low"]
    assert rules.due_at(AT, "critical") == AT + timedelta(days=1)
    assert rules.due_at(AT, "of a later version") == AT + times["low"]


def test_a_broken_file_of_times_is_refused_by_name(tmp_path):
    text = rules.DATA.read_text(encoding="utf-8")
    broken = tmp_path / "times.toml"
    broken.write_text(text.replace('"critical"', '"grave"'), encoding="utf-8")
    with pytest.raises(ValueError, match=r"(?s)no severity 'grave'.*critical: is missing"):
        rules.read_answer_times(broken)
    broken.write_text(text.replace("days = 14", "days = 0"), encoding="utf-8")
    with pytest.raises(ValueError, match="days"):
        rules.read_answer_times(broken)


def test_who_is_owed_an_answer():
    ours, desk = new_id(), new_id()
    case = {"provenance": "member", "withdrawn": False, "reporter": ours, "desks": [desk]}
    assert rules.owed(**case)
    assert rules.owed(**(case | {"provenance": "invented"}))
    assert not rules.owed(**(case | {"provenance": "published"})), "nobody reported it"
    assert not rules.owed(**(case | {"withdrawn": True}))
    assert not rules.owed(**(case | {"desks": [ours]})), "nobody answers itself"
    assert not rules.owed(**(case | {"desks": []}))
    assert rules.desk_kinds("insider") == ("police",)
    assert "port_authority" in rules.desk_kinds("drone_misuse")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("A van with two people came back.", False),
        ("", True),
        ("  \n ", True),
        ("x" * 2001, True),
        ("half a \ud800 character", True),
        ("His number is 85.07.30-033.28.", True),
        ("Call 112 first.", False),
    ],
)
def test_what_may_be_said(text, refused):
    assert bool(rules.text_problems(text)) == refused
    if not text.strip():
        assert rules.text_problems(text, needed=False) == []


def test_a_report_is_named_by_address_id_or_reference():
    identifier = new_id()
    assert rules.named(f" https://ports.example/reports/{identifier}/#why ") == rules.Named(id=identifier)
    assert rules.named("26-1122-0a4f") == rules.Named(day=date(2026, 11, 22), ending="0a4f")
    assert rules.named("26-1322-0A4F") is None, "there is no such day"
    assert rules.named("the one of yesterday") is None


def test_a_pair_has_one_order():
    one, other = sorted([new_id(), new_id()])
    assert rules.pair(one, other) == rules.pair(other, one) == (one, other)


def test_the_graph_has_every_node_once_within_its_frame_and_none_on_another():
    nodes = [UUID(int=number) for number in range(1, 9)]
    centre, near, far = nodes[0], nodes[1:5], nodes[5:]
    edges = [
        *((centre, one) for one in near),
        (near[0], far[0]),
        (near[0], far[1]),
        (near[1], far[2]),
        (near[0], near[1]),
    ]
    places = rules.laid_out(centre, edges, nodes)
    assert set(places) == set(nodes)
    assert all(0 < spot.x < 100 and 0 < spot.y < 100 for spot in places.values())
    assert len({(spot.x, spot.y) for spot in places.values()}) == len(nodes)


def test_the_drawing_numbers_the_nodes_as_the_list_does():
    centre, one, two = (UUID(int=number) for number in (1, 2, 3))
    drawn = web(centre, [Link(a_id=centre, b_id=one), Link(a_id=one, b_id=two)], [one, two])
    assert drawn.count("<line") == 2 and drawn.count("<text") == 2 and 'aria-hidden="true"' in drawn
    assert ">1</text>" in drawn and ">2</text>" in drawn

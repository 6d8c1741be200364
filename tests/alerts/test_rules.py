"""What an alert must be: each wrong field is named, all at once; its states; when it is passed on."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from port2port.alerts.rules import (
    Draft,
    PublicLine,
    PublicStatement,
    escalation_due,
    is_urgent,
    next_state,
    prefilled,
    problems_of,
)
from port2port.alerts.vocabulary import by_code, templates, vocabulary
from port2port.base.text import unreadable
from port2port.members.areas import (
    Atlas,
    CircleArea,
    FacilityArea,
    PolygonArea,
    PortArea,
    StretchArea,
    polygon_problem,
)
from port2port.members.network_data import load_network

AT = datetime(2026, 11, 22, 13, 2, tzinfo=UTC)
NETWORK = load_network()
ATLAS = Atlas(
    ports={p.code: p.names for p in NETWORK.ports},
    facilities={f.number: f.names for f in NETWORK.facilities},
    landmarks={m.slug: m.names for m in NETWORK.landmarks},
    waterways={w.slug: w.names for w in NETWORK.waterways},
    waterway_km={w.slug: w.length_km for w in NETWORK.waterways},
)
KALLO = CircleArea(51.264, 4.291, 2.0, "kallo-lock")
SQUARE = ((51.2, 4.2), (51.3, 4.2), (51.3, 4.3), (51.2, 4.3), (51.2, 4.2))
AREAS = (KALLO, PortArea("BEANR"), FacilityArea("BEANR-9901"), StretchArea("scheldt", 10.0, 25.5), PolygonArea(SQUARE))
DRAFT = Draft(
    event="drone_over_port",
    urgency="Immediate",
    severity="Moderate",
    certainty="Observed",
    status="Actual",
    instructions=("keep_distance_drone", "note_drone"),
    language="nl",
    areas=(KALLO,),
    valid_from=AT,
    valid_until=AT + timedelta(hours=6),
)
PUBLIC = PublicStatement((PublicLine("nl", "Er vliegt een drone."),), "Press desk of the port", AT + timedelta(hours=2))


def wrong(draft=DRAFT, **changes):
    found = problems_of(replace(draft, **changes), vocabulary(), templates(), ATLAS, at=AT)
    return {problem.field for problem in found}


def test_a_plain_alert_is_right_with_every_kind_of_area():
    assert wrong() == set()
    assert wrong(areas=AREAS, headline="Tweede dag op rij", text="Hangt stil.\nPiloot niet gevonden.") == set()
    assert wrong(public=PUBLIC, template="drone_seen") == set()


@pytest.mark.parametrize("template", templates(), ids=lambda t: t.code)
def test_a_template_lacks_its_place_and_nothing_else(template):
    draft = prefilled(template, language="fr", at=AT)
    assert wrong(draft) == {"areas"}
    assert wrong(draft, areas=(PortArea("BEGNE"),)) == set()
    assert (draft.template, draft.status, draft.valid_from) == (template.code, template.status, AT)
    assert draft.valid_until - AT == timedelta(hours=template.valid_hours)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event", "witchcraft"), ("event", ""), ("urgency", "immediate"), ("urgency", ""), ("severity", "critical"),
        ("certainty", "Sure"), ("status", "Draft"), ("status", ""), ("language", "es"), ("template", "mine"),
        ("instructions", ()), ("instructions", ("fly",)), ("instructions", ("patrol", "patrol")),
        ("instructions", ("all_clear",)),
        ("headline", "h" * 121), ("headline", "bell \x07"), ("text", "t" * 4001), ("text", "half \ud800 a character"),
        ("text", "turned \u202e round"), ("text", "The man with number 85.07.30-033.28 was seen again."),
        ("headline", "85073003328"),
        ("valid_from", AT + timedelta(minutes=6)), ("valid_from", datetime(2026, 11, 22, 13)),
        ("valid_until", AT), ("valid_until", AT - timedelta(days=1)), ("valid_until", datetime(2026, 11, 22, 15)),
        ("valid_until", AT + timedelta(days=30, seconds=1)),
        ("areas", ()), ("areas", (KALLO, KALLO)), ("areas", tuple(CircleArea(51.0, 4.0, n) for n in range(1, 22))),
    ],
)  # fmt: skip
def test_each_wrong_field_is_named(field, value):
    assert wrong(**{field: value}) == {field}


def test_all_problems_come_together():
    assert wrong(event="x", text="\x00", areas=(), valid_until=AT, instructions=()) == {
        "event", "text", "areas", "valid_until", "instructions",
    }  # fmt: skip


def test_an_alert_that_was_over_before_it_was_sent_is_refused():
    assert wrong(valid_from=AT - timedelta(days=2), valid_until=AT) == {"valid_until"}
    assert wrong(valid_from=AT - timedelta(days=2), valid_until=AT + timedelta(seconds=1)) == set()


def test_what_is_not_urgent_may_begin_later_but_holds_thirty_days_from_now():
    begins = AT + timedelta(days=3)
    assert wrong(urgency="Future", valid_from=begins, valid_until=AT + timedelta(days=30)) == set()
    assert wrong(urgency="Future", valid_from=begins, valid_until=begins + timedelta(days=28)) == {"valid_until"}


def test_a_phone_whose_clock_is_ahead_is_believed():
    assert wrong(valid_from=AT + timedelta(minutes=5)) == set()


def test_the_end_of_danger_is_not_urgent():
    assert wrong(urgency="Past", instructions=("all_clear",)) == set()


@pytest.mark.parametrize(
    ("area", "fields"),
    [
        (PortArea("XXXXX"), {"port"}),
        (FacilityArea("BEANR-0000"), {"facility"}),
        (StretchArea("styx", 0.0, 1.0), {"waterway"}),
        (StretchArea("scheldt", -1.0, 1.0), {"from_km"}),
        (StretchArea("scheldt", 1.0, 1000.0), {"to_km"}),
        (StretchArea("scheldt", 9.0, 8.0), {"to_km"}),
        (StretchArea("scheldt", math.nan, math.nan), {"from_km", "to_km"}),
        (StretchArea("scheldt", 9.0, 9.0), set()),
        (CircleArea(90.1, 4.0, 1.0), {"lat"}),
        (CircleArea(51.0, math.inf, 1.0), {"lon"}),
        (CircleArea(51.0, 4.0, 0.0), {"km"}),
        (CircleArea(51.0, 4.0, math.nan), {"km"}),
        (CircleArea(51.0, 4.0, 100.5), {"km"}),
        (CircleArea(51.0, 4.0, 100.0), set()),
        (CircleArea(51.0, 4.0, 1.0, "no-lock"), {"landmark"}),
        (PolygonArea(()), {"points"}),
    ],
)
def test_a_wrong_area_is_named_by_its_place_in_the_list(area, fields):
    assert wrong(areas=(PortArea("BEANR"), area)) == {f"areas.1.{field}" for field in fields}


def ring(*points):
    return (*points, points[0])


def circle_of(count):
    angles = [2 * math.pi * n / count for n in range(count)]
    return ring(*((51 + math.sin(a) / 10, 4 + math.cos(a) / 10) for a in angles))


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (SQUARE, None),
        (ring((51.0, 4.0), (51.1, 4.0), (51.1, 4.1)), None),  # the smallest: 4 points
        (circle_of(99), None),
        (circle_of(100), "4 to 100"),
        (((51.0, 4.0), (51.1, 4.0), (51.0, 4.0)), "4 to 100"),
        (SQUARE[:-1], "first one again"),
        (ring((51.0, 4.0), (91.0, 4.0), (51.1, 4.1)), "latitude"),
        (ring((51.0, 4.0), (51.1, math.nan), (51.1, 4.1)), "latitude"),
        (ring((51.0, 4.0), (51.0, 4.0), (51.1, 4.1)), "twice"),
        (ring((51.0, 4.0), (51.1, 4.1), (51.1, 4.0), (51.0, 4.1)), "cross"),  # a bow tie
        (ring((51.0, 4.0), (51.1, 4.1), (51.2, 4.2)), "cross"),  # a line there and back
        (ring((51.0, 4.0), (51.0, 4.3), (51.0, 4.1), (51.2, 4.1)), "cross"),  # a side folded back upon the last
        (ring((51.0, 4.0), (51.0, 4.2), (51.2, 4.2), (51.0, 4.1), (51.2, 4.0)), "cross"),  # a corner upon a side
        (ring((51.0, 4.0), (51.0, 4.2), (51.2, 4.2), (51.0001, 4.1), (51.2, 4.0)), None),  # 11 metres beside it
        (ring((51.0, 4.0), (51.0, 4.1), (51.0, 4.2), (51.2, 4.1)), None),  # a point within a straight side
    ],
)
def test_a_polygon_is_a_simple_ring(points, said):
    with translation.override("en"):
        problem = polygon_problem(points)
        assert problem is None if said is None else said in str(problem)


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=3, max_size=12))
def test_a_polygon_is_as_good_from_any_corner_and_either_way_round(corners):
    problem = polygon_problem(ring(*corners))
    turned = ring(*corners[1:], corners[0])
    assert (polygon_problem(turned) is None) == (problem is None)
    assert (polygon_problem(tuple(reversed(turned))) is None) == (problem is None)


EXERCISE = replace(DRAFT, status="Exercise")


def test_what_is_written_in_an_exercise_holds_its_word():
    assert wrong(EXERCISE) == set()
    assert wrong(EXERCISE, headline="Drone boven Kallo", text="Tweede dag op rij.") == {"headline", "text"}
    assert wrong(EXERCISE, headline="OEFENING: drone", text="Dit is een OEFENING.") == set()
    assert wrong(EXERCISE, text="Dit is een oefening.") == {"text"}
    assert wrong(EXERCISE, text="OEFENINGEN") == {"text"}
    assert wrong(EXERCISE, language="de", text="U\u0308BUNG: zweiter Tag.") == set()  # as some keyboards write it
    assert wrong(EXERCISE, language="fr", text="OEFENING: drone") == {"text"}
    assert wrong(EXERCISE, status="Test", text="Een TEST.") == set()
    assert wrong(EXERCISE, public=PUBLIC) == {"public.nl"}


def test_a_real_alert_does_not_call_itself_an_exercise():
    assert wrong(text="Dit is geen OEFENING.") == set()
    assert wrong(headline="OEFENING", text="OEFENING OEFENING drone") == {"status"}
    assert wrong(text="EXERCISE EXERCISE EXERCISE drone") == {"status"}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"lines": ()}, {"public"}),
        ({"lines": (PublicLine("nl", "Een."), PublicLine("nl", "Twee."))}, {"public"}),
        ({"lines": (PublicLine("es", "Uno."),)}, {"public"}),
        ({"lines": (PublicLine("fr", " "),)}, {"public.fr"}),
        ({"lines": (PublicLine("fr", "f" * 1001), PublicLine("de", "\x1b"))}, {"public.fr", "public.de"}),
        ({"spokesperson": " "}, {"public.spokesperson"}),
        ({"spokesperson": "s" * 161}, {"public.spokesperson"}),
        ({"embargo_until": datetime(2026, 11, 23)}, {"public.embargo_until"}),
        ({"embargo_until": AT + timedelta(days=31)}, {"public.embargo_until"}),
        ({"embargo_until": None}, set()),
    ],
)
def test_each_wrong_part_of_the_public_statement_is_named(changes, fields):
    assert wrong(public=replace(PUBLIC, **changes)) == fields


@given(st.text())
def test_what_is_readable_survives_as_utf_8_and_holds_no_control_characters(text):
    if not unreadable(text):
        assert text.encode("utf-8").decode("utf-8") == text
        assert not {chr(n) for n in range(32)} - {"\n", "\r", "\t"} & set(text)


@pytest.mark.parametrize(
    "text", ["\x00", "\x7f", "\x85", "\ud800", "\ufffe", "\U0001ffff", "\ufdd0", "\u202a", "\u2069"]
)
def test_what_no_screen_can_show_is_unreadable(text):
    assert unreadable(f"a{text}b")


def test_accents_emoji_and_line_ends_are_readable():
    assert not unreadable("Liège, Übung, \U0001f6a2\r\n\tZ\u0308")


def test_only_immediate_is_urgent():
    urgent = [term.code for term in vocabulary().urgencies if is_urgent(replace(DRAFT, urgency=term.code))]
    assert urgent == ["Immediate"]


def test_what_is_over_stays_over():
    acts, states = ("update", "cancel", "expire"), ("raised", "updated", "cancelled", "expired")
    after = {(act, state): next_state(act, state) for act in acts for state in states}
    assert {key: state for key, state in after.items() if state} == {
        ("update", "raised"): "updated",
        ("update", "updated"): "updated",
        ("cancel", "raised"): "cancelled",
        ("cancel", "updated"): "cancelled",
        ("expire", "raised"): "expired",
        ("expire", "updated"): "expired",
    }
    for state in {state for state in after.values() if state} | {"raised"}:
        assert by_code(vocabulary().states, state)
    with pytest.raises(KeyError):
        next_state("reopen", "cancelled")


def test_an_alert_is_passed_on_a_step_after_the_last_time_until_acknowledged():
    assert escalation_due(AT, None, 15, False) == AT + timedelta(minutes=15)
    assert escalation_due(AT, AT + timedelta(minutes=15), 10, False) == AT + timedelta(minutes=25)
    assert escalation_due(AT, AT + timedelta(minutes=15), 10, True) is None
    brussels = AT.astimezone(timezone(timedelta(hours=1)))
    assert escalation_due(brussels, None, 15, False) == AT + timedelta(minutes=15)
    for step in (0, -1):
        with pytest.raises(ValueError):
            escalation_due(AT, None, step, False)


def test_problems_speak_the_readers_language():
    with translation.override("en"):
        (problem,) = problems_of(replace(DRAFT, areas=()), vocabulary(), templates(), ATLAS, at=AT)
        assert str(problem.message) == "Say where this is."

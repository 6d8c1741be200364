"""One answer from plain data: what is found, what is said to be unknown, and what was left out with its reason."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.utils import translation

from port2port.displacement.analysis import sentences
from port2port.displacement.analysis.analyse import analyse
from port2port.displacement.analysis.inputs import Choices, EffortMonth, Incident, Measure, MeasurePhase, Network
from port2port.displacement.analysis.reading import read_incidents, read_measures
from port2port.displacement.analysis.waterways import shipped_network
from port2port.displacement.methods.refusal import BadInput
from port2port.displacement.report import html_report
from port2port.reports import tabular

SOURCE = Path(tabular.__file__).parent.parent
PORTS = ("BEANR", "BEGNE", "NLVLI", "FRLEH", "DEHAM")
FIRST = date(2022, 1, 1)
KM = [
    [0, 40, 45, 355, 455],
    [40, 0, 38, 310, 500],
    [45, 38, 0, 330, 480],
    [355, 310, 330, 0, 810],
    [455, 500, 480, 810, 0],
]
CHOICES = Choices(
    Network(PORTS, tuple(tuple(float(k) for k in row) for row in KM)), permutations=19, placebos=False, seed=3
)
MEASURE = Measure("M", "Release by identity", "release_process", (MeasurePhase("BEANR", date(2023, 7, 1)),))


def events(rates, months=36, seed=1, category="cyber_attack"):
    """Return incidents, `rates(port, month)` a month."""
    random = np.random.default_rng(seed)
    found = []
    for port in PORTS:
        for month in range(months):
            for n in range(random.poisson(rates(port, month))):
                day = date(FIRST.year + month // 12, month % 12 + 1, int(random.integers(1, 29)))
                found.append(Incident(f"{port}-{category}-{month}-{n}", port, category, day, "day"))
    return found


def moved(port, month):
    """Return six a month at the measure's port until it begins, then one; its neighbours treble."""
    if month < 18:
        return 6.0
    return {"BEANR": 1.0, "BEGNE": 18.0, "NLVLI": 18.0}.get(port, 6.0)


def refusal(*given):
    with pytest.raises(BadInput) as refused:
        analyse(*given)
    return [(p.where, p.what) for p in refused.value.problems]


def test_what_moved_is_supported_and_what_did_not_is_not():
    result = analyse(events(moved), [MEASURE], [], CHOICES)
    grades = {(c.port, c.category): c.grade for c in result.claims}
    assert grades[None, None] == grades["BEGNE", "cyber_attack"] == "supported"
    claim = next(c for c in result.claims if c.port == "BEGNE")
    assert claim.interval[0] > 1 and claim.events[1] > claim.events[0]
    assert claim.probability > 0.9
    row = next(r for r in result.ledger if r.neighbour == "BEGNE")
    assert row.months == (18, 18) and row.treated_change < 0.5 < 1.5 < row.neighbour_change
    assert 0 < row.minimum_detectable < 1 and row.months_for_halving > 0
    still = analyse(events(lambda _p, _m: 6.0), [MEASURE], [], CHOICES)
    assert {c.grade for c in still.claims} <= {"cannot_tell", "contradicted"}


def test_what_is_known_roughly_never_reaches_the_methods_by_the_day():
    rough = [
        Incident("month", "BEANR", "insider", date(2022, 3, 1), "month", row=2),
        Incident("year", "BEANR", "insider", date(2022, 1, 1), "year", row=3),
        Incident("nowhere", "BEZZZ", "insider", date(2022, 3, 4), "day", row=4),
        Incident("one", "BEGNE", "insider", date(2022, 3, 4), "day", "E", row=5),
        Incident("same", "BEANR", "insider", date(2022, 3, 4), "day", "E", row=6),
    ]
    result = analyse([*events(lambda _p, _m: 1.0, months=12), *rough], [], [], CHOICES)
    left = {(d.identifier, d.row, d.field, d.why, d.left_out_of) for d in result.dropped}
    assert left == {
        ("month", 2, "date_precision", "month_only", "day_level"),
        ("year", 3, "date_precision", "year_only", "monthly"),
        ("nowhere", 4, "port_unlocode", "port_not_given", "ports"),
        ("same", 6, "event_group", "same_event", "day_level"),
    }
    assert result.summary.port_not_given == 1
    assert result.early_warning.events == len(events(lambda _p, _m: 1.0, months=12)) + 1


@pytest.mark.parametrize(
    ("phase", "why"),
    [
        (MeasurePhase("BEANR", date(2021, 1, 1)), "before_data"),
        (MeasurePhase("BEANR", date(2022, 3, 1)), "before_too_short"),
        (MeasurePhase("BEANR", date(2022, 12, 1)), "after_too_short"),
        (MeasurePhase("BEANR", date(2030, 1, 1)), "after_data"),
        (MeasurePhase("BEANR", date(2022, 7, 1), "year"), "year_only"),
        (MeasurePhase("BEZZZ", date(2022, 7, 1)), "port_not_given"),
        (MeasurePhase("DEHAM", date(2022, 8, 1)), "nobody_exposed"),
    ],
)
def test_a_measure_that_cannot_be_analysed_says_why(phase, why):
    result = analyse(events(lambda _p, _m: 2.0, months=12), [replace(MEASURE, phases=(phase,))], [], CHOICES)
    assert [m.why_not for m in result.measures] == [why]
    assert [d.why for d in result.dropped if d.file == "measures"] == [why]
    assert result.claims == ()


def test_what_cannot_be_taken_is_refused_with_its_place():
    some = events(lambda _p, _m: 1.0, months=6)
    strange = Incident("x", "XXXXX", "piracy", date(2022, 1, 2), "day", row=9)
    assert refusal([*some, strange], [], [], CHOICES) == [
        ("incidents row 9: port_unlocode", "unknown_port"),
        ("incidents row 9: threat", "unknown_category"),
    ]
    assert refusal([], [], [], CHOICES) == [("incidents", "empty")]
    alone = [one for one in some if one.port == "BEANR"]
    assert refusal(alone, [], [], CHOICES) == [("ports", "one_port")]
    phases = (
        MeasurePhase("BEANR", date(2022, 2, 1), ends=date(2022, 5, 1), row=2),
        MeasurePhase("BEANR", date(2022, 4, 1), row=3),
    )
    assert refusal(some, [replace(MEASURE, phases=phases)], [], CHOICES) == [("measures row 3: started_on", "overlap")]
    assert refusal(some, [], [EffortMonth("BEANR", FIRST, "scans", -1.0, 4)], CHOICES) == [
        ("effort row 4: amount", "negative")
    ]


def test_finds_without_effort_are_refused():
    some = events(lambda _p, _m: 3.0, months=12, category="drug_smuggling")
    assert ("effort row 2: amount", "found_without_effort") in refusal(
        some, [], [EffortMonth("BEANR", date(2022, 2, 1), "scans", 0.0, 2)], CHOICES
    )


def test_effort_that_grew_with_the_finds_takes_the_claim_away():
    some = events(moved, category="drug_smuggling")
    effort = [
        EffortMonth(port, date(2022 + m // 12, m % 12 + 1, 1), "scans", 100.0 * moved(port, m) / 6)
        for port in PORTS
        for m in range(36)
    ]
    known = analyse(some, [MEASURE], effort, CHOICES)
    assert {c.grade for c in known.claims} <= {"cannot_tell", "contradicted"}
    assert known.summary.effort_cost is None
    unknown = analyse(some, [MEASURE], [], CHOICES)
    assert unknown.summary.effort_cost > 1
    assert "supported" not in {c.grade for c in unknown.claims}


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_sentences_hold_the_numbers_in_each_language(language):
    result = analyse(events(moved, months=30), [MEASURE], [], CHOICES)
    with translation.override(language):
        for claim in result.claims:
            text = sentences.claim_sentence(claim, MEASURE.name)
            assert MEASURE.name in text and sentences.number(claim.interval[0]) in text
            assert all(p.heading and p.text for p in sentences.how_do_we_know(claim, result.measures[0], {}))
        page = html_report(result, language)
    assert page.count("<svg") == len(result.series) > 0
    assert f'lang="{language}"' in page and "<script" not in page and "http" not in page


def test_nothing_is_claimed_of_a_port_where_next_to_nothing_was_counted():
    """One neighbour trebles, so the network says that it moved; at the other there were four events in three years."""
    found = [one for one in events(moved) if one.port != "NLVLI"]
    few = [one for one in events(moved, seed=2) if one.port == "NLVLI"][:4]
    claims = {one.port: one for one in analyse(found + few, [MEASURE], [], CHOICES).claims if one.category}
    assert claims["NLVLI"].grade == "cannot_tell" and "few_events" in claims["NLVLI"].reasons
    assert claims["NLVLI"].tipping == ()
    assert claims["BEGNE"].grade == "supported"


def test_measures_that_began_together_are_told_by_the_names_that_the_reader_sees():
    other = replace(MEASURE, identifier="N", name="Cameras")
    result = analyse(events(moved), [MEASURE, other], [], CHOICES)
    with translation.override("en"):
        for names, told in (({"M": "Release", "N": "Cameras"}, "Cameras"), ({}, "N")):
            known = sentences.how_do_we_know(result.claims[0], result.measures[0], names)
            assert next(p.text for p in known if p.heading == "What else happened").endswith(f": {told}.")


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [(1.299, 1, "1.3"), (0.996, 2, "1.00"), (0.0061, 2, "0.01"), (-0.346, 2, "-0.35"), (12.7, 2, "13")],
)
def test_a_number_is_rounded_and_not_cut_off(value, places, written):
    with translation.override("en"):
        assert sentences.number(value, places) == written


def test_the_tipping_point_in_words():
    with translation.override("en"):
        point = sentences.TippingPoint("BEGNE", 2.0)
        assert sentences.tipping_sentence(point) == "This disappears if searching at Ghent has at least doubled."


def test_the_published_data_mostly_cannot_tell():
    incidents = read_incidents((SOURCE / "reports/data/published_incidents.csv").read_bytes())
    measures = read_measures((SOURCE / "measures/data/measures.csv").read_bytes())
    chosen = ("MEA-022", "MEA-031", "MEA-001", "MEA-021")
    choices = Choices(shipped_network(), measures=chosen, permutations=19)
    result = analyse(incidents, measures, [], choices)
    assert result.summary.incidents == len(incidents)
    assert "supported" not in {c.grade for c in result.claims}
    told = [c for c in result.claims if c.grade == "cannot_tell"]
    assert len(told) > len(result.claims) / 2 and all(c.reasons for c in told)
    by_precision = result.summary.by_precision
    days = {d.identifier for d in result.dropped if d.file == "incidents"}
    assert len(days) >= by_precision["month"] + by_precision["year"]


def test_a_cluster_is_found_by_the_day():
    quiet = events(lambda _p, _m: 2.0, months=24)
    last = max(one.on for one in quiet)
    burst = [Incident(f"b{n}", "BEGNE", "cyber_attack", last - timedelta(days=n // 2), "day") for n in range(20)]
    result = analyse([*quiet, *burst], [], [], replace(CHOICES, permutations=999, as_of=last))
    assert any("BEGNE" in one.ports for one in result.early_warning.clusters)


def test_distances_are_the_same_both_ways():
    km = np.array(shipped_network().km)
    assert (km == km.T).all() and not km.diagonal().any() and np.isfinite(km).all()

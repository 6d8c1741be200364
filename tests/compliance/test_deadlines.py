"""What an obligation says of itself: bounds, lead times, what would fulfil it, in time or not, and why not."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from port2port.compliance.calendar import Period
from port2port.compliance.deadlines import Reason, computed, recomputed, why_not
from port2port.compliance.obligations import After, Each, Event, Leads, Standing, Subject
from port2port.compliance.reading import rulebook
from tests.compliance import worlds
from tests.compliance.told import BRUSSELS, events, held, local, of, shown

MONTH = Period(amount=1, unit="months")
END = ":59.999999"


def test_a_window_says_when_it_opens_and_ends_and_why() -> None:
    [owed] = of(held("facility", [("pfsp_approved", "2023-12-31 10:00")], "2024-01-01 10:00"), "interim_evaluation")
    assert (shown(owed.opens), shown(owed.until)) == ("2026-02-28 00:00:00", "2026-10-31 23:59:59")
    assert owed.trigger.kind == "pfsp_approved"
    assert owed.rule.label("nl") == "Tussentijdse evaluatie van het beveiligingsplan"
    assert "13 oktober 2022" in owed.rule.basis.citation
    assert owed.would_fulfil(local("2026-02-27 23:59:59")) == ()
    assert owed.would_fulfil(local("2026-02-28 00:00")) == ("interim_evaluation_done",)


def test_lapsing_leaves_only_what_restores() -> None:
    told = [("certificate_issued", "2020-08-31 09:00")]
    [owed] = of(held("function_holder", told, "2026-01-01 10:00", {"function": "pfso"}), "pfso_refresher")
    assert (shown(owed.until), shown(owed.lapses)) == ("2025-08-31 23:59:59", "2026-02-28 23:59:59")
    assert owed.would_fulfil(local(f"2026-02-28 23:59{END}")) == ("refresher_completed", "certificate_issued")
    assert owed.would_fulfil(local("2026-03-01 00:00")) == ("certificate_issued",)


@pytest.mark.parametrize(("at", "counts"), [(f"2026-02-28 23:59{END}", True), ("2026-03-01 00:00", False)])
def test_the_last_microsecond_before_lapsing_counts(at: str, counts: bool) -> None:
    told = [("certificate_issued", "2020-08-31 09:00"), ("refresher_completed", at)]
    owed = of(held("function_holder", told, "2026-04-01 10:00", {"function": "pfso"}), "pfso_refresher")
    assert [one.on_time for one in owed] == ([False, None] if counts else [None])


@pytest.mark.parametrize(("at", "on_time"), [(f"2026-02-28 23:59{END}", True), ("2026-03-01 00:00", False)])
def test_in_time_until_the_last_microsecond(at: str, on_time: bool) -> None:
    told = [("exercise_held", "2026-01-31 10:00", {"exercise": "e"}), ("exercise_reported", at, {"exercise": "e"})]
    [owed] = of(held("facility", told, "2026-04-01 10:00"), "exercise_report")
    assert owed.on_time is on_time
    assert owed.was_late(local("2026-04-01 10:00")) is not on_time
    assert owed.state(local("2026-04-01 10:00")) == "fulfilled"
    assert owed.next_change == ()


def test_lead_times() -> None:
    [owed] = of(
        held("facility", [("exercise_held", "2026-03-01 10:00", {"exercise": "e"})], "2026-03-02"), "exercise_report"
    )
    found = tuple(shown(moment) for moment in owed.next_change)
    assert found == ("2026-03-18 00:00:00", "2026-04-01 23:59:59", "2026-04-08 23:59:59")


def test_soon_never_comes_before_the_beginning() -> None:
    told = [("incident_noticed", "2026-03-01 10:00")]
    [owed] = of(held("report", told, "2026-03-01 10:01", {"reporter_kind": "facility"}), "incident_by_pfso")
    assert owed.soon == owed.since


def test_kept_records_are_told_of_when_erased_too_early() -> None:
    told = [
        ("dos_signed", "2026-03-01 10:00", {"occasion": "o"}),
        ("dos_erased", "2026-05-01 10:00", {"occasion": "o"}),
    ]
    [owed] = of(held("facility", told, "2026-06-01 10:00"), "dos_kept")
    assert (owed.outcome, owed.on_time, owed.was_late(local("2026-06-01 10:00"))) == ("broken", False, True)
    assert owed.would_fulfil(local("2026-04-01 10:00")) == ()


def test_a_missed_year_is_made_good_late_and_the_proof_counts_for_its_own_year_too() -> None:
    told = [("pfsp_approved", "2024-01-10 10:00"), ("exercise_held", "2026-02-01 10:00", {"exercise": "e"})]
    owed = of(held("facility", told, "2026-03-01 10:00"), "exercise")
    assert [(one.key, one.on_time) for one in owed] == [("exercise:2025-01-01", False), ("exercise:2026-01-01", True)]


def test_a_new_year_wakes_a_subject() -> None:
    now = held("facility", [("pfsp_approved", "2024-01-10 10:00")], "2026-03-01 10:00")
    assert shown(now.wakes) == "2027-01-01 00:00:00"
    assert held("facility", [("drill_held", "2024-01-10 10:00")], "2026-03-01 10:00").wakes is None


def test_a_debt_from_before_the_rule_held_is_not_owed_but_a_trigger_from_before_counts() -> None:
    told = [("pfsp_approved", "2017-06-01 10:00"), ("pfsp_approved", "2022-05-01 10:00")]
    owed = of(held("facility", told, "2023-06-01 10:00"), "pfsp_renewal")
    assert [shown(one.until) for one in owed] == ["2027-05-01 23:59:59"]


def test_a_rule_comes_into_force_within_a_year_and_ends() -> None:
    rules = [
        worlds.rule(Each(calendar="year"), valid_from=date(2021, 5, 1), valid_until=date(2023, 6, 30)),
        worlds.rule(After(within=MONTH), code="other", valid_from=date(2021, 5, 1), valid_until=date(2021, 6, 30)),
    ]
    told = [("begun", "2019-03-01 10:00"), ("begun", "2021-06-30 23:59:59"), ("begun", "2021-07-01 00:00")]
    found = held("facility", told, "2026-01-01 10:00", book=worlds.book(*rules))
    assert [one.key for one in of(found, "invented")] == [
        "invented:2021-01-01",
        "invented:2022-01-01",
        "invented:2023-01-01",
    ]
    assert [shown(one.since) for one in of(found, "other")] == ["2021-06-30 23:59:59"]


def test_what_was_wanting_when_a_lasting_rule_began_is_due_on_its_first_day() -> None:
    rules = [
        worlds.rule(After(within=MONTH, again=True), code="again", valid_from=date(2023, 5, 1), covers_earlier=True),
        worlds.rule(
            Standing(at_least=1, within=MONTH), code="standing", undone_by=("gone",), valid_from=date(2023, 5, 1)
        ),
        worlds.rule(After(within=MONTH), code="once", valid_from=date(2023, 5, 1), covers_earlier=True),
    ]
    told = [("begun", "2020-03-01 10:00"), ("done", "2023-07-01 10:00")]
    found = held("facility", told, "2023-08-02 10:00", book=worlds.book(*rules))
    bounds = [(shown(one.since), shown(one.until), one.on_time) for one in of(found, "again")]
    assert bounds == [
        ("2023-05-01 00:00:00", "2023-05-01 23:59:59", False),
        ("2023-07-01 10:00:00", "2023-08-01 23:59:59", None),
    ]
    [wanting] = of(found, "standing")
    assert (shown(wanting.since), shown(wanting.until)) == ("2023-05-01 00:00:00", "2023-05-01 23:59:59")
    assert of(found, "once") == ()


def test_a_rule_that_no_longer_holds_asks_for_nothing_new() -> None:
    last = {"valid_from": date(2020, 1, 1), "valid_until": date(2022, 12, 31)}
    rules = [
        worlds.rule(Standing(at_least=1, within=MONTH), code="standing", undone_by=("gone",), **last),
        worlds.rule(After(within=MONTH, again=True), code="again", **last),
    ]
    told = [("begun", "2022-12-15 10:00"), ("done", "2023-01-02 10:00"), ("gone", "2023-02-02 10:00")]
    found = held("facility", told, "2024-01-01 10:00", book=worlds.book(*rules))
    assert [one.on_time for one in found.obligations] == [True, True]


def test_two_triggers_at_one_moment_have_two_keys() -> None:
    told = [("begun", "2026-03-01 10:00"), ("begun", "2026-03-01 10:00")]
    found = held("facility", told, "2026-03-02 10:00", book=worlds.book(worlds.rule(After(within=MONTH))))
    assert len({one.key for one in found.obligations}) == 2


def test_a_key_is_the_same_however_the_time_zone_is_written() -> None:
    event = events([("pfsp_approved", "2026-07-01 10:00")])[0]
    written = Event(event.kind, event.at.astimezone(BRUSSELS), {})
    facility, at = Subject("facility", "f", {}), local("2026-08-01 10:00")
    one, other = (computed(facility, [told], rulebook(), at=at) for told in (event, written))
    assert [owed.key for owed in one.obligations] == [owed.key for owed in other.obligations]


def test_what_waits_stands_in_the_order_in_which_it_is_due() -> None:
    told = [
        ("pfsp_approved", "2026-01-10 10:00"),
        ("exercise_held", "2026-03-31 10:00", {"exercise": "e"}),
        ("unlawful_act", "2026-04-02 10:00", {"act": "a"}),
        ("dos_signed", "2026-04-03 10:00", {"occasion": "o"}),
    ]
    at = local("2026-04-20 10:00")
    waiting = held("facility", told, "2026-04-20 10:00").waiting(at)
    assert [(owed.rule.code, owed.state(at)) for owed in waiting] == [
        ("drill", "late"),
        ("exercise_report", "soon"),
        ("interim_evaluation", "open"),
        ("pfsp_renewal", "open"),
        ("interim_after_act", "open"),
    ]


def test_nothing_here_needs_the_web_or_the_tables() -> None:
    names = "deadlines", "reading", "tryout"
    imports = "; ".join(f"import port2port.compliance.{name}" for name in names)
    script = f"import sys; {imports}; print(sorted({{name.split('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "port2port" in loaded
    assert "django" not in loaded


def test_later_events_are_not_known_yet() -> None:
    told = [("pfsp_approved", "2026-01-10 10:00"), ("drill_held", "2026-03-10 10:00")]
    found = held("facility", told, "2026-02-10 10:00")
    assert len(found.events) == len(of(found, "drill")) == 1


def test_a_rule_that_ends_on_the_next_working_day() -> None:
    rule = worlds.rule(After(within=MONTH), on_rest_day="next_working_day")
    told = [("begun", "2026-03-04 10:00")]
    [owed] = held("facility", told, "2026-03-05 10:00", book=worlds.book(rule)).obligations
    assert shown(owed.until) == "2026-04-07 23:59:59"  # Saturday, Easter and Easter Monday lie between


def test_escalation_is_elapsed_or_civil_as_the_rule_says() -> None:
    leads = Leads(soon=Period(amount=1, unit="hours"), late=Period(amount=3, unit="hours"))
    rule = worlds.rule(After(within=Period(amount=24, unit="hours")), leads=leads)
    [owed] = held("facility", [("begun", "2026-03-28 12:00")], "2026-03-28 13:00", book=worlds.book(rule)).obligations
    assert (shown(owed.soon), shown(owed.until)) == ("2026-03-29 12:00:00", "2026-03-29 13:00:00")
    assert shown(owed.escalates) == "2026-03-29 16:00:00"


def test_why_a_rule_obliges_to_nothing() -> None:
    company = Subject("report", "r", {"nis2_scope": "no"})
    rule = rulebook().rule("nis2_early_warning", 1)
    assert why_not(company, events([("nis2_aware", "2026-01-01 10:00")]), rule, on=date(2024, 10, 17)) == (
        Reason("not_yet"),
        Reason("attribute", "nis2_scope", ("yes",), "no"),
    )
    assert why_not(Subject("report", "r", {"nis2_scope": "yes"}), [], rule, on=date(2026, 1, 1)) == (
        Reason("no_trigger", wanted=("nis2_aware",)),
    )
    apart = rulebook().rule("port_exercise_apart", 1)
    opened = events([("port_opened", "2026-01-01 10:00")])
    assert why_not(Subject("port", "p", {}), opened, apart, on=date(2026, 1, 1)) == (Reason("switched_off"),)
    assert why_not(Subject("port", "p", {}), opened, rulebook().rule("port_exercise", 1), on=date(2026, 1, 1)) == ()


def test_what_cannot_be_worked_out_is_refused() -> None:
    at, drill = datetime(2026, 1, 1, tzinfo=UTC), Event("drill_held", datetime(2026, 1, 1, tzinfo=UTC), {})
    facility = Subject("facility", "f", {})
    now = computed(facility, [], rulebook(), at=at)
    with pytest.raises(ValueError, match="may lie after"):
        recomputed(now, Event("drill_held", at + timedelta(days=1), {}), rulebook(), at=at)
    with pytest.raises(ValueError, match="may lie after"):
        recomputed(now, drill, rulebook(), at=at - timedelta(days=1))
    with pytest.raises(ValueError, match="rules have changed"):
        recomputed(now, drill, rulebook().switched("drill", on=False), at=at)
    with pytest.raises(ValueError, match="no kind of subject 'ship'"):
        computed(Subject("ship", "s", {}), [], rulebook(), at=at)
    with pytest.raises(ValueError, match="without a time zone"):
        computed(facility, [], rulebook(), at=datetime(2026, 1, 1))

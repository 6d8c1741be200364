"""Reports through the real actions, as the cast: who sees what, what the history keeps, what is refused."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.members.places import known_places
from port2port.reports import actions, addressing, queries
from port2port.reports.drafts import draft_of
from port2port.reports.queries import Filters
from port2port.reports.shown import shown
from port2port.sharing.addressing import Addressing, reporter, terms_problems
from port2port.sharing.models import Record, Tombstone
from port2port.sharing.tlp import Tlp
from tests.reports.writing import DRAFT, keys, own, report


def seen_by(acting, email: str) -> set[str]:
    with acting(email):
        return {row.report.title for row in queries.open_reports(Filters(), at=now(), size=100).rows}


def test_ports_and_police_see_it_and_nobody_else(acting):
    with acting("pso@antwerp.demo"):
        made = report(title="Only for them")
    for email in ("pso@antwerp.demo", "pso@northsea.demo", "analyst@police.demo", "officer@customs.demo"):
        assert seen_by(acting, email) == {"Only for them"}, email
    for email in (
        "contact@agent.demo",
        "officer@outside.demo",
        "dpo@antwerp.demo",
        "director@antwerp.demo",
        "pfso@quay1.demo",
    ):
        assert seen_by(acting, email) == set(), email
        with acting(email), pytest.raises(NotFound):
            queries.report(made.record_id, at=now())


def test_an_insider_report_of_a_facility_goes_to_named_persons(acting):
    with acting("pfso@quay1.demo"):
        who, places = reporter(), known_places()
        offers = addressing.offered(who, places, port="BEANR")
        assert addressing.suggested("insider", who, offers) == "insider-desk"
        to = addressing.addressing_of("insider-desk", offers)
        assert to.tlp == Tlp.RED
        draft = replace(DRAFT, threat="insider", title="Someone was approached")
        terms = addressing.terms_for("insider", who)
        actions.share_report(draft=draft, to=to, terms=terms, at=now())
    assert seen_by(acting, "pso@antwerp.demo") == {"Someone was approached"}
    assert seen_by(acting, "analyst@police.demo") == {"Someone was approached"}
    assert seen_by(acting, "officer@customs.demo") == set()


def test_what_a_company_contact_tells_starts_at_the_port_authority(acting):
    with acting("contact@agent.demo"):
        who, places = reporter(), known_places()
        offers = addressing.offered(who, places, port=who.port)
        assert addressing.suggested("drug_smuggling", who, offers) == "authority"
        assert addressing.suggested("insider", who, offers) == "insider-desk"


def test_defaults_follow_the_threat_for_members(acting):
    with acting("pso@antwerp.demo"):
        who, places = reporter(), known_places()
        offers = {o.code: o for o in addressing.offered(who, places, port="BEZEE")}
        assert addressing.suggested("drone_misuse", who, offers.values()) == "ports-and-police"
        assert offers["my-port"].addressed == keys(("port-bezee",))
        assert offers["my-organisation"].tlp == Tlp.AMBER_STRICT


@pytest.mark.parametrize(
    ("email", "threat", "purpose", "basis"),
    [
        ("analyst@police.demo", "drug_smuggling", "prevent_and_detect_crime", "law_enforcement_directive"),
        ("pso@antwerp.demo", "cyber_attack", "cyber_resilience", "gdpr_public_task"),
        ("pfso@quay1.demo", "cyber_attack", "cyber_resilience", "gdpr_legitimate_interests"),
        ("pso@antwerp.demo", "drone_misuse", "drone_safety", "shipping_code_maritime_security"),
    ],
)
def test_purpose_and_legal_basis_follow_from_threat_and_organisation(acting, email, threat, purpose, basis):
    with acting(email):
        who = reporter()
        terms = addressing.terms_for(threat, who)
        assert (terms.purpose, terms.legal_basis) == (purpose, basis)
        assert terms_problems(terms, who) == []


def test_every_threat_has_terms_that_the_register_covers_for_everybody(acting, cast):
    for email in cast:
        with acting(email):
            who = reporter()
            for threat in (
                "drug_smuggling",
                "cyber_attack",
                "drone_misuse",
                "physical_intrusion",
                "insider",
                "sabotage",
                "other",
            ):
                assert terms_problems(addressing.terms_for(threat, who), who) == [], (email, threat)


def test_a_basis_for_authorities_is_refused_to_a_company(acting):
    with acting("pfso@quay1.demo"):
        terms = replace(addressing.terms_for("drug_smuggling", reporter()), legal_basis="law_enforcement_directive")
        with pytest.raises(Invalid) as refused:
            actions.share_report(draft=DRAFT, to=Addressing(own(), Tlp.AMBER_STRICT), terms=terms, at=now())
    assert [p.field for p in refused.value.problems] == ["legal_basis"]


def test_everything_wrong_is_said_at_once_and_nothing_is_written(acting):
    with acting("pso@antwerp.demo"):
        draft = replace(DRAFT, text="", severity="x")
        terms = replace(addressing.terms_for("drone_misuse", reporter()), purpose="fun")
        with pytest.raises(Invalid) as refused:
            actions.share_report(draft=draft, to=Addressing((), Tlp.AMBER), terms=terms, at=now())
        assert {p.field for p in refused.value.problems} == {"text", "severity", "purpose", "audience"}
        assert Record.objects.count() == 0


def test_who_may_not_report_is_refused(acting):
    for email in ("dpo@antwerp.demo", "director@antwerp.demo"):
        with acting(email), pytest.raises(Refused):
            report("all-members", tlp=Tlp.GREEN)


def test_an_edit_keeps_what_stood_there_and_is_found_by_its_new_words(acting):
    with acting("pso@antwerp.demo"):
        made = report(title="Before", text="A boat with lights.")
        draft = replace(
            draft_of(made, made.record, known_places()),
            title="After",
            text="A barge without lights.",
            severity="high",
        )
        actions.edit_report(made.record_id, draft=draft, expected=1, at=now())
        shown = queries.report(made.record_id, at=now())
        assert (shown.report.title, shown.report.severity, shown.record.version) == ("After", "high", 2)
        edited, reported = queries.history(shown)
        assert (edited.act, edited.version, edited.author) == ("edited", 2, "Demo PSO Antwerp")
        assert edited.before == {"title": "Before", "text": "A boat with lights.", "severity": "moderate"}
        assert reported.act == "reported"
        assert queries.count(Filters(q="barge")) == 1
        assert queries.count(Filters(q="boat")) == 0


def test_an_edit_that_changes_nothing_makes_no_version(acting):
    with acting("pso@antwerp.demo"):
        made = report()
        stored = shown([made.record_id])[0]
        actions.edit_report(
            made.record_id,
            draft=draft_of(stored.report, stored.record, known_places()),
            expected=1,
            at=now(),
        )
        assert queries.version_of(made.record_id) == 1


def test_an_edit_moves_the_facets(acting):
    with acting("pso@antwerp.demo"):
        made = report()
        draft = replace(DRAFT, threat="sabotage", place="port", landmark="", port="BEZEE")
        actions.edit_report(made.record_id, draft=draft, expected=1, at=now())
        assert queries.count(Filters(threat="sabotage", port="BEZEE")) == 1
        assert queries.count(Filters(threat="drone_misuse")) == 0


def test_two_who_edit_at_once_are_told(acting):
    with acting("pso@antwerp.demo"):
        made = report()
        actions.edit_report(made.record_id, draft=replace(DRAFT, title="First"), expected=1, at=now())
        with pytest.raises(Conflict):
            actions.edit_report(made.record_id, draft=replace(DRAFT, title="Second"), expected=1, at=now())
        assert queries.report(made.record_id, at=now()).report.title == "First"


def test_a_recipient_cannot_change_close_widen_or_withdraw(acting):
    with acting("pso@antwerp.demo"):
        made = report()
    with acting("pso@northsea.demo"):
        for attempt in (
            lambda: actions.edit_report(made.record_id, draft=DRAFT, expected=1, at=now()),
            lambda: actions.close_report(made.record_id, expected=1, at=now()),
            lambda: actions.widen_report(made.record_id, to=Addressing(keys(("all-members",)), Tlp.GREEN), at=now()),
            lambda: actions.narrow_report(made.record_id, keep=[], tlp=Tlp.AMBER, at=now()),
            lambda: actions.withdraw_report(made.record_id, reason="mistake", at=now()),
        ):
            with pytest.raises(Refused):
                attempt()
    with acting("officer@outside.demo"), pytest.raises(NotFound):
        actions.withdraw_report(made.record_id, reason="mistake", at=now())


def test_closed_opened_again_and_not_twice(acting):
    with acting("pso@antwerp.demo"):
        made = report()
        actions.close_report(made.record_id, expected=1, outcome="It was a kite.", at=now())
        assert queries.count(Filters(state="closed")) == 1
        assert queries.count(Filters(q="kite")) == 1
        with pytest.raises(Conflict):
            actions.close_report(made.record_id, expected=2, at=now())
        actions.reopen_report(made.record_id, expected=2, at=now())
        changes = queries.history(queries.report(made.record_id, at=now()))
        assert [c.act for c in changes] == ["reopened", "closed", "reported"]
        assert changes[0].before == {"state": "closed", "outcome": "It was a kite."}
        with pytest.raises(Invalid):
            actions.close_report(made.record_id, expected=3, outcome="x" * 401, at=now())


def test_widened_reaches_more_and_narrowed_leaves_a_tombstone(acting):
    with acting("pso@antwerp.demo"):
        made = report("port-beanr", title="Wider")
    assert seen_by(acting, "pso@northsea.demo") == set()
    with acting("pso@antwerp.demo"):
        actions.widen_report(made.record_id, to=Addressing(keys(("ports-and-police",)), Tlp.AMBER), at=now())
    assert seen_by(acting, "pso@northsea.demo") == {"Wider"}
    with acting("pso@antwerp.demo"):
        actions.narrow_report(made.record_id, keep=keys(("port-beanr",)), tlp=Tlp.AMBER, at=now())
    assert seen_by(acting, "pso@northsea.demo") == set()
    assert seen_by(acting, "pfso@quay1.demo") == {"Wider"}
    with acting("pso@northsea.demo"):
        assert Tombstone.objects.get(record=made.record_id).why == "withdrawn"
    with acting("pso@antwerp.demo"):
        acts = [c.act for c in queries.history(queries.report(made.record_id, at=now()))]
        assert acts == ["narrowed", "widened", "reported"]


def test_widening_cannot_make_it_stricter_nor_narrowing_wider(acting):
    with acting("pso@antwerp.demo"):
        made = report()
        with pytest.raises(Invalid) as refused:
            actions.widen_report(made.record_id, to=Addressing(keys(("port-beanr",)), Tlp.AMBER_STRICT), at=now())
        assert refused.value.problems[0].field == "tlp"
        with pytest.raises(Invalid):
            actions.narrow_report(made.record_id, keep=keys(("ports-and-police",)), tlp=Tlp.GREEN, at=now())
        with pytest.raises(Invalid):
            actions.narrow_report(made.record_id, keep=keys(("ports-and-police",)), tlp=Tlp.AMBER, at=now())


def test_withdrawn_stays_with_its_author_alone(acting):
    with acting("pso@antwerp.demo"):
        made = report(title="Taken back")
        actions.withdraw_report(made.record_id, reason="mistake", at=now())
        shown = queries.report(made.record_id, at=now())
        assert shown.record.withdrawn_at is not None
        with pytest.raises(Conflict):
            actions.edit_report(made.record_id, draft=DRAFT, expected=2, at=now())
    assert seen_by(acting, "pso@northsea.demo") == set()
    with acting("pso@northsea.demo"):
        assert Tombstone.objects.get(record=made.record_id).reason == "mistake"
    with acting("officer@outside.demo"):
        assert not Tombstone.objects.filter(record=made.record_id).exists()
    with acting("pso@antwerp.demo"), pytest.raises(Invalid):
        actions.withdraw_report(report().record_id, reason="because", at=now())


def test_reading_amber_is_journalled_once_a_page_and_green_not(acting, owner):
    with acting("pso@antwerp.demo"):
        report("all-members", tlp=Tlp.GREEN)
    seen_by(acting, "pso@northsea.demo")
    listed = "select count(*) from base_journal_entry where act = 'report.listed'"
    assert owner.execute(listed).fetchone() == (0,)
    with acting("pso@antwerp.demo"):
        first, second = report(), report()
    seen_by(acting, "pso@northsea.demo")
    rows = owner.execute("select payload from base_journal_entry where act = 'report.listed'").fetchall()
    assert len(rows) == 1 and str(first.record_id) in rows[0][0] and str(second.record_id) in rows[0][0]
    with acting("pso@northsea.demo"):
        queries.report(first.record_id, at=now())
    assert owner.execute("select record from base_journal_entry where act = 'report.read'").fetchall() == [
        (first.record_id,)
    ]


def test_every_action_is_journalled(acting, owner):
    with acting("pso@antwerp.demo"):
        made = report("port-beanr")
        actions.edit_report(made.record_id, draft=replace(DRAFT, title="Now"), expected=1, at=now())
        actions.close_report(made.record_id, expected=2, at=now())
        actions.widen_report(made.record_id, to=Addressing(keys(("ports-and-police",)), Tlp.AMBER), at=now())
        actions.narrow_report(made.record_id, keep=keys(("port-beanr",)), tlp=Tlp.AMBER, at=now())
        actions.withdraw_report(made.record_id, reason="other", at=now())
    acts = owner.execute(
        "select act from base_journal_entry where record = %s order by id", [made.record_id]
    ).fetchall()
    assert [row[0] for row in acts] == [
        "report.shared", "report.changed", "report.changed", "report.widened", "report.narrowed", "report.withdrawn",
    ]  # fmt: skip


def test_filters_narrow(acting):
    with acting("pso@antwerp.demo"):
        report(severity="high", modus_operandi="UA01", title="Drone one")
        report(
            threat="drug_smuggling",
            nature="incident",
            modus_operandi="DR01",
            modus_operandi_also=("UA03",),
            title="Bags",
        )
        for filters, expected in (
            (Filters(severity="high"), {"Drone one"}),
            (Filters(threat="drug_smuggling"), {"Bags"}),
            (Filters(modus_operandi="UA03"), {"Bags"}),
            (Filters(nature="incident", port="BEANR"), {"Bags"}),
            (Filters(port="BEGNE"), set()),
            (Filters(q="bags"), {"Bags"}),
            (Filters(q="gate minute"), {"Bags", "Drone one"}),
            (Filters(provenance="member"), {"Bags", "Drone one"}),
            (Filters(provenance="published"), set()),
            (Filters(state="closed"), set()),
        ):
            listing = queries.open_reports(filters, at=now())
            assert {row.report.title for row in listing.rows} == expected, filters
            assert listing.count == len(expected)


def test_pages_go_there_and_back_without_loss(acting):
    with acting("pso@antwerp.demo"):
        for number in range(7):
            report(title=f"Report {number}")
        seen, cursor = [], ""
        while True:
            page = queries.open_reports(Filters(), at=now(), cursor=cursor, size=3)
            seen += [row.report.title for row in page.rows]
            last, cursor = page, page.slice.next
            if not cursor:
                break
        assert seen == [f"Report {n}" for n in range(6, -1, -1)]
        back = queries.open_reports(Filters(), at=now(), cursor=last.slice.previous, size=3)
        assert [row.report.title for row in back.rows] == ["Report 3", "Report 2", "Report 1"]
        with pytest.raises(Invalid):
            queries.open_reports(Filters(), at=now(), cursor="nonsense")


def test_a_page_costs_the_same_number_of_statements_however_long(acting):
    with acting("pso@antwerp.demo"):
        known_places()
        report("ports-and-police")
        with CaptureQueriesContext(connection) as one:
            queries.open_reports(Filters(), at=now())
        for _number in range(6):
            report("port-beanr", "ports-and-police")
        with CaptureQueriesContext(connection) as many:
            queries.open_reports(Filters(), at=now())
    assert len(one) == len(many)

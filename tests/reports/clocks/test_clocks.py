"""From a report of an incident to what was sent: which clocks begin, what meets them, what stays as it was."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.compliance.actions import Entry, correct_event, record_event
from port2port.compliance.calendar import day_end, months_after
from port2port.compliance.models import Happening, Subject
from port2port.members.places import known_places
from port2port.reports import actions as reports
from port2port.reports.addressing import terms_for
from port2port.reports.clocks import actions, queries
from port2port.reports.clocks.beginning import waits_to_begin
from port2port.reports.drafts import draft_of
from port2port.reports.models import Report
from port2port.reports.routing.queries import plan
from port2port.reports.shown import shown
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.reports.clocks.given import COMPANY, CYBER, PFSO, PSO, attack, in_scope, sent
from tests.reports.writing import own, report

ZONE = ZoneInfo("Europe/Brussels")


def running(made):
    return {one.row.rule: one.state for one in queries.clocks(made, at=now()).clocks}


def due(made):
    return {one.row.rule: one.row.due for one in queries.clocks(made, at=now()).clocks}


def edited(made, **changes):
    row = Report.objects.get(record_id=made)
    record = Record.objects.get(id=made)
    draft = replace(draft_of(row, record, known_places()), **changes)
    reports.edit_report(made, draft=draft, expected=record.version, at=now())


def test_a_report_of_an_entity_in_scope_has_its_clocks_from_when_it_knew(acting):
    with acting(PSO):
        in_scope()
        made = attack(hours=2)
        since = Report.objects.get(record_id=made).aware_since
        assert running(made) == {"nis2_early_warning": "open", "nis2_notification": "open"}
        assert due(made) == {
            "nis2_early_warning": since + timedelta(hours=24), "nis2_notification": since + timedelta(hours=72),
        }  # fmt: skip


def test_many_reports_at_once_begin_their_clocks_as_one_does(acting):
    with acting(PSO):
        in_scope()
        one = attack(hours=2)
        draft = draft_of(Report.objects.get(record_id=one), Record.objects.get(id=one), known_places())
        circle, terms = Addressing(own(), Tlp.AMBER), terms_for(draft.threat, reporter())
        entries = [
            reports.Entry(2, draft, circle, terms),
            reports.Entry(3, replace(draft, severity="low"), circle, terms),
        ]
        made = [row.record_id for row in reports.share_reports(entries=entries, at=now())]
        assert [running(row) for row in made] == [running(one), {}]
        assert due(made[0]) == due(one) and running(one)


@pytest.mark.parametrize(
    "changes", [{"severity": "low"}, {"nature": "suspicious"}, {"threat": "physical_intrusion", "aware_since": None}]
)
def test_what_no_rule_sends_to_an_authority_runs_no_clock(acting, changes):
    with acting(PSO):
        in_scope()
        assert running(attack(**changes)) == {}
        assert not Subject.objects.filter(kind="report").exists()


def test_out_of_scope_nothing_runs_and_saying_so_later_offers_to_begin(acting):
    with acting(PSO):
        made = attack(hours=2)
        assert running(made) == {}
        in_scope()
        assert waits_to_begin(shown([made])[0])
        actions.begin(made, at=now())
        actions.begin(made, at=now())
        assert set(running(made)) == {"nis2_early_warning", "nis2_notification"}
        assert Happening.objects.filter(subject__record_id=made).count() == 1
        assert not waits_to_begin(shown([made])[0])


def test_what_holds_since_a_day_says_nothing_of_reports_from_before(acting):
    with acting(PSO):
        in_scope(since=now().date())
        assert set(running(attack())) == {"nis2_early_warning", "nis2_notification"}
        old = report(**CYBER, at=now() - timedelta(days=3)).record_id
        assert running(old) == {} and not waits_to_begin(shown([old])[0])


def test_an_edit_moves_the_clocks_and_a_change_of_mind_ends_them(acting):
    with acting(PSO):
        in_scope()
        made = attack(hours=2)
        later = Report.objects.get(record_id=made).aware_since + timedelta(hours=1)
        edited(made, aware_since=later)
        assert due(made)["nis2_early_warning"] == later + timedelta(hours=24)
        edited(made, nature="near_miss")
        assert running(made) == {}
        edited(made, nature="incident")
        assert due(made)["nis2_early_warning"] == later + timedelta(hours=24)


def test_what_a_person_corrected_stays_as_that_person_has_it(acting):
    with acting(PSO):
        in_scope()
        made = attack(hours=5)
        begun = Happening.objects.get(subject__record_id=made)
        moved = begun.at + timedelta(hours=2)
        correct_event(begun.id, entry=Entry("nis2_aware", moved), at=now())
        edited(made, title="Another title")
        assert due(made)["nis2_early_warning"] == moved + timedelta(hours=24)


def test_the_final_report_is_due_a_month_after_the_notification(acting):
    with acting(PSO):
        in_scope()
        made = attack(hours=30)
        assert running(made)["nis2_early_warning"] == "late"
        sent(made, "nis2_early_warning", ago=timedelta(minutes=9))
        early = next(one for one in queries.clocks(made, at=now()).clocks if one.row.rule == "nis2_early_warning")
        assert early.state == "fulfilled" and early.met_late, "late is shown, never hidden"
        notified = sent(made, "nis2_notified", ago=timedelta(minutes=5))
        final = months_after(notified.sent_at.astimezone(ZONE).date(), 1)
        assert due(made)["nis2_final_report"] == day_end(final, ZONE)
        with pytest.raises(Conflict):  # it is met: nothing waits for a second one
            sent(made, "nis2_notified")


def test_an_ongoing_incident_has_a_progress_report_and_a_month_after_it_was_handled(acting):
    with acting(PSO):
        in_scope()
        made = attack(hours=3)
        sent(made, "nis2_notified", ago=timedelta(hours=2))
        sent(made, "nis2_progress_report", ago=timedelta(hours=1))
        assert running(made)["nis2_final_report"] == "fulfilled"
        subject = Subject.objects.get(record_id=made)
        handled = now() - timedelta(minutes=1)
        record_event(str(subject.id), entry=Entry("nis2_handled", handled), at=now())
        last = months_after(handled.astimezone(ZONE).date(), 1)
        assert due(made)["nis2_final_after_progress"] == day_end(last, ZONE)
        sent(made, "nis2_final_report")
        assert running(made)["nis2_final_after_progress"] == "fulfilled"


def test_a_request_of_the_authority_starts_a_clock_of_its_own(acting):
    with acting(PSO):
        in_scope()
        made = attack(hours=3)
        subject = str(Subject.objects.get(record_id=made).id)
        asked = now() - timedelta(minutes=5)
        day = (now() + timedelta(days=3)).astimezone(ZONE).date()
        record_event(subject, entry=Entry("nis2_information_asked", asked, {"request": "r1"}), at=now())
        details = {"request": "r2", "on": day.isoformat()}
        record_event(subject, entry=Entry("nis2_information_asked_by", asked, details), at=now())
        assert due(made)["nis2_information"] is None
        assert due(made)["nis2_information_by_day"] == day_end(day, ZONE)
        with pytest.raises(Conflict):
            sent(made, "nis2_information_given", case="r3")
        sent(made, "nis2_information_given", case="r2")
        assert running(made)["nis2_information_by_day"] == "fulfilled"
        assert running(made)["nis2_information"] == "open"


def test_a_breach_and_a_critical_entity_have_theirs(acting):
    with acting(PSO):
        in_scope(nis2_scope=False, nis2_category="", critical_entity=True)
        made = attack(hours=2, personal_data_breach="yes")
        since = Report.objects.get(record_id=made).aware_since
        month = day_end(months_after(since.astimezone(ZONE).date(), 1), ZONE)
        assert due(made) == {
            "cer_notification": since + timedelta(hours=24), "cer_report": month,
            "data_breach": since + timedelta(hours=72),
        }  # fmt: skip
        assert "data_breach" not in running(attack(personal_data_breach="unknown")), "it runs once it is known"


def test_a_security_incident_is_at_once_and_met_when_the_committee_sees_it(acting):
    incident = {"threat": "physical_intrusion", "nature": "incident", "aware_since": None}
    with acting(PFSO):
        alone = attack(**incident, place="facility", facility="BEANR-9901", port="")
        assert set(running(alone)) == {"incident_by_pfso"}
        told = sent(alone, "incident_reported", channel="phone")
        assert running(alone) == {"incident_by_pfso": "fulfilled"} and told.channel == "phone"
        suspicious = attack(**incident | {"nature": "suspicious"}, place="facility", facility="BEANR-9901", port="")
        assert running(suspicious) == {}
    with acting(COMPANY):
        assert set(running(attack(**incident))) == {"incident_by_company"}


def test_the_text_is_kept_as_it_was_sent_with_its_digest(acting):
    with acting(PSO):
        in_scope()
        made = attack()
        one = sent(made, "nis2_early_warning", text="\r\nLine one.\r\nLine é.\r\n", reference=" CCB 7 ")
        assert (one.text, one.reference) == ("Line one.\nLine é.", "CCB 7")
        assert one.sha256 == hashlib.sha256("Line one.\nLine é.".encode()).hexdigest()
        event = Happening.objects.get(id=one.happening_id)
        assert (event.kind, event.at, event.reference) == ("nis2_early_warning", one.sent_at, "CCB 7")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "  \n"}, "text"),
        ({"text": "x" * 40_001}, "text"),
        ({"sent_at": None}, "sent_at"),
        ({"channel": "pigeon"}, "channel"),
        ({"reference": "x" * 81}, "reference"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_refused_of_what_was_sent(acting, changes, field):
    with acting(PSO):
        in_scope()
        made = attack()
        with pytest.raises(Invalid) as caught:
            sent(made, "nis2_early_warning", **changes)
        assert [one.field for one in caught.value.problems] == [field]
        for ago in (timedelta(hours=-1), timedelta(hours=3)):  # to come; before the clock began
            with pytest.raises(Invalid):
                sent(made, "nis2_early_warning", ago=ago)
        assert running(made)["nis2_early_warning"] == "open"


def test_it_is_recorded_with_its_text_or_not_at_all(acting):
    with acting(PSO):
        in_scope()
        made = attack()
        subject = str(Subject.objects.get(record_id=made).id)
        with pytest.raises(Invalid):
            record_event(subject, entry=Entry("nis2_early_warning", now()), at=now())
        one = sent(made, "nis2_early_warning")
        correct_event(one.happening_id, at=now())  # it did not happen
        assert running(made)["nis2_early_warning"] == "open"
        assert sent(made, "nis2_early_warning").id != one.id


def test_nothing_of_it_is_done_by_others(acting):
    with acting(PSO):
        in_scope()
        made = attack("ports-and-police")
    with acting("pso@northsea.demo"):
        with pytest.raises(Refused):
            sent(made, "nis2_early_warning")
        with pytest.raises(Refused):
            actions.begin(made, at=now())
    with acting(COMPANY), pytest.raises(NotFound):
        sent(made, "nis2_early_warning")


def test_the_routing_of_a_report_and_its_clocks_say_the_same(acting):
    with acting(PSO):
        in_scope(critical_entity=True)
        made = attack(personal_data_breach="yes")
        told = {rule.due for rule in (one.row for one in queries.clocks(made, at=now()).clocks)}
        proposed = {one.due_at for one in plan(shown([made])[0]).proposals if one.way == "clock" and one.due_at}
        assert proposed == told

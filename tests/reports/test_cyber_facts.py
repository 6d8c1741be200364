"""Whether personal data were breached and since when one knows: on the form, in history, files, rules and due times."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.compliance.calendar import day_end
from port2port.compliance.reading import rulebook
from port2port.members.places import Places, known_places
from port2port.reports import actions
from port2port.reports.drafts import draft_of
from port2port.reports.models import Report, Revision
from port2port.reports.routing.evaluate import due
from port2port.reports.routing.queries import aware_since, facts_of, plan
from port2port.reports.routing.rules import ruleset
from port2port.reports.rules import problems_of
from port2port.reports.shown import shown
from port2port.reports.tabular import IMPORTED, IMPORTED_TOO, read_incidents
from port2port.reports.vocabulary import vocabulary
from tests.attacks import refused
from tests.reports.writing import DRAFT, report

PORT, PARTNER = "pso@antwerp.demo", "pso@northsea.demo"
AT = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
BRUSSELS = ZoneInfo("Europe/Brussels")
CYBER = replace(
    DRAFT, threat="cyber_attack", place="sea", landmark="", lat=51.6, lon=2.5, occurred_at=AT - timedelta(hours=1)
)
RULES = ruleset()


def fields(**changes: Any) -> list[str]:
    return [problem.field for problem in problems_of(replace(CYBER, **changes), vocabulary(), Places(), at=AT)]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"personal_data_breach": "yes", "aware_since": AT}, []),
        ({"personal_data_breach": "perhaps"}, ["personal_data_breach"]),
        ({"threat": "drone_misuse", "personal_data_breach": "no"}, ["personal_data_breach"]),
        ({"threat": "drone_misuse", "aware_since": AT}, ["aware_since"]),
        ({"aware_since": AT + timedelta(minutes=5)}, []),
        ({"aware_since": AT + timedelta(minutes=5, seconds=1)}, ["aware_since"]),
        ({"aware_since": CYBER.occurred_at}, []),
        ({"aware_since": CYBER.occurred_at - timedelta(seconds=1)}, ["aware_since"]),
        ({"aware_since": CYBER.occurred_at - timedelta(minutes=9), "occurred_margin": 9}, []),
        ({"aware_since": CYBER.occurred_at - timedelta(minutes=2), "occurred_precision": "hour"}, []),
        ({"aware_since": CYBER.occurred_at - timedelta(minutes=3), "occurred_precision": "hour"}, ["aware_since"]),
        ({"aware_since": CYBER.occurred_at - timedelta(days=3), "occurred_precision": "month"}, []),
        ({"aware_since": datetime(2026, 11, 20, 13)}, ["aware_since"]),
    ],
)  # fmt: skip
def test_what_may_be_said_of_a_cyber_attack(changes, wrong):
    assert fields(**changes) == wrong


def step(rule: str, code: str) -> Any:
    return next(one for one in RULES.rule(rule, 1).steps if one.code == code)


@pytest.mark.parametrize(
    ("since", "rule", "code", "until"),
    [
        # NIS2: 24 h and 72 h are elapsed hours, over the end of summer time (25 October 2026, 03:00 becomes 02:00)
        (datetime(2026, 10, 24, 12, tzinfo=BRUSSELS), "nis2", "early_warning",
         datetime(2026, 10, 25, 11, tzinfo=BRUSSELS)),
        (datetime(2026, 10, 24, 12, tzinfo=BRUSSELS), "nis2", "notification",
         datetime(2026, 10, 27, 11, tzinfo=BRUSSELS)),
        # and over its beginning (28 March 2027, 02:00 becomes 03:00)
        (datetime(2027, 3, 27, 12, tzinfo=BRUSSELS), "nis2", "early_warning",
         datetime(2027, 3, 28, 13, tzinfo=BRUSSELS)),
        (datetime(2027, 3, 27, 2, 30, tzinfo=BRUSSELS), "nis2", "early_warning",
         datetime(2027, 3, 28, 3, 30, tzinfo=BRUSSELS)),
        (datetime(2027, 3, 26, 12, tzinfo=BRUSSELS), "personal_data_breach", "notification",
         datetime(2027, 3, 29, 13, tzinfo=BRUSSELS)),
        (datetime(2026, 10, 24, 2, 30, tzinfo=BRUSSELS), "personal_data_breach_unknown", "notification",
         datetime(2026, 10, 27, 1, 30, tzinfo=BRUSSELS)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=BRUSSELS), "personal_data_breach", "notification",
         datetime(2027, 1, 3, 23, 59, tzinfo=BRUSSELS)),
    ],
)  # fmt: skip
def test_times_are_elapsed_hours_from_since_when_one_knows(since, rule, code, until):
    found = due(step(rule, code), since, {}, book=rulebook())
    assert found == until and found.astimezone(UTC) - since.astimezone(UTC) in (
        timedelta(hours=24),
        timedelta(hours=72),
    )


def test_the_final_report_is_a_month_after_the_notification_was_done():
    sent = datetime(2027, 1, 31, 10, tzinfo=BRUSSELS)
    assert due(step("nis2", "final_report"), sent, {}, book=rulebook()) is None
    found = due(step("nis2", "final_report"), sent, {"notification": sent}, book=rulebook())
    assert found == day_end(date(2027, 2, 28), RULES.zone)


def proposed(acting: Any, **changes: Any) -> dict[str, datetime | None]:
    with acting(PORT):
        made = report("ports-and-police", draft=CYBER, occurred_at=now() - timedelta(hours=5), **changes)
        found = shown([made.record_id])[0]
        return {f"{one.rule.code}/{one.step.code}": one.due_at for one in plan(found).proposals}


@pytest.mark.parametrize(
    ("breach", "nature", "rules"),
    [
        ("yes", "suspicious", {"personal_data_breach"}),
        ("yes", "incident", {"personal_data_breach"}),
        ("unknown", "incident", {"personal_data_breach_unknown"}),
        ("unknown", "suspicious", set()),
        ("no", "incident", set()),
        ("", "incident", set()),
    ],
)
def test_the_supervisor_is_proposed_when_data_were_breached_or_may_have_been(acting, breach, nature, rules):
    found = proposed(acting, personal_data_breach=breach, nature=nature)
    assert {name.partition("/")[0] for name in found if "breach" in name} == rules


def test_due_times_count_from_since_when_one_knows(acting):
    since = now() - timedelta(hours=3)
    found = proposed(acting, personal_data_breach="yes", aware_since=since)
    assert found["personal_data_breach/notification"] == since + timedelta(hours=72)
    seen = now() - timedelta(hours=5)  # nobody said since when: what was seen with one's own eyes counts from then
    found = proposed(acting, personal_data_breach="yes")
    assert abs((found["personal_data_breach/notification"] or AT) - seen - timedelta(hours=72)) < timedelta(minutes=1)


def test_the_facts_are_kept_changed_and_stand_in_the_history(acting):
    with acting(PORT):
        made = report("ports-and-police", draft=CYBER, occurred_at=now() - timedelta(hours=5)).record_id
        found = shown([made])[0]
        draft = replace(draft_of(found.report, found.record, known_places()), personal_data_breach="yes",
                        aware_since=now() - timedelta(hours=1))  # fmt: skip
        actions.edit_report(made, draft=draft, expected=1, at=now())
        found = shown([made])[0]
        assert aware_since(found) == found.report.aware_since
        assert facts_of(found, (), None).personal_data_breach == "yes"
        assert Revision.objects.get().before == {"personal_data_breach": "", "aware_since": None}
        actions.edit_report(made, draft=replace(draft, personal_data_breach="no"), expected=2, at=now())
        assert Revision.objects.order_by("-version")[0].before == {"personal_data_breach": "yes"}


def test_the_form_keeps_them_of_a_cyber_attack_only(acting, client_for):
    browser = client_for(PORT)
    since = timezone.localtime(now() - timedelta(minutes=20))
    typed = {
        "threat": "cyber_attack", "text": "Ransomware on the gate server since this morning.", "where": "port:BEANR",
        "when": "60", "personal_data_breach": "yes", "aware_since": f"{since:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    sent = browser.post("/reports/new/", typed)
    assert sent.status_code == 302
    with acting(PORT):
        made = Report.objects.get()
        assert made.personal_data_breach == "yes"
        assert made.aware_since == since.replace(second=0, microsecond=0)
    page = browser.get(f"/reports/{made.record_id}/edit/")
    assert page.context["form"]["personal_data_breach"].value() == "yes"
    assert browser.post("/reports/new/", typed | {"aware_since": "2020-01-01T10:00"}).status_code == 422
    assert browser.post("/reports/new/", typed | {"threat": "physical_intrusion"}).status_code == 302
    assert browser.post("/reports/new/", typed | {"personal_data_breach": ""}).status_code == 302
    with acting(PORT):
        found = list(Report.objects.order_by("record_id").values_list("personal_data_breach", flat=True))
        assert found == ["yes", "", "unknown"]


def test_the_api_takes_gives_and_changes_them(bearer_for):
    machine = Client(headers=bearer_for(PORT))
    since = (now() - timedelta(minutes=30)).replace(microsecond=0)
    body = {
        "threat": "cyber_attack", "text": "Ransomware on the gate server since this morning.",
        "place": {"kind": "port", "port": "BEANR"}, "occurred_at": (now() - timedelta(hours=1)).isoformat(),
        "aware_since": since.isoformat(),
    }  # fmt: skip
    made = machine.post("/api/v1/reports", body, "application/json")
    assert made.status_code == 201 and made.json()["personal_data_breach"] == "unknown"
    assert datetime.fromisoformat(made.json()["aware_since"]) == since
    url, tag = made.json()["url"], made["ETag"]
    changed = machine.patch(url, {"personal_data_breach": "no", "aware_since": None}, "application/json",
                            headers={"If-Match": tag})  # fmt: skip
    assert (changed.json()["personal_data_breach"], changed.json()["aware_since"]) == ("no", None)
    wrong = machine.post("/api/v1/reports", body | {"threat": "drone_misuse"}, "application/json")
    assert [one["field"] for one in wrong.json()["errors"]] == ["aware_since"]


def test_they_stand_in_the_files(acting, client_for):
    since = now() - timedelta(hours=1)
    with acting(PORT):
        report("ports-and-police", draft=CYBER, occurred_at=now() - timedelta(hours=5), personal_data_breach="yes",
               aware_since=since)  # fmt: skip
    text = client_for(PORT).get("/reports/export/?format=csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["personal_data_breach"] == "yes"
    assert row["aware_since"] == since.astimezone(BRUSSELS).isoformat(timespec="minutes")


def incident(**cells: str) -> bytes:
    known = {
        "incident_id": "X1", "occurred_on": "2026-01-05", "date_precision": "day", "port_unlocode": "BEANR",
        "threat": "cyber_attack", "summary": "A published attack.", "source_name": "A paper",
    }  # fmt: skip
    names = (*IMPORTED, *(name for name in IMPORTED_TOO if name in cells))
    values = known | cells
    return (",".join(names) + "\n" + ",".join(values.get(name, "") for name in names) + "\n").encode()


def test_they_may_stand_in_an_imported_file_and_need_not():
    (line,) = read_incidents(incident())
    assert (line.draft.personal_data_breach, line.draft.aware_since) == ("", None)
    (line,) = read_incidents(incident(personal_data_breach="yes", aware_since="2026-01-06T10:00"))
    assert line.draft.aware_since == datetime(2026, 1, 6, 10, tzinfo=BRUSSELS)
    with pytest.raises(Invalid) as caught:
        read_incidents(incident(aware_since="soon"))
    assert [(one.row, one.field) for one in caught.value.problems] == [(2, "aware_since")]


def test_the_database_takes_no_other_answer(acting, enter):
    with acting(PORT):
        report("ports-and-police", draft=CYBER, occurred_at=now() - timedelta(hours=5))
    db: psycopg.Connection[Any] = enter(PORT)
    assert refused(db, "update reports_report set personal_data_breach = 'perhaps'") == "23514"
    assert enter(PARTNER).execute("update reports_report set aware_since = now()").rowcount == 0

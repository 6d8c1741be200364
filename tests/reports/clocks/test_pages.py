"""The panel, the text and what was sent, on pages and by the API; what waits, the calendar and who is told above."""

import json
from datetime import timedelta

from django.test import Client
from django.utils.translation import override

from port2port.base.clock import now
from port2port.compliance import in_calendar, waiting
from port2port.compliance.models import Subject
from port2port.home.needs import needs_of
from port2port.members.acting import current_actor
from port2port.reports.clocks.models import Sending
from tests.reports.clocks.given import PSO, attack, in_scope, sent


def given(acting, *, hours=20):
    with acting(PSO):
        in_scope()
        return attack("ports-and-police", hours=hours, text="Files were encrypted on two servers.")


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()[-400:]
    return answer.content.decode()


def test_from_the_panel_to_what_was_sent(acting, client_for):
    made = given(acting)
    browser = client_for(PSO)
    panel = page(browser, f"/reports/{made}/")
    assert "Early warning to the CCB (NIS2): 3 hours left" in panel and "Prepare the text" in panel
    path = f"/reports/{made}/clocks/nis2_early_warning/"
    text = page(browser, path)
    assert "Files were encrypted on two servers." in text and "essential entity" in text and "CCB" in text
    assert "Alerte précoce" in page(browser, f"{path}?language=fr")
    taken = browser.post(path, {"act": "text", "text": "Mine.\r\nTwo."})
    assert taken.content == b"Mine.\nTwo.\n" and "attachment" in taken["Content-Disposition"]
    printed = browser.post(path, {"act": "pdf", "text": "# Head\n- a\nMine."})
    assert printed.content.startswith(b"%PDF-")
    empty = browser.post(path, {"act": "sent", "text": ""})
    assert empty.status_code == 422
    moment = now().astimezone().strftime("%Y-%m-%dT%H:%M")
    told = {"act": "sent", "text": "Mine.", "sent_at": moment, "channel": "mail", "reference": "CCB-9"}
    done = browser.post(path, told)
    assert done.status_code == 302 and done["Location"] == f"/reports/{made}/#clocks"
    assert browser.get(path).status_code == 404, "nothing waits for it any more"
    with acting(PSO):
        one = Sending.objects.get()
    shown = page(browser, f"/reports/clocks/sent/{one.id}/")
    assert "Mine." in shown and one.sha256 in shown and "CCB-9" in shown
    assert "CCB-9" in page(browser, f"/reports/{made}/")


def test_the_same_by_the_api(acting, bearer_for):
    made = given(acting)
    machine = Client(headers=bearer_for(PSO))
    told = machine.get(f"/api/v1/reports/{made}/clocks").json()
    assert [(one["rule"], one["state"]) for one in told["clocks"]] == [
        ("nis2_early_warning", "soon"), ("nis2_notification", "open"),
    ]  # fmt: skip
    assert told["clocks"][0]["texts"] == ["nis2_early_warning", "nis2_notified"]
    text = machine.get(f"/api/v1/reports/{made}/clocks/nis2_notified/text?language=de").json()
    assert text["text"].startswith("# Vorfallmeldung") and text["verified"] is False
    assert machine.get(f"/api/v1/reports/{made}/clocks/cer_notified/text").status_code == 404
    body = {"text": text["text"], "sent_at": now().isoformat(), "channel": "portal", "language": "de"}
    made_ = machine.post(
        f"/api/v1/reports/{made}/clocks/nis2_notified/sent", json.dumps(body), content_type="application/json"
    )
    assert made_.status_code == 201 and made_["Location"] == made_.json()["url"]
    assert machine.get(made_["Location"]).json()["text"] == text["text"].strip()
    again = machine.post(f"/api/v1/reports/{made}/clocks")
    assert [one["state"] for one in again.json()["clocks"]].count("fulfilled") == 2


def test_a_clock_waits_on_home_stands_in_the_deadlines_and_the_calendar(acting, client_for):
    made = given(acting)
    with acting(PSO) as actor, override("en"):
        needs = [one for one in needs_of(actor, now()) if "Early warning" in one.title]
        assert len(needs) == 1 and needs[0].href == f"/reports/{made}/#clocks" and "3 hours left" in needs[0].text
        entries = in_calendar.entries(actor, now())
        said = {one.summary for one in entries}
        assert "Deadline: Early warning to the CCB (NIS2)" in said
        assert not any("encrypted" in one.summary or str(made)[-4:].upper() in one.summary for one in entries)
    listed = page(client_for(PSO), "/deadlines/")
    assert "Early warning to the CCB (NIS2)" in listed and f"/reports/{made}/#clocks" in listed


def test_an_administrator_learns_that_a_clock_ran_out_and_not_of_which_report(acting):
    made = given(acting, hours=200)
    with acting("admin@antwerp.demo"), override("en"):
        needs = waiting.needs(current_actor(), now())
        told = [one for one in needs if "nobody acted" in one.title]
        assert len(told) == 1 and "Early warning" in told[0].text and str(made) not in str(told[0])
        assert not Subject.objects.filter(kind="report").exists()


def test_what_else_happened_is_written_down_from_the_panel(acting, client_for):
    made = given(acting)
    browser = client_for(PSO)
    with acting(PSO):
        subject = Subject.objects.get(record_id=made).id
    form = page(browser, f"/deadlines/files/{subject}/record/?kind=not_an_incident")
    assert "nis2_early_warning" not in form, "what was sent is recorded with its text"
    day = now().astimezone()
    told = {"kind": "not_an_incident", "day": f"{day:%Y-%m-%d}", "clock": f"{day - timedelta(minutes=1):%H:%M}"}
    done = browser.post(f"/deadlines/files/{subject}/record/", told)
    assert done.status_code == 302 and done["Location"] == f"/reports/{made}/#clocks"
    assert "No longer owed" in page(browser, f"/reports/{made}/")


def test_what_was_sent_and_corrected_says_so(acting, client_for):
    made = given(acting)
    with acting(PSO):
        one = sent(made, "nis2_early_warning")
    browser = client_for(PSO)
    assert browser.post(f"/deadlines/events/{one.happening_id}/correct/", {"void": "1"}).status_code == 302
    assert "it did not happen" in page(browser, f"/reports/{made}/")
    assert "It did not happen" in page(browser, f"/reports/clocks/sent/{one.id}/")


def test_the_statement_of_an_organisation_is_kept_with_its_day_and_source(acting, client_for):
    admin = client_for("admin@antwerp.demo")
    said = {"nis2": "important", "critical_entity": "yes", "supervisor": "FOD", "since": "2026-03-01", "source": "N 1"}
    assert admin.post("/reports/routing/", said).status_code == 302
    again = page(admin, "/reports/routing/")
    assert 'value="2026-03-01"' in again and 'value="N 1"' in again
    assert admin.post("/reports/routing/", said | {"since": "2999-01-01"}).status_code == 422

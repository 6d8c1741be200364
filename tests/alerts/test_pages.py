"""The pages of alerts: what each shows to whom, and that no exercise is shown as if it were real."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from port2port.alerts import actions, queries
from port2port.alerts.models import Acknowledgement, Alert
from port2port.alerts.queries import Filters
from port2port.alerts.rules import PublicLine, PublicStatement
from port2port.alerts.stored import draft_of
from port2port.base.clock import now
from port2port.exchange.cap import ATOM, CAP
from port2port.members.areas import PolygonArea
from tests.alerts.writing import LOCK, alert
from tests.reports.writing import report

AUTHOR, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
FORM = {
    "event": "drone_over_port", "where": "landmark:kallo-lock", "hours": "6", "urgency": "Immediate",
    "severity": "Moderate", "certainty": "Observed", "status": "Actual",
    "instructions": ["note_drone", "keep_distance_drone"], "audience": "ports-and-police",
}  # fmt: skip
FORGED = "<script>alert(1)</script>"


@pytest.fixture
def raised(acting):
    with acting(AUTHOR):
        return alert().record_id


def text(answer) -> str:
    return answer.content.decode()


def test_the_heading_says_what_is_in_force_and_what_waits(client_for, acting):
    with acting(AUTHOR):
        alert()
        alert(template="credentials_for_sale")
    said = text(client_for(PARTNER).get("/alerts/"))
    assert re.search(r"<h1[^>]*>2 alerts are in force, <em>2 need your acknowledgement</em>", said)
    assert said.count("pp-task--urgent") == said.count("btn-signal") == 1
    assert '<h1 class="pp-answer">2 alerts are in force</h1>' in text(client_for(AUTHOR).get("/alerts/"))
    assert '<h1 class="pp-answer">No alert is in force</h1>' in text(client_for(OUTSIDER).get("/alerts/"))
    assert "1 alert is in force" in text(client_for(PARTNER).get("/alerts/?threat=cyber_attack"))
    assert client_for(PARTNER).get("/alerts/?state=nonsense").status_code == 200


def test_raised_from_a_form_and_only_once(client_for, acting):
    author = client_for(AUTHOR)
    sent = FORM | {"key": "a-key", "text": FORGED, "headline": FORGED}
    first = author.post("/alerts/new/", sent)
    again = author.post("/alerts/new/", sent)
    assert first.status_code == again.status_code == 302 and first["Location"] == again["Location"]
    assert FORGED not in text(author.get(first["Location"])) + text(client_for(PARTNER).get("/alerts/"))
    with acting(PARTNER):
        (found,) = queries.in_force(Filters(), at=now())
        assert found.alert.event == "drone_over_port" and found.draft.areas[0].landmark == "kallo-lock"
        assert found.alert.valid_until - found.alert.valid_from == timedelta(hours=6)


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_sent(client_for, acting):
    answer = client_for(AUTHOR).post("/alerts/new/", FORM | {"event": "", "instructions": [], "where": "point"})
    assert answer.status_code == 422
    said = text(answer)
    for field in ("id_event-error", "id_where-error", "id_more_instructions-error"):
        assert field in said, field
    with acting(AUTHOR):
        assert not Alert.objects.exists()


def test_from_a_report_its_place_is_there_and_its_text_is_not(client_for, acting):
    with acting(AUTHOR):
        origin = report("port-security-officers", text="Nobody else may read these words.").record_id
    said = text(client_for(AUTHOR).get(f"/alerts/new/?report={origin}"))
    assert 'value="landmark:kallo-lock" selected' in said and f'value="{origin}"' in said
    assert "may read these words.</textarea>" not in said
    assert client_for(OUTSIDER).get(f"/alerts/new/?report={origin}").status_code == 404
    assert client_for(AUTHOR).get("/alerts/new/?report=nonsense").status_code == 404
    assert f"/alerts/new/?report={origin}" in text(client_for(AUTHOR).get(f"/reports/{origin}/"))


def test_a_template_fills_the_form(client_for):
    said = text(client_for(AUTHOR).get("/alerts/new/?template=exercise_drone"))
    assert re.search(r'name="status" value="Exercise"[^>]* checked', said)
    assert 'value="drone_over_port" selected' in said


def test_the_complete_alert_is_shown_in_four_languages_before_it_is_sent(client_for, acting):
    said = text(client_for(AUTHOR).post("/alerts/preview/", FORM))
    for code in ("nl", "fr", "de", "en"):
        assert f'lang="{code}"' in said
    assert "will see this" in said and "Kallo" in said
    looked = client_for(AUTHOR).post("/alerts/new/", FORM | {"look": "1"})
    assert looked.status_code == 200 and 'lang="de"' in text(looked)
    half = text(client_for(AUTHOR).post("/alerts/preview/", {"event": "drone_over_port"}))
    assert "four languages" in half
    with acting(AUTHOR):
        assert not Alert.objects.exists()


def test_an_alert_says_what_to_do_and_is_acknowledged_with_one_click(client_for, acting, raised, journalled):
    partner = client_for(PARTNER)
    said = text(partner.get(f"/alerts/{raised}/"))
    assert "Your desk has not acknowledged yet" in said and "Note the time, place, height" in said
    assert [lang for lang in ("nl", "fr", "de") if f'lang="{lang}"' in said] == ["nl", "fr", "de"]
    assert "have acknowledged" not in said, "what others did is for who raised it"
    assert partner.post(f"/alerts/{raised}/acknowledge/").status_code == 302
    assert partner.post(f"/alerts/{raised}/acknowledge/", {"done": "Patrol sent."}).status_code == 302
    assert "Your desk has acknowledged" in text(partner.get(f"/alerts/{raised}/"))
    theirs = text(client_for(AUTHOR).get(f"/alerts/{raised}/"))
    assert re.search(r"1 of \d+ desks have acknowledged", theirs) and "Patrol sent." in theirs
    assert len(journalled("alert.read")) >= 3
    with acting(PARTNER):
        assert Acknowledgement.objects.get().done == "Patrol sent."


def test_home_has_it_first_with_its_button_until_it_is_acknowledged(client_for, raised):
    partner = client_for(PARTNER)
    said = text(partner.get("/"))
    assert said.index("pp-task--urgent") < said.index(f'action="/alerts/{raised}/acknowledge/"')
    assert re.search(r'href="/alerts/"[^>]*>.*?pp-count[^>]*>1<', said, re.DOTALL)
    partner.post(f"/alerts/{raised}/acknowledge/")
    said = text(partner.get("/"))
    assert "pp-task--urgent" not in said and f'action="/alerts/{raised}/acknowledge/"' not in said, (
        "it is news, no task"
    )


def test_an_exercise_is_marked_wherever_it_stands(client_for, acting, bearer_for):
    client = Client()
    with acting(AUTHOR):
        made = alert(template="exercise_drone").record_id
        followed = actions.update_alert(made, draft=draft_of(Alert.objects.get(record_id=made)), at=now()).record_id
    partner, author = client_for(PARTNER), client_for(AUTHOR)
    for page in ("/", "/alerts/", f"/alerts/{followed}/"):
        said = text(partner.get(page))
        assert re.search(r"pp-badge[^>]*>(?:<svg.*?</svg>)?EXERCISE<", said, re.DOTALL), page
        assert "EXERCISE EXERCISE EXERCISE" in said, page
    for page in (f"/alerts/{made}/", f"/alerts/{followed}/update/", f"/alerts/{followed}/cancel/",
                 f"/alerts/{followed}/withdraw/"):  # fmt: skip
        assert "EXERCISE EXERCISE EXERCISE" in text(author.get(page)), page
    for mark in ("OEFENING", "EXERCICE", "ÜBUNG", "EXERCISE"):
        assert " ".join([mark] * 3) in text(partner.get(f"/alerts/{made}/")), mark
    headers = bearer_for(PARTNER)
    for path in (f"/api/v1/alerts/{made}", "/api/v1/alerts", "/feeds/alerts.atom", f"/feeds/alerts/{made}/cap.xml"):
        said = text(client.get(path, headers=headers))
        assert "EXERCISE EXERCISE EXERCISE" in said or "OEFENING OEFENING OEFENING" in said, path
    assert "<status>Exercise</status>" in text(partner.get(f"/alerts/{made}/cap.xml"))


def test_updated_and_cancelled_from_the_pages(client_for, acting, raised):
    author = client_for(AUTHOR)
    shown = text(author.get(f"/alerts/{raised}/update/"))
    assert 'value="landmark:kallo-lock" selected' in shown
    form = {name: value for name, value in FORM.items() if name != "audience"}
    assert author.post(f"/alerts/{raised}/update/", form | {"version": "7"}).status_code == 409
    answer = author.post(f"/alerts/{raised}/update/", form | {"version": "1", "certainty": "Likely"})
    assert answer.status_code == 302
    newer = answer["Location"]
    assert "There is a newer message about this" in text(client_for(PARTNER).get(f"/alerts/{raised}/"))
    assert author.post(f"{newer}cancel/", {"version": "1"}).status_code == 422
    answer = author.post(f"{newer}cancel/", {"version": "1", "reason": "It was our own."})
    assert answer.status_code == 302
    said = text(client_for(PARTNER).get(answer["Location"]))
    assert "Nothing need be done any more" in said and "It was our own." in said
    assert author.get(f"{newer}update/").status_code == 409


def test_an_update_keeps_the_places_that_the_form_cannot_show(client_for, acting):
    ring = PolygonArea(((51.2, 4.2), (51.3, 4.2), (51.3, 4.3), (51.2, 4.2)))
    with acting(AUTHOR):
        made = alert(areas=(LOCK, ring)).record_id
    form = {name: value for name, value in FORM.items() if name != "audience"} | {"version": "1"}
    answer = client_for(AUTHOR).post(f"/alerts/{made}/update/", form)
    assert answer.status_code == 302
    with acting(AUTHOR):
        newest = Alert.objects.get(follows=made)
        assert ring in draft_of(newest).areas


def test_withdrawn_it_is_gone_for_those_who_had_it(client_for, raised):
    author, partner = client_for(AUTHOR), client_for(PARTNER)
    reference = re.search(r"\d\d-\d{4}-[0-9A-F]{4}", text(author.get(f"/alerts/{raised}/withdraw/"))).group()
    assert author.post(f"/alerts/{raised}/withdraw/", {"reason": "mistake", "confirm": "no"}).status_code == 422
    sent = {"reason": "mistake", "confirm": reference}
    assert author.post(f"/alerts/{raised}/withdraw/", sent).status_code == 302
    gone = partner.get(f"/alerts/{raised}/")
    assert gone.status_code == 410 and "Drone" not in text(gone)
    assert partner.get(f"/alerts/{raised}/cap.xml").status_code == 410
    assert client_for(OUTSIDER).get(f"/alerts/{raised}/").status_code == 404


def test_what_may_be_said_in_public_waits_for_its_hour(client_for, acting):
    said = PublicStatement((PublicLine("en", "We look into drones."),), "Press desk", now() + timedelta(hours=1))
    with acting(AUTHOR):
        made = alert(public=said).record_id
    assert "We look into drones." in text(client_for(AUTHOR).get(f"/alerts/{made}/"))
    assert "We look into drones." not in text(client_for(PARTNER).get(f"/alerts/{made}/"))


def test_the_cap_document_is_a_file_that_parses(client_for, acting, raised):
    with acting(AUTHOR):
        newer = actions.cancel_alert(raised, reason="Over.", at=now(), language="en").record_id
    answer = client_for(PARTNER).get(f"/alerts/{newer}/cap.xml")
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    root = ET.fromstring(answer.content)
    assert root.tag == f"{{{CAP}}}alert" and root.findtext(f"{{{CAP}}}msgType") == "Cancel"
    assert str(raised) in (root.findtext(f"{{{CAP}}}references") or "")
    assert client_for(OUTSIDER).get(f"/alerts/{newer}/cap.xml").status_code == 404


def test_the_feed_is_for_machines_with_the_scope(bearer_for, client_for, raised):
    client = Client()
    feed = client.get("/feeds/alerts.atom", headers=bearer_for(PARTNER))
    root = ET.fromstring(feed.content)
    links = [entry.findtext(f"{{{ATOM}}}id") or "" for entry in root.iter(f"{{{ATOM}}}entry")]
    assert len(links) == 1 and str(raised) in links[0]
    path = "/" + links[0].split("/", 3)[3]
    assert client.get(path, headers=bearer_for(PARTNER)).status_code == 200
    assert client.get(path, headers=bearer_for(OUTSIDER)).status_code == 404
    assert client.get("/feeds/alerts.atom").status_code == 401
    assert client.get("/feeds/alerts.atom", headers=bearer_for(PARTNER, ("report",))).status_code == 403
    assert (
        ET.fromstring(client.get("/feeds/alerts.atom", headers=bearer_for(OUTSIDER)).content).find(f"{{{ATOM}}}entry")
        is None
    )
    assert client_for(PARTNER).get("/feeds/alerts.atom").status_code == 401

"""The screen of the desk, the book of shifts and the call list, as their pages answer."""

import re
from datetime import timedelta

import pytest

from port2port.alerts import actions
from port2port.alerts.desk import actions as desk
from port2port.alerts.desk import queries
from port2port.alerts.desk.models import DutyNumber, Handover
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from tests.alerts.desk.writing import INVENTED, entry
from tests.alerts.writing import alert
from tests.reports.writing import report

AUTHOR, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
DEPUTY = "director@antwerp.demo"
PROOF = re.compile(r'data-proof="([0-9a-f]{64})"')
REGISTER_NUMBER = "85.07.30-033.28"  # the published example of the format


def text(answer) -> str:
    return answer.content.decode()


def said(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text(answer)).split())


@pytest.fixture
def deputy(owner, cast) -> str:
    """The director of Antwerp, at the desk of Antwerp for this test."""
    owner.execute(
        "update members_membership set roles = '{duty_desk}', verified_until = current_date + 1 where id = %s",
        [cast[DEPUTY].hat],
    )
    return DEPUTY


# ---- the screen


def test_what_waits_comes_first_and_the_signal_stands_once(client_for, acting):
    with acting(AUTHOR):
        alert(template="credentials_for_sale")
        alert()
        alert()
    screen = text(client_for(PARTNER).get("/alerts/desk/"))
    assert "3 alerts need your acknowledgement" in screen
    assert screen.count("is-urgent") == screen.count("btn-signal") == 1
    assert screen.count("data-alert=") == 3 and screen.count("data-lasts") == 2
    with acting(AUTHOR):
        alert(status="Exercise")
    lead = text(client_for(PARTNER).get("/alerts/desk/")).partition("<h1")[2].partition("</h1>")[0]
    assert lead and "EXERCISE" not in lead, "the newest is an exercise, and what is real stands before it"
    own = text(client_for(AUTHOR).get("/alerts/desk/"))
    assert "4 alerts are in force" in own and "data-alert=" not in own and "is-urgent" not in own
    assert "No alert is in force" in text(client_for(OUTSIDER).get("/alerts/desk/"))


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_what_is_not_real_is_marked_in_every_row_and_sounds_otherwise(status, client_for, acting):
    with acting(AUTHOR):
        for _number in range(3):
            alert(status=status)
    screen = text(client_for(PARTNER).get("/alerts/desk/"))
    assert screen.count('data-tone="exercise"') == screen.count("data-alert=") == 3
    word = {"Exercise": "EXERCISE", "Test": "TEST"}[status]
    assert len(re.findall(rf"pp-badge--part[^/]*/svg>{word}|pp-badge--part.{{0,300}}?{word}", screen)) == 3


def test_acknowledged_in_one_click_and_the_screen_stays(client_for, acting):
    with acting(AUTHOR):
        raised = alert().record_id
    partner = client_for(PARTNER)
    plain = partner.post(f"/alerts/desk/{raised}/acknowledge/")
    assert (plain.status_code, plain["Location"]) == (302, "/alerts/desk/")
    fragment = partner.post(f"/alerts/desk/{raised}/acknowledge/", headers={"X-Desk-Shown": ""})
    assert fragment.status_code == 200 and "<!doctype" not in text(fragment)
    assert "1 alert is in force" in text(fragment) and "Acknowledged" in text(fragment)
    assert client_for(OUTSIDER).post(f"/alerts/desk/{raised}/acknowledge/").status_code == 404


def test_the_last_day_is_shown_and_what_was_before_is_not(client_for, acting):
    with acting(AUTHOR):
        report(text="Seen at the new gate.", at=now() - timedelta(hours=23))
        report(text="Seen at the old gate.", at=now() - timedelta(hours=25))
    screen = text(client_for(PARTNER).get("/alerts/desk/now/"))
    assert "1 report in 24 hours" in screen and "new gate" in screen and "old gate" not in screen


def test_a_screen_that_shows_the_same_is_journalled_once_and_a_forged_proof_is_none(client_for, acting, journalled):
    with acting(AUTHOR):
        alert()
    partner = client_for(PARTNER)
    proof = PROOF.search(text(partner.get("/alerts/desk/")))[1]
    assert len(journalled("alert.listed")) == 1
    for _minute in range(5):
        partner.get("/alerts/desk/now/", headers={"X-Desk-Shown": proof})
    entries = len(journalled("alert.listed"))
    assert entries <= 2, "the same, at most once an hour"
    partner.get("/alerts/desk/now/", headers={"X-Desk-Shown": "0" * 64})
    client_for("analyst@police.demo").get("/alerts/desk/now/", headers={"X-Desk-Shown": proof})
    with acting(AUTHOR):
        alert()
    partner.get("/alerts/desk/now/", headers={"X-Desk-Shown": proof})
    assert len(journalled("alert.listed")) == entries + 3


# ---- the book of shifts


def test_handed_over_with_what_is_open_and_countersigned_by_another(client_for, acting, deputy, journalled, cast):
    with acting(PARTNER):
        waits = alert("ports-and-police").record_id
    with acting(AUTHOR):
        mine = report(text="The gate was open again.").record_id
        alert()
    author, colleague = client_for(AUTHOR), client_for(deputy)
    before = text(author.get("/alerts/handover/"))
    assert f"/alerts/{waits}/" in before and f"/reports/{mine}/" in before
    assert author.post("/alerts/handover/", {"text": "The <b>left</b> gate sticks."}).status_code == 302
    with acting(AUTHOR):
        page = Handover.objects.get()
        assert page.open_items == {"alerts": [str(waits)], "reports": [str(mine)]}
    assert "Your handover waits for who comes" in said(author.get("/alerts/handover/"))
    assert f'action="/alerts/handover/{page.id}/"' not in text(author.get("/alerts/handover/"))
    assert author.post(f"/alerts/handover/{page.id}/").status_code == 403
    shown = text(colleague.get("/alerts/handover/"))
    assert "A handover waits for your countersignature" in shown and "&lt;b&gt;left" in shown
    assert f"/alerts/{waits}/" in shown and f"/reports/{mine}/" in shown
    assert "Waits for a countersignature" in said(colleague.get("/alerts/desk/"))
    assert client_for(PARTNER).post(f"/alerts/handover/{page.id}/").status_code == 404
    assert colleague.post(f"/alerts/handover/{page.id}/", {"remark": "Seen."}).status_code == 302
    assert colleague.post(f"/alerts/handover/{page.id}/").status_code == 409
    assert "No handover waits" in said(colleague.get("/alerts/handover/"))
    assert "Waits for a countersignature" not in said(colleague.get("/alerts/desk/"))
    (given,), (taken,) = journalled("handover.given"), journalled("handover.taken")
    assert given["record"] == taken["record"] == str(page.id)
    assert (given["actor"], taken["actor"]) == (str(cast[AUTHOR].person), str(cast[deputy].person))
    assert "left" not in str(given) + str(taken)


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("", "id_text"),
        ("   ", "id_text"),
        (f"Wanted: {REGISTER_NUMBER}.", "id_text"),
        ("CONFIDENTIEL UE", "id_text"),
        ("x" * 2001, "id_text"),
    ],
)
def test_the_book_does_not_take_everything(written, field, client_for, acting):
    answer = client_for(AUTHOR).post("/alerts/handover/", {"text": written})
    assert answer.status_code == 422 and f'id="{field}-error"' in text(answer)
    with acting(AUTHOR):
        assert not Handover.objects.exists()


def test_a_remark_is_guarded_too_and_what_was_typed_is_kept(client_for, acting, deputy):
    with acting(AUTHOR):
        page = desk.give(text="All quiet.", at=now()).id
    answer = client_for(deputy).post(f"/alerts/handover/{page}/", {"remark": f"He is {REGISTER_NUMBER}"})
    assert answer.status_code == 422 and 'id="id_remark-error"' in text(answer) and "He is" in text(answer)
    with acting(deputy):
        assert Handover.objects.get().taken_by_id is None


def test_what_is_no_longer_seen_is_no_longer_linked(client_for, acting):
    with acting(PARTNER):
        raised = alert()
    with acting(AUTHOR):
        desk.give(text="All quiet.", at=now())
    with acting(PARTNER):
        actions.withdraw_alert(raised.record_id, reason="mistake", at=now())
    answer = client_for(AUTHOR).get("/alerts/handover/")
    assert answer.status_code == 200 and str(raised.record_id) not in text(answer)


def test_the_actions_refuse_as_the_pages_do(acting, deputy):
    with acting("admin@antwerp.demo"), pytest.raises(Refused):
        desk.give(text="All quiet.", at=now())
    with acting(AUTHOR):
        page = desk.give(text="All quiet.", at=now()).id
        with pytest.raises(Refused):
            desk.take(page, remark="", at=now())
    with acting(deputy):
        desk.take(page, remark="", at=now())
        with pytest.raises(Conflict):
            desk.take(page, remark="", at=now())


# ---- the call list


def test_an_empty_list_still_has_the_emergency_numbers(client_for):
    page = text(client_for(OUTSIDER).get("/alerts/call-list/"))
    assert "tel:112" in page and "tel:101" in page and "No duty number stands here yet" in page


def test_kept_by_the_organisation_and_read_by_those_it_shares_a_circle_with(client_for, acting, journalled):
    author = client_for(AUTHOR)
    sent = {"label": "Duty  desk", "number": "020 7946 0001", "hours": "Day and night", "position": "1", "facility": ""}
    wrong = author.post("/alerts/call-list/numbers/", sent)  # read as a Belgian one, which does not exist
    assert wrong.status_code == 422 and "Write it with its country" in text(wrong) and "020 7946 0001" in text(wrong)
    assert author.post("/alerts/call-list/numbers/", sent | {"number": INVENTED}).status_code == 302
    with acting(AUTHOR):
        kept = DutyNumber.objects.get()
        assert (kept.number, kept.label) == ("+442079460001", "Duty desk")
    again = author.post("/alerts/call-list/numbers/", sent | {"number": "+44 (20) 79460001"})
    assert again.status_code == 422 and "stands there already" in text(again)
    page = text(client_for(PARTNER).get("/alerts/call-list/"))
    assert "+44 20 7946 0001" in page and "Port of Antwerp-Bruges" in page and "TLP:AMBER" in page
    assert INVENTED not in text(client_for(OUTSIDER).get("/alerts/call-list/"))
    assert len(journalled("call_list.read")) == 1
    assert len(journalled("duty_number.kept")) == 1 and "7946" not in str(journalled("duty_number.kept"))


def test_what_changed_since_is_marked(client_for, acting):
    with acting(AUTHOR):
        desk.keep_number(entry(), at=now() - timedelta(days=10))
    partner = client_for(PARTNER)
    assert "pp-badge" in text(partner.get("/alerts/call-list/")).partition("pp-calls__desks")[2]
    since = f"{now() - timedelta(days=2):%Y-%m-%d}"
    assert "pp-badge" not in text(partner.get(f"/alerts/call-list/?since={since}")).partition("pp-calls__desks")[2]
    assert partner.get("/alerts/call-list/?since=nonsense").status_code == 200


def test_a_number_is_changed_and_taken_off_by_its_keeper_only(client_for, acting):
    with acting(AUTHOR):
        kept = desk.keep_number(entry(), at=now()).id
    path = f"/alerts/call-list/numbers/{kept}/"
    assert client_for(PARTNER).get(path).status_code == 404
    assert client_for(PARTNER).post(f"{path}remove/").status_code == 404
    assert client_for("director@antwerp.demo").get(path).status_code == 403
    author = client_for(AUTHOR)
    assert INVENTED in text(author.get(path))
    sent = {"label": "Harbour master", "number": "+44 20 7946 0002", "hours": "", "position": "2", "facility": ""}
    assert author.post(path, sent).status_code == 302
    assert "Harbour master" in text(author.get("/alerts/call-list/"))
    assert author.post(f"{path}remove/").status_code == 302
    with acting(AUTHOR):
        assert queries.own_numbers() == []


def test_the_list_stays_one_sheet(acting):
    with acting(AUTHOR):
        for number in range(desk.MOST_NUMBERS):
            desk.keep_number(entry(number=f"+44 20 7946 01{number:02}"), at=now())
        with pytest.raises(Invalid):
            desk.keep_number(entry(), at=now())

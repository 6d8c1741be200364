"""The weekly digest: once for a person and week, only what may stand in a mail, nothing when there is nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.core import mail
from django.core.signing import Signer
from django.test import Client

from port2port.alerts.delivery import weekly
from port2port.alerts.delivery.actions import set_quiet
from port2port.base.clock import now
from port2port.home.following import actions as following
from port2port.home.news.digest import digest_of
from port2port.home.tasks import send_digest
from port2port.members.acting import acting_as_system
from port2port.sharing.actions import withdraw
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.reports.writing import report

ANTWERP, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
ZONE = ZoneInfo("Europe/Brussels")


def morning() -> datetime:
    """A Monday at nine that lies ahead, so that what the test writes lies in the week before it."""
    at = now().astimezone(ZONE)
    ahead = at + timedelta(days=7 - at.weekday())
    return ahead.replace(hour=9, minute=0).astimezone(UTC)


def wished(acting, *emails: str, day: int = 1) -> None:
    for email in emails:
        with acting(email):
            weekly.choose_weekday(day, on=now().date())


def planned(at: datetime) -> int:
    with acting_as_system("worker"):
        return weekly.plan_digests(at=at, zone=ZONE)


@pytest.fixture
def send(owner):
    def sent() -> list[str]:
        rows = owner.execute(
            "select args ->> 'request' from procrastinate_jobs where task_name = 'home.send_digest' order by id"
        ).fetchall()
        return [send_digest(row[0]) for row in rows]

    return sent


def test_titles_of_clear_and_green_and_of_the_rest_a_number(acting, send, outbox, owner):
    owner.execute("update members_person set language = 'en'")
    wished(acting, PARTNER, OUTSIDER)
    with acting(ANTWERP):
        report("all-members", tlp=Tlp.GREEN, text="Greenword seen at the gate.")
        report("everyone", tlp=Tlp.CLEAR, text="Clearword seen at the gate.")
        report(tlp=Tlp.AMBER, text="Amberword seen at the gate.")
        red = report("Demo PSO North Sea Port", tlp=Tlp.RED, text="Redword seen at the gate.").record_id
        gone = report("all-members", tlp=Tlp.GREEN, text="Goneword seen at the gate.").record_id
    with acting(ANTWERP):
        withdraw(Record.objects.get(id=gone), reason="mistake", at=now())
    with acting(PARTNER):
        report("all-members", tlp=Tlp.GREEN, text="Ownword seen at the gate.")
        following.follow("record", str(red), at=now())
    assert planned(morning()) == 2
    assert send() == ["sent", "sent"]
    bodies = {one.to[0]: one for one in outbox}
    text, html = bodies[PARTNER].body, bodies[PARTNER].alternatives[0][0]
    for body in (text, html):
        assert "Greenword" in body and "Clearword" in body
        assert "2 things for you that no mail speaks of" in body
        for word in ("Amberword", "Redword", "Goneword", "Ownword", str(red)):
            assert word not in body, word
    assert "word" not in bodies[PARTNER].subject
    assert "Clearword" in bodies[OUTSIDER].body and "Greenword" not in bodies[OUTSIDER].body
    assert "no mail speaks of" not in bodies[OUTSIDER].body, "what is hidden is not counted"


def test_what_is_followed_comes_first_and_in_ones_language(acting, send, outbox, owner, cast):
    owner.execute("update members_person set language = 'nl' where id = %s", [cast[PARTNER].person])
    wished(acting, PARTNER)
    with acting(ANTWERP):
        one = report("all-members", tlp=Tlp.GREEN, text="First thing at the gate.").record_id
        report("all-members", tlp=Tlp.GREEN, text="Second thing at the gate.")
    with acting(PARTNER):
        following.follow("record", str(one), at=now())
    planned(morning())
    assert send() == ["sent"]
    body = outbox[0].body
    assert body.index("First thing") < body.index("Second thing") and body.count("First thing") == 1
    about = body[body.index("First thing") :].splitlines()[1].strip()
    assert about.startswith("Melding, ") and about.endswith(", TLP:GREEN"), about


def test_nothing_is_sent_when_there_is_nothing(acting, send, outbox, owner):
    wished(acting, PARTNER)
    assert planned(morning()) == 1
    assert send() == ["empty"] and outbox == []
    assert owner.execute("select state from alerts_digest").fetchall() == [("empty",)]


def test_once_for_a_person_and_week_however_often(acting, send, outbox, owner):
    wished(acting, PARTNER)
    with acting(ANTWERP):
        report("all-members", tlp=Tlp.GREEN)
    at = morning()
    assert [planned(at), planned(at), planned(at + timedelta(hours=1)), planned(at + timedelta(days=3))] == [1, 0, 0, 0]
    assert send() == ["sent"] and send() == [""]
    assert len(outbox) == 1
    assert planned(at + timedelta(days=7)) == 1
    since = owner.execute("select since, until from alerts_digest order by week").fetchall()
    assert since[1][0] == since[0][1], "the next begins where this one ended"
    assert send() == ["", "empty"] and len(outbox) == 1


def test_killed_before_it_is_settled_the_same_message_goes_again(acting, send, outbox, monkeypatch):
    wished(acting, PARTNER)
    with acting(ANTWERP):
        report("all-members", tlp=Tlp.GREEN)
    planned(morning())

    def killed(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("port2port.home.tasks.settle_digest", killed)
        send()
    assert send() == ["sent"] and send() == [""]
    assert len({one.extra_headers["Message-ID"] for one in outbox}) == 1, "mail readers drop the second"


def test_days_hours_and_quiet_hours(acting):
    wished(acting, PARTNER, day=3)
    with acting(PARTNER):
        set_quiet(datetime(2026, 1, 1, 8).time(), datetime(2026, 1, 1, 11).time(), urgent_overrides=True, digest=False)
    monday = morning()
    wednesday = monday + timedelta(days=2)
    assert planned(monday) == 0
    assert planned(wednesday - timedelta(hours=5)) == 0, "not in the night"
    assert planned(wednesday) == 0, "not in quiet hours"
    assert planned(wednesday + timedelta(hours=2)) == 1
    with acting(PARTNER):
        weekly.choose_weekday(0, on=now().date())
    assert planned(monday + timedelta(days=9, hours=2)) == 0


def test_a_day_that_had_passed_when_it_was_chosen_is_not_made_up_for(acting):
    at = morning() + timedelta(days=4)
    with acting(PARTNER):
        weekly.choose_weekday(2, on=at.date())
    assert planned(at) == 0
    assert planned(at + timedelta(days=5)) == 1, "no worker on Tuesday: on Wednesday it still goes"


def test_whoever_wants_it_no_more_or_has_left_gets_none(acting, send, outbox, owner, cast):
    wished(acting, PARTNER, "pso@liege.demo")
    with acting(ANTWERP):
        report("all-members", tlp=Tlp.GREEN)
    assert planned(morning()) == 2
    with acting(PARTNER):
        weekly.choose_weekday(0, on=now().date())
    owner.execute("update members_person set active = false where id = %s", [cast["pso@liege.demo"].person])
    assert send() == ["", ""] and outbox == []


def test_the_link_ends_the_digest_and_nothing_else(acting, send, outbox, owner, cast):
    wished(acting, PARTNER, "pso@liege.demo")
    with acting(ANTWERP):
        report("all-members", tlp=Tlp.GREEN)
    planned(morning())
    send()
    headers = next(one for one in outbox if one.to == [PARTNER]).extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = "/digest/end/" + headers["List-Unsubscribe"].strip("<>").partition("/digest/end/")[2]
    nobody = Client(enforce_csrf_checks=True)
    wishes = "select person_id from alerts_weekly"
    assert nobody.get(path).status_code == 200
    assert len(owner.execute(wishes).fetchall()) == 2, "a scanner that follows the link ends nothing"
    for _ in range(2):
        assert nobody.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert owner.execute(wishes).fetchall() == [(cast["pso@liege.demo"].person,)]
    assert not nobody.cookies


def test_forged_links_end_nothing(acting, owner, cast):
    wished(acting, PARTNER)
    person = cast[PARTNER].person
    forged = (str(person), f"{person}:x", Signer(salt="other").sign(str(person)), Signer(salt=weekly.SALT).sign("x"))
    for token in forged:
        assert Client().post(f"/digest/end/{token}/").status_code == 404
    assert owner.execute("select count(*) from alerts_weekly").fetchone() == (1,)


def test_the_preferences_page_keeps_the_day(client_for, owner):
    browser = client_for(PARTNER)
    sent = {"mail": "all", "urgent_overrides": "on", "weekly": "4"}
    assert browser.post("/me/notices/", sent).status_code == 302
    assert owner.execute("select weekday from alerts_weekly").fetchall() == [(4,)]
    assert '<option value="4" selected>' in browser.get("/me/notices/").content.decode()
    browser.post("/me/notices/", sent | {"weekly": "0"})
    assert owner.execute("select weekday from alerts_weekly").fetchall() == []


def test_attacks(acting, app, cast):
    wished(acting, PARTNER)
    member = cast[OUTSIDER]
    person = cast[PARTNER].person
    with app.transaction():
        app.execute("select members_enter(%s, %s)", [member.person, member.hat])
        assert app.execute("select count(*) from alerts_weekly").fetchone() == (0,)
        assert app.execute("delete from alerts_weekly").rowcount == 0
        insert = "insert into alerts_weekly (person_id, weekday, chosen_on) values (%s, 1, current_date)"
        for statement, values in (
            (insert, [cast[ANTWERP].person]),
            ("select count(*) from alerts_digest", []),
            ("select alerts_digests_due(current_date)", []),
            ("select alerts_digests_plan(array[%s]::uuid[], current_date, now())", [person]),
            ("select alerts_digest_claim(%s)", [person]),
            ("select alerts_digest_settle(%s, 'sent')", [person]),
            ("select alerts_digest_stop(%s)", [person]),
        ):
            with pytest.raises(psycopg.Error) as refused, app.transaction():
                app.execute(statement, values)
            assert refused.value.sqlstate in ("42501", "PP403"), statement


def test_writing_a_digest_can_only_read(acting, cast, owner):
    wished(acting, PARTNER)
    with acting(ANTWERP):
        report("all-members", tlp=Tlp.GREEN)
    before = owner.execute("select count(*) from base_journal_entry").fetchone()
    planned(morning())
    with acting_as_system("worker"):
        claimed = weekly.claim_digest(owner.execute("select id from alerts_digest").fetchone()[0])
    assert claimed is not None and digest_of(claimed).others
    assert owner.execute("select count(*) from base_journal_entry").fetchone() == before
    assert mail.outbox == []

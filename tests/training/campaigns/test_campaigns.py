"""Running a campaign: who may, what is refused, how far it reached, and who sees it."""

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.training.campaigns import actions, asking, queries, waiting
from port2port.training.campaigns.in_calendar import entries
from port2port.training.campaigns.models import Campaign, CampaignDeed
from port2port.training.campaigns.tasks import forget_campaigns
from tests.attacks import FORBIDDEN, refused
from tests.training.campaigns.running import GUARD, OTHER, PLACE, SLUG, TRAINER, answered, hoped, later, period, ran


def test_who_trains_runs_a_campaign_and_colleagues_see_it(acting):
    with acting(TRAINER):
        row = ran()
    with acting(GUARD):
        assert [one.id for one in queries.campaigns()] == [row.id]
        with pytest.raises(Refused):
            ran()
        with pytest.raises(Refused):
            actions.note_deed(row.id, kind="poster", number=1, on=later(0), at=now())
    with acting(OTHER):
        assert queries.campaigns() == []
        with pytest.raises(NotFound):
            queries.campaign(row.id)
        with pytest.raises(NotFound):
            actions.note_deed(row.id, kind="poster", number=1, on=later(0), at=now())


@pytest.mark.parametrize("wrong", [
    {"audiences": ()}, {"audiences": ("everybody",)}, {"languages": ()}, {"languages": ("it",)},
    {"starts_on": later(5), "ends_on": later(4)}, {"starts_on": later(-1)}, {"ends_on": later(500)},
    {"tell": "x" * 81}, {"tell": "National number 85.07.30-033.28"},
])  # fmt: skip
def test_a_plan_that_is_wrong_is_refused(acting, wrong):
    with acting(TRAINER), pytest.raises(Invalid):
        ran(**wrong)


def test_reach_is_of_the_organisation(acting):
    with acting(TRAINER):
        row = ran()
        actions.note_deed(row.id, kind="poster", number=4, on=later(0), at=now())
        actions.note_deed(row.id, kind="poster", number=2, on=later(0), at=now())
        wrong = actions.note_deed(row.id, kind="message", number=90, on=later(0), at=now())
        assert actions.remove_deed(wrong.id, at=now()) == row.id
        assert queries.reach(queries.deeds(row.id)) == {"poster": 6}
        for bad in ({"kind": "flyer"}, {"number": 0}, {"on": later(1)}):
            with pytest.raises(Invalid):
                actions.note_deed(row.id, **{"kind": "poster", "number": 1, "on": later(0)} | bad, at=now())


def test_the_network_counts_organisations_from_three_on(acting):
    for email, counted in ((TRAINER, {}), (OTHER, {}), ("pso@liege.demo", {SLUG: 3})):
        with acting(email):
            ran()
            assert queries.run_by() == counted
    with acting("officer@outside.demo"):
        assert queries.run_by() == {}


def test_a_campaign_changes_until_it_ended(acting, owner):
    with acting(TRAINER):
        row = ran()
        actions.change_campaign(row.id, plan=period(ends_on=later(20), tell=""), at=now())
        assert queries.campaign(row.id).ends_on == later(20)
    owner.execute("update training_campaign set starts_on = current_date - 9, ends_on = current_date - 8")
    with acting(TRAINER), pytest.raises(Conflict):
        actions.change_campaign(row.id, plan=period(), at=now())


def test_what_waits_and_what_stands_in_the_calendar(acting, owner):
    with acting(TRAINER) as actor:
        row = ran()
        assert len(waiting.needs(actor, now())) == 1
        assert {one.key for one in entries(actor, now())} == {f"campaign-starts-{row.id}", f"campaign-ends-{row.id}"}
        actions.note_deed(row.id, kind="screen", number=1, on=later(0), at=now())
        assert waiting.needs(actor, now()) == []
        codes = actions.make_slips(row.id, wave="before", number=10, at=now())
    answered(codes)
    owner.execute("update training_campaign set starts_on = current_date - 9, ends_on = current_date - 8")
    with acting(TRAINER) as actor:
        assert len(waiting.needs(actor, now())) == 1
    with acting(GUARD) as actor:
        assert waiting.needs(actor, now()) == [] and entries(actor, now()) == []


def test_what_is_over_is_forgotten(acting, owner):
    with acting(TRAINER):
        row = ran()
        actions.make_slips(row.id, wave="before", number=2, at=now())
    assert forget_campaigns(0) == 0
    owner.execute("update training_campaign set before_until = current_date - 1, starts_on = current_date - 2")
    forget_campaigns(0)
    assert owner.execute("select count(*) from training_pulseticket").fetchone() == (0,)
    owner.execute("update training_campaign set starts_on = current_date - 2001, ends_on = current_date - 2000")
    assert forget_campaigns(0) == 1
    assert owner.execute("select count(*) from training_pulsewave").fetchone() == (0,)


def test_raw_sql_changes_nothing_of_another(enter, acting, cast):
    with acting(TRAINER):
        row = ran()
        actions.note_deed(row.id, kind="poster", number=4, on=later(0), at=now())
    connection = enter(OTHER)
    assert connection.execute("select * from training_campaign").fetchall() == []
    assert connection.execute("select * from training_campaigndeed").fetchall() == []
    assert connection.execute("update training_campaign set tell = 'call me'").rowcount == 0
    assert connection.execute("delete from training_campaigndeed").rowcount == 0
    deed = ("insert into training_campaigndeed (id, campaign_id, organisation_id, kind, number, \"on\", by_id)"
            " values (new_uuid7(), %s, %s, 'poster', 1, current_date, %s)")  # fmt: skip
    assert refused(connection, deed, row.id, cast[OTHER].organisation, cast[OTHER].person) == FORBIDDEN
    for email in (GUARD, TRAINER):
        connection = enter(email)
        assert refused(connection, "update training_campaign set code = 'guessed'") == FORBIDDEN
        assert refused(connection, "delete from training_campaign") == FORBIDDEN
    connection = enter(GUARD)
    assert connection.execute("update training_campaign set tell = 'x'").rowcount == 0
    assert refused(connection, deed, row.id, cast[GUARD].organisation, cast[GUARD].person) == FORBIDDEN
    assert connection.execute("select * from training_screen(%s)", [row.code]).fetchall() == []


def test_pages_and_api_do_the_same(client_for, bearer_for, acting):
    browser, machine = client_for(TRAINER), Client(headers=bearer_for(TRAINER))
    assert browser.get(f"/training/campaigns/{SLUG}/").status_code == 200
    day = later(0).isoformat()
    sent = {"starts_on": day, "ends_on": day, "audiences": ["all_others"], "languages": ["nl"], "tell": "Desk 00"}
    made = browser.post(f"/training/campaigns/{SLUG}/run/", sent)
    assert made.status_code == 302
    assert browser.post(f"/training/campaigns/{SLUG}/run/", sent | {"ends_on": ""}).status_code == 422
    said = machine.post("/api/v1/campaigns/runs", sent | {"campaign": SLUG}, content_type="application/json").json()
    with acting(TRAINER):
        assert Campaign.objects.count() == 2
    page = f"/training/campaigns/runs/{said['id']}/"
    assert browser.post(f"{page}deeds/", {"kind": "poster", "number": 3, "on": day}).status_code == 302
    done = machine.post(
        f"{said['url']}/deeds", {"kind": "talk", "number": 8, "on": day}, content_type="application/json"
    )
    assert done.status_code == 200
    assert machine.get(said["url"]).json()["reach"] == {"poster": 3, "talk": 8}
    talk = next(one["id"] for one in done.json()["deeds"] if one["kind"] == "talk")
    assert machine.delete(f"/api/v1/campaigns/deeds/{talk}").status_code == 204
    with acting(TRAINER):
        assert CampaignDeed.objects.count() == 1
    paper = browser.post(f"{page}slips/", {"wave": "before", "number": 3, "language": "nl"})
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    slips = machine.post(f"{said['url']}/slips", {"wave": "after", "number": 2}, content_type="application/json").json()
    assert len(slips["codes"]) == 2 and asking.opened(slips["codes"][0], PLACE).wave == "after"
    for url in (f"{page}poster/?language=de&paper=a3", f"/training/campaigns/{SLUG}/poster/"):
        assert browser.get(url).content.startswith(b"%PDF")
    assert machine.get(f"{said['url']}/poster").content.startswith(b"%PDF")
    assert browser.get(f"{page}poster/?language=xx").status_code == 422
    assert "3 places" in browser.get(page).content.decode()


def test_the_screen_needs_no_account_no_cookie_no_script(acting):
    with acting(TRAINER):
        row = ran()
    answer = Client().get(f"/screens/{row.code}/")
    said = answer.content.decode()
    assert answer.status_code == 200 and "<script" not in said and not answer.cookies
    assert "Vreemd? E" in said and "Duty desk 00 00" in said and "Antwerp" not in said
    assert answer["Refresh"] == "20; url=?n=1"
    last = Client().get(f"/screens/{row.code}/?n=9&look=dark")
    assert 'data-bs-theme="dark"' in last.content.decode() and last["Refresh"] == "20; url=?n=0&look=dark"
    assert 'lang="en"' in last.content.decode()
    assert Client().get(f"/screens/{row.code}/?n=99999999999").status_code == 200
    assert Client().get("/screens/0123456789/").status_code == 404


def test_the_screen_is_off_when_the_campaign_is_over(acting, owner):
    with acting(TRAINER):
        row = ran()
    owner.execute("update training_campaign set starts_on = current_date - 9, ends_on = current_date - 8")
    assert Client().get(f"/screens/{row.code}/").status_code == 404


def test_a_slip_is_answered_without_an_account(acting):
    with acting(TRAINER):
        row = ran()
        (code,) = actions.make_slips(row.id, wave="before", number=1, at=now())
    nobody = Client()
    assert nobody.get("/pulse/?language=fr").status_code == 200
    went = nobody.post("/pulse/", {"code": code.lower().replace("-", "")})
    assert went.status_code == 302 and f"/pulse/{code}/" in went["Location"]
    page = nobody.get(went["Location"])
    assert page.status_code == 200 and "Antwerp" not in page.content.decode() and not page.cookies
    assert nobody.post(f"/pulse/{code}/", {}).status_code == 422
    done = nobody.post(f"/pulse/{code}/", hoped())
    assert done.status_code == 200 and not done.cookies and not nobody.cookies
    used, mistyped = nobody.get(f"/pulse/{code}/"), nobody.post("/pulse/", {"code": "AAAA"})
    assert (used.status_code, mistyped.status_code) == (404, 422)
    assert all("Deze code opent niets" in one.content.decode() for one in (used, mistyped))
    assert 'value="AAAA"' in mistyped.content.decode()


def test_a_slip_that_comes_later_says_when(acting):
    with acting(TRAINER):
        row = ran(ends_on=later(30))
        (code,) = actions.make_slips(row.id, wave="after", number=1, at=now())
    nobody = Client()
    page = nobody.get(f"/pulse/{code}/?language=en").content.decode()
    assert "These questions come later" in page and f"{row.ends_on.day} {row.ends_on:%b}" in page
    assert nobody.post(f"/pulse/{code}/", hoped()).status_code == 409
    assert nobody.get(f"/pulse/{code}/").status_code == 200


def test_who_guesses_is_slowed_down(acting):
    nobody = Client()
    said = {nobody.get(f"/screens/{n:024}/").status_code for n in range(61)}
    assert said == {404, 429}

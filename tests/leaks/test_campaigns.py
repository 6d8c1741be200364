"""An organisation's campaigns, and what its people answered, leave by no way: pages, API, home, calendar, search."""

from django.test import Client

from port2port.base.clock import now
from port2port.training.campaigns import actions
from tests.training.campaigns.running import OTHER, SLUG, TRAINER, answered, later, ran

PAGES = ("/", "/training/campaigns/", f"/training/campaigns/{SLUG}/", "/training/culture/", "/calendar/")
CALLS = ("campaigns", "campaigns/runs", f"campaigns/{SLUG}", "culture")
SECRET = "Desk by the red crane"


def test_campaigns_are_told_to_nobody_else(acting, client_for, bearer_for):
    with acting(TRAINER):
        row = ran(tell=SECRET, ends_on=later(9))
        deed = actions.note_deed(row.id, kind="poster", number=3, on=later(0), at=now())
    hidden = (str(row.id), row.code, str(deed.id), SECRET)
    for email in (OTHER, "operator@platform.demo", "analyst@police.demo", "contact@agent.demo", "authority@ansm.demo"):
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        said = [browser.get(path).content.decode() for path in PAGES]
        said += [machine.get(f"/api/v1/{path}").content.decode() for path in CALLS]
        said.append(browser.get("/search/?q=crane").content.decode())
        assert not any(secret in one for one in said for secret in hidden), email
        assert machine.get(f"/api/v1/campaigns/runs/{row.id}").status_code == 404
        assert machine.get(f"/api/v1/campaigns/runs/{row.id}/poster").status_code == 404


def test_a_slip_tells_nothing_of_who_asks(acting, client_for, bearer_for):
    with acting(TRAINER):
        row = ran(tell=SECRET)
        codes = actions.make_slips(row.id, wave="before", number=12, at=now())
    page = Client().get(f"/pulse/{codes[0]}/").content.decode()
    assert str(row.id) not in page and SECRET not in page and row.code not in page
    answered(codes[:9])
    mine = Client(headers=bearer_for(TRAINER)).get(f"/api/v1/campaigns/runs/{row.id}").json()
    assert mine["waves"][0] == {"wave": "before", "made": 12, "told": 0}
    assert all(one["before"] is None for one in mine["findings"])
    shown = client_for(TRAINER).get(f"/training/campaigns/runs/{row.id}/").content.decode()
    assert not any(code in shown for code in codes) and "9 of 9" not in shown

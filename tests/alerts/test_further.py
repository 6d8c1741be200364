"""An alert shared with more, drawn as an area, and withdrawn over the API."""

from uuid import UUID

import pytest

from port2port.alerts import actions, queries
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.members.areas import PolygonArea
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.alerts.test_api import ask  # noqa: F401 - a fixture
from tests.alerts.test_pages import FORM, text
from tests.alerts.writing import alert
from tests.reports.writing import keys

AUTHOR, PARTNER, TERMINAL, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "pfso@quay1.demo", "officer@outside.demo"
RING = ((51.20, 4.20), (51.20, 4.40), (51.30, 4.40), (51.20, 4.20))


@pytest.fixture
def raised(acting):
    with acting(AUTHOR):
        return alert("port-security-officers").record_id


def test_shared_with_more_they_see_it_and_are_told(acting, raised, owner, journalled):
    with acting(AUTHOR):
        actions.widen_alert(raised, to=Addressing(keys(("ports-and-police",)), Tlp.AMBER), at=now(), expected=1)
        with pytest.raises(Invalid) as refused:
            actions.widen_alert(raised, to=Addressing(keys(("ports-and-police",)), Tlp.AMBER), at=now())
        assert [p.field for p in refused.value.problems] == ["audience"]
        with pytest.raises(Invalid):
            actions.widen_alert(raised, to=Addressing((), Tlp.RED), at=now())
        with pytest.raises(Conflict):
            actions.widen_alert(raised, to=Addressing(keys(("all-members",)), Tlp.AMBER), at=now(), expected=1)
    with acting("analyst@police.demo"):
        assert queries.alert(raised, at=now()).in_force
    acts = [row[0] for row in owner.execute("select act from sharing_event where record = %s order by id", [raised])]
    assert acts == ["shared", "widened"] and len(journalled("alert.widened")) == 1
    planned = owner.execute("select count(*) from procrastinate_jobs where task_name = 'alerts.plan'").fetchone()
    assert planned == (2,), "the worker tells those who came to it"


def test_who_does_not_look_after_it_shares_nothing_further(acting, raised):
    with acting(PARTNER), pytest.raises(Refused):
        actions.widen_alert(raised, to=Addressing(keys(("all-members",)), Tlp.AMBER), at=now())
    with acting(AUTHOR):
        actions.cancel_alert(raised, reason="Our own drone.", at=now())
        with pytest.raises(Conflict):
            actions.widen_alert(raised, to=Addressing(keys(("all-members",)), Tlp.AMBER), at=now())


def test_the_page_shares_with_more(client_for, acting, raised):
    author, path = client_for(AUTHOR), f"/alerts/{raised}/audience/more/"
    assert f'href="{path}"' in text(author.get(f"/alerts/{raised}/"))
    assert path not in text(client_for(PARTNER).get(f"/alerts/{raised}/"))
    with acting(AUTHOR):
        (circle,) = keys(("all-members",))
    sent = {"circles": [str(circle)], "tlp": "GREEN", "version": "1"}
    assert author.post(path, sent)["Location"] == f"/alerts/{raised}/"
    again = author.post(path, {"tlp": "GREEN", "version": "2"})
    assert again.status_code == 422 and "They can see it already." in text(again)
    assert client_for(OUTSIDER).get(path).status_code == 404


def test_over_the_api_it_is_shared_further_and_withdrawn(ask, raised):  # noqa: F811 - the fixture
    path = f"/alerts/{raised}"
    assert ask("analyst@police.demo", "GET", path)[0] == 404
    assert ask(AUTHOR, "POST", f"{path}/audience", {"circles": ["ports-and-police"]}, If_Match='"9"')[0] == 412
    status, _headers, wider = ask(AUTHOR, "POST", f"{path}/audience", {"circles": ["ports-and-police"]})
    assert status == 200 and len(wider["audience"]) == 2 and wider["version"] == 2
    assert ask("analyst@police.demo", "GET", path)[0] == 200
    assert ask(PARTNER, "POST", f"{path}/audience", {"circles": ["all-members"]})[0] == 403
    assert ask(PARTNER, "POST", f"{path}/withdrawal", {"reason": "mistake"})[0] == 403
    assert ask(AUTHOR, "POST", f"{path}/withdrawal", {"reason": "no reason"})[0] == 422
    assert ask(AUTHOR, "POST", f"{path}/withdrawal", {"reason": "mistake"}, ("read",))[0] == 403
    status, _headers, gone = ask(AUTHOR, "POST", f"{path}/withdrawal", {"reason": "mistake"}, If_Match='"2"')
    assert status == 200 and gone["withdrawn_at"] and not gone["in_force"]
    assert ask(PARTNER, "GET", path)[0] == 410 and ask(OUTSIDER, "GET", path)[0] == 404
    assert ask(AUTHOR, "POST", f"{path}/withdrawal", {"reason": "mistake"})[0] == 409


def test_an_area_with_corners_is_closed_and_kept(client_for, acting):
    author = client_for(AUTHOR)
    corners = "51.20, 4.20\n\n51.20;4.40\r\n51.30 4.40"
    sent = FORM | {"where": "polygon", "corners": corners}
    answer = author.post("/alerts/new/", sent)
    assert answer.status_code == 302, text(answer)
    identifier = UUID(answer["Location"].split("/")[2])
    with acting(AUTHOR):
        assert queries.alert(identifier, at=now()).draft.areas == (PolygonArea(RING),)
    form = text(author.get(f"/alerts/{identifier}/update/"))
    assert "51.2, 4.2\n51.2, 4.4\n51.3, 4.4</textarea>" in form and 'value="polygon" selected' in form
    assert "data-map" in form, "there is a map to draw on"


@pytest.mark.parametrize(
    ("corners", "said"),
    [
        ("", "Say where this is."),
        ("51.2, 4.2\nnorth", "Line 2 is no latitude and longitude."),
        ("51.2, 4.2\n51.3, 4.2", "A polygon has 4 to 100 points."),
        ("51.2, 4.2\n51.3, 4.3\n51.2, 4.3\n51.3, 4.2", "cross or touch"),
        ("99.2, 4.2\n51.3, 4.3\n51.2, 4.3", "A latitude lies between"),
    ],
)
def test_an_area_is_checked_as_over_the_api(client_for, corners, said):
    answer = client_for(AUTHOR).post("/alerts/new/", FORM | {"where": "polygon", "corners": corners})
    assert answer.status_code == 422 and said in text(answer)


def test_colleagues_are_told_of_an_answer_by_name_of_nobody_else(acting, owner, cast):
    """The event of an answer lists those of the own organisation that see the alert; the raiser has one of its own."""
    with acting(PARTNER):
        made = alert("all-members", tlp=Tlp.GREEN).record_id
    with acting("director@antwerp.demo"):
        actions.acknowledge(made, at=now())
    listed = [set(row[0]) for row in owner.execute("select keys from sharing_event where act = 'acknowledged'")]
    own, raiser = {cast[AUTHOR].person, cast["director@antwerp.demo"].person}, {cast[PARTNER].person}
    assert raiser in listed and len(listed) == 2
    (colleagues,) = [keys for keys in listed if keys != raiser]
    assert own <= colleagues and not colleagues & raiser
    assert cast[TERMINAL].person not in colleagues and Record.objects is not None

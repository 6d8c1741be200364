"""The pages and the API of levels and declarations, walked as their users."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from port2port.base.clock import now
from port2port.home.needs import needs_of
from port2port.levels import actions
from port2port.levels.declarations.models import Declaration
from port2port.levels.models import Answer, Notice, Tick
from port2port.members.acting import acting_as
from tests.levels.given import ANSM, COMPANY, OTHER, PFSO, POLICE, PORT, PSO, QUAY, entered
from tests.levels.test_declarations import EVERY, IMO, declared

TYPED = "%Y-%m-%dT%H:%M"
SECRET = "zqgate"


def typed(**delta: float) -> str:
    return f"{timezone.localtime(now() + timedelta(**delta)):{TYPED}}"


def test_a_level_is_entered_seen_acknowledged_ticked_and_lowered(acting, client_for):
    port, desk = client_for(PSO), client_for(PFSO)
    answer = port.post(f"/levels/ports/{PORT}/checklists/", {"numbers_2": "3, 8", "numbers_3": "two"})
    assert answer.status_code == 422 and "Write numbers" in answer.content.decode()
    assert port.post(f"/levels/ports/{PORT}/checklists/", {"numbers_2": "3, 8"}).status_code == 302
    answer = port.post(f"/levels/ports/{PORT}/enter/", {"level": "2", "starts": typed(minutes=-5)})
    assert answer.status_code == 422
    values = {"level": "2", "starts": typed(minutes=-5), "reference": "NAMB 7", "text": f"{SECRET} closed"}
    answer = port.post(f"/levels/ports/{PORT}/enter/", values)
    assert answer.status_code == 302
    href = answer.headers["Location"]
    assert "Level 2" in desk.get("/levels/").content.decode()
    assert "Acknowledge security level 2" in desk.get("/").content.decode()
    page = desk.get(href).content.decode()
    assert "has not acknowledged yet" in page and SECRET in page and "Number 8" in page
    assert desk.post(f"{href}acknowledge/").status_code == 302
    assert desk.post(f"{href}checklist/", {"facility": QUAY, "number": ["0", "3"]}).status_code == 302
    assert "has acknowledged" in desk.get(href).content.decode()
    page = port.get(href).content.decode()
    assert "2 of 3 done" in page and "have not acknowledged level 2" in page
    assert port.post(f"{href}told/", {"facility": OTHER}).status_code == 302
    assert "Told by the port" in port.get(href).content.decode()
    with acting(PSO):
        row = Notice.objects.get()
    lower = {"level": "1", "starts": typed(minutes=-1), "reference": "NAMB 9", "replaces": str(row.id)}
    assert str(row.id) in port.get(f"/levels/ports/{PORT}/enter/?replaces={row.id}").content.decode()
    assert port.post(f"/levels/ports/{PORT}/enter/", lower).status_code == 302
    page = client_for(POLICE).get("/levels/").content.decode()
    assert "All ports are at level 1" in page and SECRET not in page
    page = client_for(POLICE).get(f"/levels/?at={typed(minutes=-3)}").content.decode()
    assert "was above level 1" in page and "Known then: Level 1" in page
    assert "NAMB 9" in port.get(f"/levels/ports/{PORT}/?at={typed(minutes=-3)}").content.decode()


def test_a_past_moment_that_cannot_be_read_is_now(client_for):
    assert client_for(PSO).get("/levels/?at=yesterday").status_code == 200


def test_a_mistake_is_corrected_and_taken_back(acting, client_for):
    with acting(PSO):
        row = entered(3)
    browser = client_for(PSO)
    page = browser.get(f"/levels/{row.id}/correct/")
    assert page.status_code == 200 and "N-3" in page.content.decode()
    values = {"level": "2", "starts": typed(minutes=-5), "reference": "N-3b"}
    answer = browser.post(f"/levels/{row.id}/correct/", values)
    assert answer.status_code == 302
    assert "A later entry stands" in browser.get(f"/levels/{row.id}/").content.decode()
    assert browser.get(f"/levels/{row.id}/correct/").status_code == 409
    answer = browser.post(f"{answer.headers['Location']}correct/", {"void": "1"})
    assert answer.status_code == 302
    assert "it never held" in browser.get(answer.headers["Location"]).content.decode()
    assert "All ports are at level 1" in browser.get("/levels/").content.decode()


def test_the_committee_says_that_it_relayed_what_the_authority_entered(acting, client_for):
    with acting(ANSM):
        row = entered(2)
    browser = client_for(PSO)
    assert "Ships and facilities were told" in browser.get(f"/levels/{row.id}/").content.decode()
    assert browser.post(f"/levels/{row.id}/relayed/").status_code == 302
    assert "Ships and facilities were told" not in browser.get(f"/levels/{row.id}/").content.decode()


def test_the_level_stands_on_the_security_file(acting, client_for):
    with acting(PSO):
        entered(2, facilities=(QUAY,))
    page = client_for(PFSO).get(f"/deadlines/files/{QUAY}/").content.decode()
    assert "Security level in force" in page and "Level 2" in page and f"place={QUAY}" in page
    assert "Level 1" in client_for(PSO).get(f"/deadlines/files/{OTHER}/").content.decode()


def test_a_declaration_is_written_printed_noted_and_found(acting, client_for):
    browser = client_for(PFSO)
    assert browser.get("/levels/declarations/new/").status_code == 200
    values = {
        "place": QUAY, "ship": "Zeewind", "imo": "1234568", "starts": typed(hours=-1), "ends": typed(days=1),
        "facility_level": "1", "ship_level": "2", "reason": "ship_at_higher_level", "activities": ["cargo"],
        "facility_post": "pfso", "ship_post": "master", **{f"measure_{code}": "ship" for code in EVERY},
    }  # fmt: skip
    answer = browser.post("/levels/declarations/new/", values)
    assert answer.status_code == 422 and "This is no IMO number" in answer.content.decode()
    answer = browser.post("/levels/declarations/new/", values | {"imo": IMO})
    assert answer.status_code == 302
    href = answer.headers["Location"]
    page = browser.get(href).content.decode()
    assert "print it, have it signed" in page and "Controlling access to the ship" in page
    paper = browser.get(f"{href}paper/")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    assert browser.post(f"{href}signed/", {"signed_on": "2999-01-01", "kept_at": "Room 2"}).status_code == 422
    signed = {"signed_on": f"{timezone.localdate():%Y-%m-%d}", "kept_at": "Room 2"}
    assert browser.post(f"{href}signed/", signed).status_code == 302
    assert "signed on paper" in browser.get(href).content.decode()
    assert browser.get("/levels/declarations/?imo=%01&place=%01").status_code == 200, "what nobody knows is left out"
    assert "Zeewind" in browser.get(f"/levels/declarations/?imo={IMO}&state=in_force").content.decode()
    assert "Zeewind" not in browser.get("/levels/declarations/?state=unsigned").content.decode()
    assert href in browser.get(f"/search/?q={IMO}").content.decode()
    for form in ("csv", "xlsx"):
        assert browser.get(f"/levels/declarations/file/?form={form}").status_code == 200
    assert client_for(COMPANY).get("/levels/declarations/").status_code == 200


def test_the_api_does_all_that_the_pages_do(acting, bearer_for):
    port, desk = Client(headers=bearer_for(PSO)), Client(headers=bearer_for(PFSO))
    kind = "application/json"
    answer = port.post("/api/v1/levels/checklists", {"port": PORT, "level": 2, "numbers": [6]}, content_type=kind)
    assert answer.status_code == 201
    sent = {"port": PORT, "level": 2, "starts": now().isoformat(), "reference": "API-1", "facilities": [QUAY]}
    answer = port.post("/api/v1/levels/notices", sent, content_type=kind)
    assert answer.status_code == 201, answer.content
    url = answer.json()["url"]
    assert answer.json()["numbers"] == [6] and answer.json()["answers"][0]["facility"] == QUAY
    assert desk.post(f"{url}/acknowledgement", {}, content_type=kind).json()["items"][0]["acknowledged_at"]
    ticked = {"facility": QUAY, "done": [0, 6]}
    assert desk.post(f"{url}/ticks", ticked, content_type=kind).json() == {"changed": 2}
    both = {"facility": QUAY, "done": [6], "not_done": [6]}
    assert desk.post(f"{url}/ticks", both, content_type=kind).status_code == 422
    assert desk.get(url).json()["answers"][0]["done"] == [0, 6]
    assert desk.get(f"/api/v1/levels/checklists?port={PORT}").json()["items"][0]["numbers"] == [6]
    state = {one["port"]: one for one in desk.get("/api/v1/levels").json()["items"]}
    assert state[PORT]["level"] == 2 and not state[PORT]["whole"]
    before = (now() - timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert {one["level"] for one in desk.get(f"/api/v1/levels?at={before}").json()["items"]} == {1}
    facilities = {one["facility"]: one for one in desk.get(f"/api/v1/levels/ports/{PORT}").json()["facilities"]}
    assert (facilities[QUAY]["level"], facilities[OTHER]["level"]) == (2, 1)
    other = Client(headers=bearer_for(POLICE)).get(url).json()
    assert other["level"] == 2 and other["text"] is None and other["answers"] is None and other["alert"] is None
    answer = port.post(f"{url}/correction", {"notice": None}, content_type=kind)
    assert answer.status_code == 201 and answer.json()["void"]
    assert len(port.get("/api/v1/levels/notices").json()["items"]) == 2
    made = {
        "place": QUAY, "ship": "Zeewind", "imo": IMO, "starts": now().isoformat(), "measures": EVERY,
        "ends": (now() + timedelta(days=1)).isoformat(), "ship_level": 2, "facility_level": 1, "activities": ["cargo"],
        "reason": "ship_at_higher_level", "facility_post": "pfso", "ship_post": "sso",
    }  # fmt: skip
    answer = desk.post("/api/v1/declarations", made, content_type=kind)
    assert answer.status_code == 201, answer.content
    url = answer.json()["url"]
    signed = {"signed_on": f"{timezone.localdate():%Y-%m-%d}", "kept_at": "Room 2"}
    assert desk.post(f"{url}/signature", signed, content_type=kind).json()["kept_at"] == "Room 2"
    assert desk.get(f"{url}/paper").content.startswith(b"%PDF")
    assert desk.get("/api/v1/declarations?state=in_force").json()["items"][0]["imo"] == IMO
    assert desk.get("/api/v1/declarations/file?form=csv").status_code == 200


def test_by_every_way_out_each_of_the_cast_gets_what_the_law_lets_them_see(acting, cast, client_for, bearer_for):
    with acting(PSO):
        actions.set_checklist(PORT, level=2, numbers=[777], at=now())
        row = entered(2, text=SECRET)
    with acting(PFSO):
        actions.acknowledge(row.id, at=now())
        actions.tick(row.id, facility=QUAY, done={777: True}, at=now())
        paper = declared(ship="zqship")
    inner = {PSO, PFSO, ANSM}
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        said = "".join(
            client.get(path).content.decode()
            for client, path in (
                (browser, "/levels/"), (browser, f"/levels/{row.id}/"), (browser, f"/levels/ports/{PORT}/"),
                (machine, f"/api/v1/levels/notices/{row.id}"), (machine, "/api/v1/levels/notices"),
                (machine, f"/api/v1/levels/checklists?port={PORT}"), (browser, f"/deadlines/files/{QUAY}/"),
            )
        )  # fmt: skip
        with acting(email):
            counts = (Answer.objects.count(), Tick.objects.count(), Declaration.objects.count())
        if email in inner:
            assert SECRET in said and "[777]" in said and counts == (1, 1, 1), email
        papers = "".join(
            client.get(path).content.decode()
            for client, path in (
                (browser, "/levels/declarations/"), (browser, "/levels/declarations/file/"),
                (browser, f"/levels/declarations/{paper.record_id}/"), (machine, "/api/v1/declarations"),
                (machine, f"/api/v1/declarations/{paper.record_id}"), (browser, f"/search/?q={IMO}"),
            )
        )  # fmt: skip
        assert (counts[2] == 1) == ("zqship" in papers), email
        if cast[email].organisation not in {cast[one].organisation for one in inner}:
            assert (
                SECRET not in said
                and "[777]" not in said
                and "Number 777" not in said
                and "zqship" not in papers
                and counts == (0, 0, 0)
            ), email
            with acting_as(cast[email].person, cast[email].hat) as actor:
                assert "security level" not in " ".join(one.title for one in needs_of(actor, now())), email

"""The pages of measures, walked as their users do."""

import re
from datetime import date, timedelta
from typing import Any

from port2port.base.clock import now
from port2port.measures import importing
from port2port.measures.seeding import seed_measures
from port2port.members.acting import acting_as_system
from port2port.workgroups.seeding import seed_workgroups
from tests.measures.writing import OWNER, agreed, group, measure, objective, opened, says, tells

PARTNER, OUTSIDER = "pso@northsea.demo", "officer@outside.demo"


def body(client: Any, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return str(answer.content.decode())


def test_the_heading_says_how_far_the_own_port_is(acting, client_for):
    made = agreed(acting)
    agreed(acting)
    with acting(PARTNER):
        tells(made, place="BEGNE")
    assert "1 of 2 measures not yet in place at Ghent" in body(client_for(PARTNER), "/measures/")
    assert "2 of 2 measures not yet in place at Terneuzen" in body(client_for(PARTNER), "/measures/?at=NLTNZ")
    assert "2 joint measures are agreed or in force" in body(client_for("officer@customs.demo"), "/measures/")
    assert "No joint measure is agreed yet" in body(client_for(OUTSIDER), "/measures/")


def test_a_proposal_from_the_form_to_a_position_with_one_click(acting, client_for):
    with acting(OWNER):
        aim = objective().record_id
    author = client_for(OWNER)
    page = body(author, f"/measures/new/?objective={aim}")
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    sent = {
        "title": "By hand (test)", "text": "The gate looks twice at each driver.", "threat": "drug_smuggling",
        "modi": ["DR02"], "audience": "all-members", "objective": str(aim), "key": key.group(1),
    }  # fmt: skip
    first = author.post("/measures/new/", sent)
    assert first.status_code == 302
    path = first.headers["Location"]
    assert author.post("/measures/new/", sent).headers["Location"] == path  # sent twice, shared once
    assert "Put it to the members" in body(author, path)
    until = (now() + timedelta(days=9)).date()
    page = body(author, f"{path}consultation/")
    assert "You sit in no working group" in page and 'href="/workgroups/new/"' in page
    assert author.post(f"{path}consultation/", {"until": until.isoformat()}).status_code == 422
    with acting(OWNER):
        ours = group()
    assert "Those who decide by consensus (test): consensus, half must answer" in body(author, f"{path}consultation/")
    sent_group = {"group": str(ours), "until": until.isoformat()}
    assert author.post(f"{path}consultation/", sent_group).status_code == 302
    assert "the rule of Those who decide by consensus (test)" in body(author, path)
    partner = client_for(PARTNER)
    page = body(partner, path)
    assert "Your organisation is asked for its position" in page
    assert "Consensus, half must answer: the rule of the working group" in page and "Those who decide" not in page
    read = re.search(r'name="read" value="([0-9a-f]{64})"', page)
    assert read is not None
    refused = partner.post(f"{path}position/", {"stance": "object", "read": read.group(1)})
    assert refused.status_code == 422 and "Say why, so that the text can be improved." in refused.content.decode()
    waits = "Position asked: By hand (test)"
    assert waits in body(partner, "/")  # on home
    assert partner.post(f"{path}position/", {"stance": "agree", "read": read.group(1)}).status_code == 302
    assert "You said: Agree" in body(partner, path)
    assert waits not in body(partner, "/")
    version = re.search(r'name="version" value="(\d+)"', body(author, f"{path}edit/"))
    assert version is not None
    changed = sent | {"text": "The gate looks twice at each driver, inland too.", "version": version.group(1)}
    assert author.post(f"{path}edit/", changed).status_code == 302
    page = body(partner, f"{path}versions/")
    assert "<ins>" in page and "inland too" in page and "replaced by a new version" in page
    stale = partner.post(f"{path}position/", {"stance": "agree", "read": read.group(1)})
    assert stale.status_code == 409 and "The text has changed since you read it" in stale.content.decode()


def test_adoption_on_a_phone_shows_what_was_told_before(acting, client_for):
    made = agreed(acting)
    browser, path = client_for(PARTNER), f"/measures/{made}/adoption/BEGNE/"
    assert "By name this is seen by your organisation" in body(browser, path)
    wrong = browser.post(path, {"state": "planned"})
    assert wrong.status_code == 422 and "Say when it is planned for." in wrong.content.decode()
    due = (now() + timedelta(days=3)).date().isoformat()
    assert browser.post(path, {"state": "planned", "due": due}).status_code == 302
    assert "Measure due:" in body(browser, "/")
    told = {"state": "in_place", "since": "2026-01-05", "coverage": "80"}
    assert browser.post(path, told).headers["Location"].endswith(f"/measures/{made}/#adoption")
    assert "Told so far:" in body(browser, path) and "Planned" in body(browser, path)
    assert "Measure due:" not in body(browser, "/")


def test_the_rest_is_named_for_the_circle_and_counted_for_others(acting, client_for):
    made = agreed(acting)
    with acting("pso@liege.demo"):
        tells(made, "suspended", place="BELGG", reason="Quokka at the gate (test).")
    assert "Quokka" in body(client_for("pso@ostend.demo"), f"/measures/{made}/")
    assert "circle of the weakest link" in body(client_for("director@commissioner.demo"), f"/measures/{made}/")
    for email in ("director@antwerp.demo", "officer@customs.demo", "authority@ansm.demo"):
        page = body(client_for(email), f"/measures/{made}/")
        assert "Quokka" not in page and "one of them would be singled out" in page, email


def test_a_question_and_its_answer(acting, client_for):
    made = agreed(acting)
    with acting(PARTNER):
        tells(made, place="BEGNE")
    asker, answerer = client_for("pso@ostend.demo"), client_for(PARTNER)
    assert asker.post(f"/measures/{made}/ask/", {"text": "How (test)?"}).status_code == 302
    assert "1 port asks how you did it" in body(answerer, "/")
    question = re.search(r"/measures/questions/([0-9a-f-]{36})/", body(answerer, f"/measures/{made}/"))
    assert question is not None
    path = f"/measures/questions/{question.group(1)}/"
    assert "How (test)?" in body(answerer, path)
    assert answerer.post(path, {"text": "So (test).", "reach": "the duty desk"}).status_code == 302
    assert "So (test)." in body(asker, f"/measures/{made}/")
    body(client_for("pso@liege.demo"), path, status=404)
    assert "So (test)." not in body(client_for("pso@liege.demo"), f"/measures/{made}/")


def test_proof_and_turns(acting, client_for):
    with acting(OWNER):
        made = measure().record_id
        opened(made)
        says(made, "agree")
    author = client_for(OWNER)
    assert "2 entries of the journal prove this" in body(author, f"/measures/{made}/proof/")
    assert author.post(f"/measures/{made}/close/").status_code == 409
    assert author.post(f"/measures/{made}/stop/").status_code == 302
    assert author.post(f"/measures/{made}/remark/", {"text": "Later (test)."}).status_code == 302
    assert "Later (test)." in body(author, f"/measures/{made}/")
    assert author.post(f"/measures/{made}/retire/", {"reason": "Given up (test)."}).status_code == 302
    assert "Given up (test)." in body(author, f"/measures/{made}/")


def test_withdrawn_it_is_gone_for_those_who_had_it(acting, client_for):
    with acting(OWNER):
        made = measure().record_id
    author = client_for(OWNER)
    reference = re.search(r"Withdraw (\d\d-\d{4}-[0-9A-F]{4})", body(author, f"/measures/{made}/withdraw/"))
    assert reference is not None
    sent = {"reason": "mistake", "confirm": reference.group(1)}
    assert author.post(f"/measures/{made}/withdraw/", sent).status_code == 302
    assert "This measure was withdrawn" in body(client_for(PARTNER), f"/measures/{made}/", status=410)
    body(client_for(OUTSIDER), f"/measures/{made}/", status=404)


def test_an_objective_is_set_and_changed(acting, client_for):
    author = client_for(OWNER)
    sent = {
        "title": "Less fraud (test)", "threat": "drug_smuggling", "why": "Codes.", "change": "No codes.",
        "indicator": "Frauds.", "audience": "all-members",
    }  # fmt: skip
    assert author.post("/measures/objectives/new/", {"title": ""}).status_code == 422
    path = author.post("/measures/objectives/new/", sent).headers["Location"]
    version = re.search(r'name="version" value="(\d+)"', body(author, f"{path}edit/"))
    assert version is not None
    changed = sent | {"title": "No fraud (test)", "version": version.group(1)}
    assert author.post(f"{path}edit/", changed).status_code == 302
    assert "No fraud (test)" in body(client_for(PARTNER), path)


def test_the_demo_is_seeded_once_and_published_measures_keep_their_source(db, client_for, owner):
    at = now()
    seed_workgroups(at)
    assert seed_measures(at) == 74 + 6
    assert seed_measures(at) == 0
    rows = owner.execute(
        "select count(*), count(*) filter (where m.source_url like 'http%'), count(*) filter (where r.tlp = 0)"
        " from measures_measure m join sharing_record r on r.id = m.record_id where m.state = 'published'"
    ).fetchone()
    assert rows == (74, 74, 74)
    unnamed = owner.execute(
        "select count(*) from measures_adoption a join members_port p on p.id = a.port_id"
        " where p.locode = 'BEZZZ' and a.published"
    ).fetchone()
    assert unnamed == (10,)
    page = body(client_for(OUTSIDER), "/measures/?q=PortWatch")
    assert "PortWatch" in page
    assert "0 measures fit" in body(client_for(OUTSIDER), "/measures/?q=verzonnen")
    assert "7 measures fit" in body(client_for(OUTSIDER), "/measures/?port=BEZEE")
    with acting_as_system("import"):
        assert importing.import_measures(data=importing.PUBLISHED_MEASURES.read_bytes(), at=at).new == []
    assert owner.execute("select min(since) from measures_adoption where published").fetchone() == (date(2016, 1, 1),)

"""The leak property of practices: every way out agrees with `decide()`, and nobody else reads what is not published."""

from typing import Any

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.home.needs import needs_of
from port2port.knowledge.practices import queries, use_actions
from port2port.knowledge.practices.queries import Filters
from port2port.members.acting import acting_as
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from tests.knowledge.practices.writing import REVIEWER, WRITER, changed, drafted, published
from tests.leaks.test_property import WATCHERS, clean

AUDIENCES = (("all-members", Tlp.GREEN), ("ports-and-police", Tlp.AMBER), ("port-security-officers", Tlp.AMBER))


def test_every_way_out_agrees_with_decide(acting, cast, client_for, bearer_for):
    found = []
    for number, (circle, tlp) in enumerate(AUDIENCES):
        word = f"zqpractice{'abc'[number]}x"
        made = published(acting, circle, tlp=tlp, title=f"A practice {word} (test)")
        with acting(WRITER):
            changed(made, title=f"A practice {word} (test)", done=f"The next text zqnext{word} is nobody's yet.")
        with acting(REVIEWER):
            found.append((made, word, sharing.envelope(Record.objects.get(id=made))))
    with acting("pso@ostend.demo"):
        use_actions.endorse(found[0][0], experience="We use zqexperience here.", at=now())
    with acting(WRITER):
        draft = drafted(title="A draft zqdraft (test)").record_id
    for email in (*WATCHERS, WRITER):
        member = cast[email]
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        with acting_as(member.person, member.hat) as actor:
            ours = actor.organisation == cast[WRITER].organisation
            allowed = {i for i, _w, e in found if decide(actor, "see", e, at=now()).allowed}
            mine = {i for i, *_rest in found}
            listed = {row.id for row in queries.page(Filters(), at=now(), size=100).rows}
            assert listed & mine == allowed and set(sharing.newest("practice", size=100).ids) & mine == allowed
            for made, word, _envelope in found:
                seen = made in allowed
                assert [row.id for row in queries.page(Filters(q=word), at=now()).rows] == [made] * seen
                assert sharing.found(f"zqnext{word}", ["practice"]) == []
                assert len(queries.versions(made)) == (2 if ours else 1) * seen
                newest = queries.practice(made, at=now(), newest=True).text.number if seen else 0
                assert newest == (2 if ours else 1) * seen
            uses = queries.endorsements(found[0][0])
            assert bool(uses) == (found[0][0] in allowed)
            assert not queries.page(Filters(state="draft"), at=now()).rows or ours
            assert ours or "zq" not in " ".join(
                need.title for need in needs_of(actor, now()) if "practice" in need.title
            )
            sees_draft = draft in listed
            assert sees_draft == (email in (WRITER, REVIEWER))
        paths = ("/", "/knowledge/", "/search/?q=practice", "/knowledge/?state=draft")
        pages = {path: browser.get(path).content.decode() for path in paths}
        api = machine.get("/api/v1/practices?size=100").content.decode()
        absent = clean(browser.get(f"/knowledge/practices/{new_id()}/"))
        for made, word, _envelope in found:
            seen = made in allowed
            assert all(seen or (word not in page and str(made) not in page) for page in pages.values()), email
            assert (str(made) in api) == (word in api) == seen
            for suffix in ("", "versions/", "?newest=1"):
                page = browser.get(f"/knowledge/practices/{made}/{suffix}")
                assert (page.status_code == 200) == seen, (email, suffix)
                assert ours or f"zqnext{word}" not in page.content.decode()
            assert seen or clean(browser.get(f"/knowledge/practices/{made}/")) == absent
            answer = machine.get(f"/api/v1/practices/{made}?newest=true")
            assert (answer.status_code == 200) == seen
            assert ours or f"zqnext{word}" not in answer.content.decode()
            assert ours or not seen or (answer.json()["newest_number"], answer.json()["state"]) == (1, "published")
        assert sees_draft or not any("zqdraft" in page for page in (*pages.values(), api))
        assert (machine.get(f"/api/v1/practices/{draft}").status_code == 200) == sees_draft


@pytest.fixture(autouse=True)
def quiet_log(caplog: Any) -> None:
    caplog.set_level("ERROR")

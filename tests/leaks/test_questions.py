"""The leak property of questions and of who knows what: every way out agrees with the policy, for each watcher."""

from typing import Any

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.knowledge.experts import queries as experts
from port2port.knowledge.experts.queries import Filters as ExpertFilters
from port2port.knowledge.questions import actions, queries, waiting
from port2port.knowledge.questions.queries import Filters
from port2port.knowledge.questions.similar import similar
from port2port.members.acting import acting_as
from port2port.sharing import queries as sharing
from port2port.sharing.models import Event, Record
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from tests.knowledge.experts.declaring import declared
from tests.knowledge.questions.asking import question
from tests.leaks.test_property import WATCHERS, clean

AUTHORS = ("pso@antwerp.demo", "pso@northsea.demo")
CIRCLES = (("ports-and-police", Tlp.AMBER), ("port-beanr", Tlp.GREEN), ("all-members", Tlp.GREEN))


def test_every_way_out_of_questions_agrees_with_decide(db, cast, client_for, bearer_for):
    made: list[tuple[Any, str, Any]] = []
    for author in AUTHORS:
        for slug, tlp in CIRCLES:
            if author == AUTHORS[1] and slug == "port-beanr":
                continue  # a circle that this author is not in
            word = f"zq{author[4:9]}{slug.replace('-', '')}x"
            with acting_as(cast[author].person, cast[author].hat):
                identifier = question(f"May we ask {word} this?", "Or not?", circles=(slug,), tlp=tlp)
                actions.answer(identifier, text=f"Answer an{word}.", language="en", at=now())
                made.append((identifier, word, sharing.envelope(Record.objects.get(id=identifier))))
    for email in WATCHERS:
        member = cast[email]
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        with acting_as(member.person, member.hat) as actor:
            allowed = {i for i, _word, envelope in made if decide(actor, "see", envelope, at=now()).allowed}
            assert {one.record.id for one in queries.page(Filters(), at=now()).rows} == allowed
            assert sharing.count("question") == len(allowed)
            for identifier, word, _envelope in made:
                seen = identifier in allowed
                for said in (word, f"an{word}"):
                    assert sharing.found(said, ["question"]) == [identifier] * seen
                assert [hit.record.id for hit in similar(word, at=now())] == [identifier] * seen
                assert bool(queries.events(identifier)) == seen
                assert Event.objects.filter(record=identifier, act="shared").exists() == seen
            needs = " ".join(need.title for need in waiting.needs(actor, now()))
        pages = [browser.get(path).content.decode() for path in ("/", "/knowledge/questions/", "/search/?q=ask")]
        listed = machine.get("/api/v1/questions?size=100").content.decode()
        absent = clean(browser.get(f"/knowledge/questions/{new_id()}/"))
        for identifier, word, _envelope in made:
            seen = identifier in allowed
            assert seen or all(word not in text and str(identifier) not in text for text in (*pages, needs)), email
            assert (str(identifier) in listed) == (word in listed) == seen
            page = browser.get(f"/knowledge/questions/{identifier}/")
            assert (page.status_code == 200) == seen and (seen or clean(page) == absent)
            assert (machine.get(f"/api/v1/questions/{identifier}").status_code == 200) == seen


def test_who_knows_what_is_told_to_the_circles_chosen_and_to_nobody_else(db, cast, client_for, bearer_for):
    made: dict[Any, Any] = {}
    for author, slug in zip(
        (*AUTHORS, "pso@ostend.demo"), ("port-beanr", "ports-and-police", "all-members"), strict=True
    ):
        with acting_as(cast[author].person, cast[author].hat):
            circles = {one.slug: one.id for one in experts.circles()}
            identifier = declared("dogs", circles=(slug,), reaches=("mail",), mail=f"zq{author[4:9]}@port.example")
            made[identifier] = (cast[author].person, circles[slug], f"zq{author[4:9]}@port.example")
    for email in WATCHERS:
        member = cast[email]
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        with acting_as(member.person, member.hat) as actor:
            allowed = {i for i, (person, key, _mail) in made.items() if person == actor.person or key in actor.keys}
            today = now().date()
            assert {one.expert.id for one in experts.page(ExpertFilters("dogs"), today=today).rows} == allowed, email
            known = {one.expert.id for one in experts.who_knows("dogs", today=today)}
            assert known == {i for i in allowed if made[i][0] != actor.person}
        pages = [
            browser.get(path).content.decode()
            for path in ("/", "/knowledge/experts/", "/knowledge/questions/alike/?topic=dogs&title=")
        ]
        listed = machine.get("/api/v1/experts?size=100").content.decode()
        absent = clean(browser.get(f"/knowledge/experts/{new_id()}/"))
        for identifier, (_person, _key, mail) in made.items():
            seen = identifier in allowed
            assert seen or all(mail not in text and str(identifier) not in text for text in pages), email
            assert (str(identifier) in listed) == (mail in listed) == seen
            page = browser.get(f"/knowledge/experts/{identifier}/")
            assert (page.status_code == 200) == seen and (seen or clean(page) == absent)
            assert (machine.get(f"/api/v1/experts/{identifier}").status_code == 200) == seen


@pytest.fixture(autouse=True)
def quiet_log(caplog: Any) -> None:
    caplog.set_level("ERROR")

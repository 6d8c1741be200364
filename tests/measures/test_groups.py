"""Measures in the work of groups: what is linked to them, what an agenda is offered, and who learns of it."""

from datetime import timedelta
from typing import Any

import pytest

from port2port.base.clock import now
from port2port.measures import agreement_actions, linking
from port2port.sharing.tlp import Tlp
from port2port.workgroups import links, work_actions
from port2port.workgroups.about import about
from port2port.workgroups.actions import seat_person
from port2port.workgroups.offers import offered
from port2port.workgroups.queries import group as group_of
from tests.measures.writing import OWNER, group, measure, objective, opened
from tests.reports.writing import report
from tests.workgroups.writing import CHAIR, MEMBER, World, world

PARTNER, OUTSIDE_THE_GROUP = "pso@northsea.demo", "pso@liege.demo"


@pytest.fixture
def made(acting: Any, cast: Any) -> World:
    return world(acting, cast)


def test_decisions_and_actions_stand_on_the_page_of_what_they_are_about(acting, cast, client_for, made):
    with acting(OWNER):
        target, aim, seen = measure().record_id, objective().record_id, report("all-members").record_id
    with acting(CHAIR):
        decision = work_actions.propose(
            made.group, title="Quokka at the gate (test)", text="T", language="en", item=made.item, at=now()
        ).record_id
        action = work_actions.assign(
            made.group,
            text="Ask the wombat (test)",
            owner=cast[MEMBER].person,
            due=now().date(),
            language="en",
            at=now(),
        ).record_id
        for kind, record in (("measure", target), ("objective", aim), ("report", seen)):
            work_actions.link(decision, kind=kind, target=record, at=now())
            work_actions.link(action, kind=kind, target=record, at=now())
    pages = (f"/measures/{target}/", f"/measures/objectives/{aim}/", f"/reports/{seen}/")
    for path in pages:
        page = client_for(MEMBER).get(path).content.decode()
        assert "In working groups" in page and "Quokka at the gate" in page and "Ask the wombat" in page, path
        hidden = client_for(OUTSIDE_THE_GROUP).get(path)
        assert hidden.status_code == 200 and "In working groups" not in hidden.content.decode(), path
        assert "Quokka" not in hidden.content.decode(), path
    page = client_for(MEMBER).get(f"/workgroups/decisions/{decision}/").content.decode()
    assert f'href="/measures/{target}/"' in page and f'href="/measures/objectives/{aim}/"' in page
    with acting(OUTSIDE_THE_GROUP):
        assert about(target, at=now()) == {}


def test_a_link_shows_nothing_of_a_measure_that_the_reader_does_not_see(acting, client_for, made):
    with acting(OWNER):
        secret = measure("port-beanr", tlp=Tlp.AMBER, title="Wallaby behind the fence (test)").record_id
    with acting(CHAIR):
        decision = work_actions.propose(
            made.group, title="T", text="T", language="en", item=made.item, at=now()
        ).record_id
        work_actions.link(decision, kind="measure", target=secret, at=now())
        assert [one.id for one in links.resolved([("measure", secret)])] == [secret]
    with acting(MEMBER):
        assert links.resolved([("measure", secret)]) == linking.measures([secret]) == []
    assert "Wallaby" not in client_for(MEMBER).get(f"/workgroups/decisions/{decision}/").content.decode()


def test_an_agenda_is_offered_what_is_in_consultation_and_says_no_more_than_all_may_read(acting, cast, made):
    director = cast["director@commissioner.demo"]  # reads no operational circle
    with acting(CHAIR):
        seat_person(
            made.group, person=director.person, organisation=director.organisation, office="member", at=now()
        )  # fmt: skip
    with acting(OWNER):
        open_to_all = measure(title="Numbat at the gate (test)").record_id
        opened(open_to_all)
        narrow, foreign = (measure("ports-and-police", tlp=Tlp.AMBER, title="Wallaby (test)").record_id for _ in "ab")
        until = now() + timedelta(days=3)
        agreement_actions.open_consultation(narrow, group=made.group, until=until, at=now())
        opened(foreign)
        measure(title="Still a draft (test)")
    with acting(CHAIR):
        found = {one.target: one for one in offered(group_of(made.group), now())}
        assert set(found) == {open_to_all, narrow} and found[narrow].about == "measure"
        assert found[open_to_all].title == "Numbat at the gate (test)" and "Positions until" in found[narrow].note
        assert found[narrow].title.startswith("Measure ") and "Wallaby" not in found[narrow].title
        assert [one.title for one in offered(group_of(group()), now()) if one.target == foreign] == ["Wallaby (test)"]

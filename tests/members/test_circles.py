"""Circles made for an occasion; and that a confidential one never leaks: not in lists, previews, counts, errors."""

import re

import pytest
from django.db import transaction

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Refused
from port2port.base.ids import new_id
from port2port.members import circle_actions, circle_queries
from port2port.members.acting import translated
from port2port.members.models import Circle, CircleMember
from port2port.sharing import audiences, queries
from port2port.sharing.actions import publish, widen
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.sharing.sharing import TERMS, share

KEEPER, OTHER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "contact@agent.demo"


def made(acting, by=KEEPER, **changes):
    words = {"name": "Night watch", "of": "persons", "level": "operational", "confidential": False, "members": []}
    with acting(by):
        return circle_actions.make_circle(**{**words, **changes}, at=now()).id


def test_a_circle_is_made_filled_renamed_and_closed(client_for, acting, cast, journalled):
    client = client_for(KEEPER)
    sent = {"name": "Night watch", "of": "persons", "level": "operational"}
    path = client.post("/circles/new/", sent).headers["Location"]
    circle = path.split("/")[2]
    other = str(cast[OTHER].person)
    assert client.post(f"{path}members/", {"members": [other]}).status_code == 302
    assert "2 people read what Night watch is told" in client.get(path).content.decode()
    with acting(KEEPER):
        record = share(["Demo PSO North Sea Port"], Tlp.GREEN)
        told = audiences.build([Circle.objects.get(id=circle).id], Tlp.GREEN)
        assert record and told.keys
    with acting(OTHER) as actor:
        assert circle in {str(key) for key in actor.keys}
    assert client.post(f"{path}name/", {"name": "Day watch"}).status_code == 302
    assert "Day watch" in client_for(OTHER).get("/circles/").content.decode()
    assert client.post(f"{path}members/{other}/remove/").status_code == 302
    with acting(OTHER) as actor:
        assert circle not in {str(key) for key in actor.keys}
    assert client.post(f"{path}close/", {"confirm": "Night watch"}).status_code == 422
    assert client.post(f"{path}close/", {"confirm": "Day watch"}).status_code == 302
    assert client.get(path).status_code == 404
    for act in ("circle.made", "circle.joined", "circle.renamed", "circle.left", "circle.closed"):
        assert len(journalled(act)) == 1, act
    assert "Night" not in str(journalled("circle.made"))


def test_the_keeper_is_told_what_older_records_become_visible(client_for, acting):
    circle = made(acting)
    page = client_for(KEEPER).get(f"/circles/{circle}/").content.decode()
    assert "Nothing was shared with this circle yet." in page
    with acting(KEEPER):
        audience = audiences.build([circle], Tlp.GREEN)
        for _ in range(2):
            record = share(["Demo PSO Antwerp"], Tlp.GREEN)
            widen(record, more=audience, at=now())
    page = client_for(KEEPER).get(f"/circles/{circle}/").content.decode()
    assert "2 records become visible" in page


def test_who_joins_reads_what_was_shared_before_and_who_leaves_does_not(acting, cast):
    circle = made(acting)
    with acting(KEEPER):
        record = share_with(circle, Tlp.AMBER)
    with acting(OTHER):
        assert not Record.objects.filter(id=record).exists()
    with acting(KEEPER):
        circle_actions.add_members(circle, members=[cast[OTHER].person], at=now())
    with acting(OTHER):
        assert Record.objects.filter(id=record).exists()
    with acting(KEEPER):
        circle_actions.remove_member(circle, member=cast[OTHER].person, at=now())
    with acting(OTHER):
        assert not Record.objects.filter(id=record).exists()


def share_with(circle, tlp):
    audience = audiences.build([circle], tlp)
    return publish("report", audience=audience, terms=TERMS, at=now(), text="a fence was cut").id


@pytest.mark.parametrize("email", ["admin@antwerp.demo", "dpo@antwerp.demo", OUTSIDER, "pfso@quay1.demo"])
def test_only_those_who_may_share_make_circles(email, client_for):
    client = client_for(email)
    assert client.get("/circles/new/").status_code == 403
    assert client.post("/circles/new/", {"name": "x", "of": "persons", "level": "operational"}).status_code == 403


def test_only_the_keeping_organisation_changes_it(client_for, acting, cast):
    circle = made(acting, members=[cast[OTHER].person])
    client = client_for(OTHER)
    assert client.get(f"/circles/{circle}/").status_code == 200
    for path, sent in (
        (f"/circles/{circle}/name/", {"name": "Mine"}),
        (f"/circles/{circle}/members/", {"members": [str(cast["pso@liege.demo"].person)]}),
        (f"/circles/{circle}/members/{cast[KEEPER].person}/remove/", {}),
        (f"/circles/{circle}/close/", {"confirm": "Night watch"}),
    ):
        assert client.post(path, sent).status_code == 404, path
    stolen = CircleMember(id=new_id(), circle_id=circle, person_id=cast["pso@liege.demo"].person, since=now())
    with acting(OTHER), pytest.raises(Refused), translated(), transaction.atomic():
        stolen.save(force_insert=True)


def test_nobody_is_added_whose_name_one_may_not_know(acting, cast):
    circle = made(acting)
    with acting(KEEPER), pytest.raises(Invalid):
        circle_actions.add_members(circle, members=[cast[OUTSIDER].person], at=now())


# A confidential circle: the standing one of the insider desk, and one made for an occasion.


@pytest.mark.parametrize("email", [OUTSIDER, "admin@antwerp.demo", "officer@customs.demo", KEEPER])
def test_the_standing_confidential_circle_shows_no_member_and_no_number(email, client_for, acting, owner):
    circle = owner.execute("select id from members_circle where slug = 'insider-desk'").fetchone()[0]
    client = client_for(email)
    listed = client.get("/circles/").content.decode()
    row = re.search(rf'<li><span><a href="/circles/{circle}/">.*?</li>', listed, re.DOTALL)
    assert row is not None and "membership confidential" in row[0] and not re.search(r"\d (person|people)", row[0])
    page = client.get(f"/circles/{circle}/").content.decode()
    main = page[page.index('id="main"') : page.index("</main>")]
    assert "Who is in PSO and police, named persons is confidential" in main
    assert not re.search(r"\d+ (person|people)|Demo ", main)
    with acting(email) as actor:
        shown = audiences.preview([circle], Tlp.GREEN)
        assert shown.hidden and shown.people <= 1  # the actor alone
        others = CircleMember.objects.filter(circle=circle).exclude(person=actor.person)
        assert not others.exists()


def test_a_confidential_circle_for_an_occasion_is_nowhere_for_others(client_for, acting, cast, owner):
    member = cast["pso@liege.demo"].person
    circle = made(acting, name="Quiet work", confidential=True, members=[member])
    assert owner.execute("select count(*) from members_circlemember where circle_id = %s", [circle]).fetchone() == (2,)
    for email in ("admin@antwerp.demo", "director@antwerp.demo", OTHER, OUTSIDER):
        client = client_for(email)
        for path in ("/circles/", "/network/", "/network/organisations/port-of-antwerp-bruges/"):
            assert "Quiet work" not in client.get(path).content.decode()
        absent = "00000000-0000-7000-8000-000000000000"
        answers = [client.get(f"/circles/{key}/") for key in (circle, absent)]
        assert [answer.status_code for answer in answers] == [404, 404]
        with acting(email):
            assert not CircleMember.objects.filter(circle=circle).exists()
            for key in (circle, cast[email].organisation):  # hidden and absent: one error
                with pytest.raises(Invalid) as refused:
                    audiences.build([key], Tlp.GREEN)
                assert str(refused.value) == "audience: You cannot address one of these circles or persons."
    assert "Quiet work" in client_for("pso@liege.demo").get("/circles/").content.decode()
    seen = client_for("pso@liege.demo").get(f"/circles/{circle}/").content.decode()
    assert "Demo PSO Antwerp" not in seen[seen.index('id="main"') : seen.index("</main>")]
    kept = client_for(KEEPER).get(f"/circles/{circle}/").content.decode()
    assert "Demo PSO Liège" in kept  # whoever keeps it can take somebody out


def test_a_colleague_who_may_share_but_is_not_in_it_neither_sees_nor_keeps_it(acting, cast, owner):
    circle = made(acting, name="Quiet work", confidential=True)
    owner.execute(
        "update members_membership set roles = '{port_security_officer}' where id = %s",
        [cast["director@antwerp.demo"].hat],
    )
    with acting("director@antwerp.demo"):
        assert circle_queries.keeping([circle]) == set()
        assert not Circle.objects.filter(id=circle).exists()
        with pytest.raises(NotFound):
            circle_actions.add_members(circle, members=[cast["director@antwerp.demo"].person], at=now())


def test_the_readers_of_a_record_leave_a_confidential_circle_out(acting, cast):
    with acting(KEEPER) as actor:
        readers = queries.readers(share(["insider-desk"], Tlp.GREEN).id)
    assert {person for person, _organisation in readers} <= {actor.person}

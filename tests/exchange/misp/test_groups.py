"""Sharing groups that are circles here: what came for one may go there, and never further."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Port2PortError, Refused
from port2port.exchange.inbound.accepting import make_report
from port2port.exchange.misp import groups
from port2port.exchange.misp.importing import take
from port2port.exchange.misp.reading import looked
from port2port.exchange.misp.widths import groups as limits
from port2port.exchange.misp.widths import narrowest
from port2port.exchange.models import Bound, Inbound
from port2port.members.models import Circle, Organisation
from port2port.reports.actions import widen_report
from port2port.reports.models import Report
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.attacks import FORBIDDEN, refused
from tests.exchange.misp.export import UUIDS, attribute, event
from tests.exchange.rendered import objects, render
from tests.reports.writing import report

OWNER, PARTNER, OUTSIDER, ADMIN = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo", "admin@antwerp.demo"
GROUP, OTHER = "6a0e0000-0000-4000-8000-000000000001", "6a0e0000-0000-4000-8000-000000000002"
SAID = {"uuid": GROUP, "name": "Port police (test)", "releasability": "x"}
LIMITED = {"distribution": "4", "sharing_group_id": "1", "SharingGroup": SAID}


def circle(slug: str) -> UUID:
    return Circle.objects.get(slug=slug).id


def say(slug: str = "ports-and-police", group: str = GROUP) -> Any:
    return groups.say(group=UUID(group), name="Port police (test)", circle=circle(slug), at=now())


def came(**changes: Any) -> Inbound:
    """Take in an event, and return the incident that waits."""
    (one,) = take(json.dumps({"Event": event(**(LIMITED | changes))}).encode(), at=now())
    assert not one.message
    return Inbound.objects.get(stix_id=f"incident--{one.uuid}")


def accepted(row: Inbound, *, with_circle: bool) -> Report:
    return make_report(row.id, threat="cyber_attack", port="BEANR", at=now(), with_circle=with_circle)


def test_what_came_for_a_group_goes_to_its_circle_when_a_person_says_so(acting):
    with acting(OWNER):
        say()
        row = came()
        assert row.tlp == Tlp.AMBER
        limit = groups.limit_of(row)
        assert limit is not None and limit.circle is not None
        made = accepted(row, with_circle=True)
        assert limit.circle.id in Record.objects.get(id=made.record_id).audience
        assert Bound.objects.get().circle_id == limit.circle.id
    with acting(PARTNER):
        assert Report.objects.filter(record_id=made.record_id).exists()
    with acting(OUTSIDER):
        assert not Report.objects.filter(record_id=made.record_id).exists()


def test_it_is_never_wider_afterwards_nor_sent_to_machines(acting):
    with acting(OWNER):
        say()
        made = accepted(came(), with_circle=False)
        to = Addressing((circle("all-members"),), Tlp.AMBER)
        with pytest.raises(Invalid):
            widen_report(made.record_id, to=to, at=now())
        assert set(Record.objects.get(id=made.record_id).audience).isdisjoint(to.addressed)
        widen_report(made.record_id, to=Addressing((circle("ports-and-police"),), Tlp.AMBER), at=now())
    render()
    with acting(PARTNER):
        assert Report.objects.filter(record_id=made.record_id).exists()
        assert objects("record_id = %s", made.record_id) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"SharingGroup": {**SAID, "uuid": OTHER}},
        {"SharingGroup": None},
        {"distribution": "1", "Attribute": [attribute(1, "domain", "login.example", **LIMITED)]},
        {"Attribute": [attribute(1, "domain", "login.example", **LIMITED | {"SharingGroup": {"uuid": OTHER}})]},
        {"Attribute": [attribute(1, "domain", "login.example", distribution="0")]},
        {"Tag": [{"name": "tlp:amber+strict"}]},
        {"Tag": []},
    ],
    ids=["unknown", "unreadable", "community", "two-groups", "a-part-at-home", "strict", "unmarked"],
)
def test_any_other_limit_leaves_the_own_organisation(acting, changes):
    with acting(OWNER):
        say()
        row = came(**changes)
        limit = groups.limit_of(row)
        assert limit is not None and limit.circle is None
        with pytest.raises(Invalid):
            accepted(row, with_circle=True)
        made = accepted(row, with_circle=False)
        with pytest.raises(Invalid):
            widen_report(made.record_id, to=Addressing((circle("ports-and-police"),), Tlp(row.tlp)), at=now())


def test_a_group_that_is_taken_back_opens_nothing_more(acting):
    with acting(OWNER):
        made = say()
        row = came()
        groups.take_back(made.id, at=now())
        limit = groups.limit_of(row)
        assert limit is not None and limit.circle is None
        report_ = accepted(row, with_circle=False)
        say()
        with pytest.raises(Invalid):
            widen_report(report_.record_id, to=Addressing((circle("ports-and-police"),), Tlp.AMBER), at=now())


def test_what_is_for_no_group_is_as_before(acting):
    with acting(OWNER):
        say()
        row = came(distribution="3", SharingGroup=None)
        assert groups.limit_of(row) is None
        made = accepted(row, with_circle=False)
        widen_report(made.record_id, to=Addressing((circle("ports-and-police"),), Tlp.AMBER), at=now())
        assert not Bound.objects.exists()


def test_only_who_may_share_says_it_and_of_circles_of_their_own(acting, db):
    with acting(ADMIN), pytest.raises(Refused):
        say()
    with acting(OWNER):
        for kind in ("everyone", "organisation"):
            other = Circle.objects.filter(kind=kind).first()
            with pytest.raises(Invalid):
                groups.say(group=UUID(GROUP), name="Port police (test)", circle=other.id, at=now())
        say()
        with pytest.raises(Conflict):
            say()
    with acting(PARTNER):
        assert groups.mapped() == []
        with pytest.raises(Port2PortError):
            groups.take_back(uuid4(), at=now())


def test_page_and_api_do_the_same(acting, client_for, bearer_for):
    browser, machine = client_for(OWNER), Client(headers=bearer_for(OWNER))
    with acting(OWNER):
        came()
        chosen = str(circle("ports-and-police"))
    shown = browser.get("/systems/misp/groups/").content.decode()
    assert GROUP in shown
    listed = machine.get("/api/v1/exchange/misp/groups").json()
    assert (listed["items"], [one["group"] for one in listed["unmapped"]]) == ([], [GROUP])
    form = {"group": GROUP, "name": "Port police (test)", "circle": chosen}
    assert browser.post("/systems/misp/groups/", form | {"group": "x"}).status_code == 422
    assert browser.post("/systems/misp/groups/", form).status_code == 302
    assert browser.post("/systems/misp/groups/", form).status_code == 422
    (item,) = machine.get("/api/v1/exchange/misp/groups").json()["items"]
    assert (item["group"], item["circle"]) == (GROUP, chosen)
    assert machine.delete(f"/api/v1/exchange/misp/groups/{item['id']}").status_code == 204
    said = machine.post("/api/v1/exchange/misp/groups", form, content_type="application/json")
    assert said.status_code == 201
    assert machine.post("/api/v1/exchange/misp/groups", form, content_type="application/json").status_code == 409
    with acting(OWNER):
        row = came(uuid=UUIDS[9])
    (waits,) = [one for one in machine.get("/api/v1/exchange/inbound?type=incident").json()["items"] if one["circle"]]
    assert (waits["id"], waits["circle"]) == (str(row.id), chosen)
    page = browser.get(f"/systems/sent/{row.id}/")
    assert 'value="circle"' in page.content.decode()
    answer = browser.post(f"/systems/sent/{row.id}/", {"threat": "cyber_attack", "port": "BEANR", "audience": "circle"})
    assert answer.status_code == 302
    with acting(PARTNER):
        assert Report.objects.count() == 1
    assert browser.post(f"/systems/misp/groups/{said.json()['id']}/back/").status_code == 302


def test_raw_sql_does_not_widen(acting, enter):
    with acting(OWNER) as actor:
        say()
        made = accepted(came(), with_circle=False)
        far, police = circle("all-members"), circle("ports-and-police")
        free = report("ports-and-police").record_id
        other = Organisation.objects.exclude(id=actor.organisation).filter(left_at=None).first().id
    attacker = enter(OWNER)
    assert refused(attacker, "update exchange_bound set circle_id = %s", far) == FORBIDDEN
    assert refused(attacker, "delete from exchange_bound") == FORBIDDEN
    widen = "select sharing_widen(%s, %s::uuid[], %s::uuid[], 2::smallint)"
    assert refused(attacker, widen, made.record_id, [far], [far]) == "PP422"
    assert refused(attacker, "select sharing_hand_over(%s, %s)", made.record_id, other) == "PP422"
    bound = "insert into exchange_bound (record_id, circle_id) values (%s, %s)"
    assert refused(attacker, bound, free, police) == FORBIDDEN
    assert refused(attacker, bound, free, far) == "PP422"
    mapping = (
        'insert into exchange_mispgroup (id, organisation_id, "group", name, circle_id, made_by_id, made_at)'
        " select new_uuid7(), acting_organisation(), new_uuid7(), 'x', id, acting_person(), now() from members_circle"
        " where kind = %s"
    )
    for kind in ("everyone", "organisation"):
        assert refused(attacker, mapping, kind) == FORBIDDEN


FAR = st.sampled_from(("0", "1", "2", "3", "4", "4", "5", 4, None, "x"))
NAMED = st.sampled_from((GROUP, OTHER, GROUP.upper(), "x", None))
MARK = st.lists(st.sampled_from(("tlp:clear", "tlp:green", "tlp:amber", "tlp:amber+strict", "tlp:red")), max_size=1)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    def said(tags: bool = True) -> dict[str, Any]:
        found = {"distribution": draw(FAR), "SharingGroup": {"uuid": draw(NAMED), "name": "A group (test)"}}
        return found | ({"Tag": [{"name": one} for one in draw(MARK)]} if tags else {})

    many = draw(st.integers(0, 3))
    parts = [attribute(number, "domain", f"d{number}.example", **said()) for number in range(1, many + 1)]
    inner = attribute(7, "text", "x", **said())
    box = {"name": "port2port-container", "uuid": UUIDS[20], "Attribute": [inner]} | said()
    return event(**said(), Attribute=parts, Object=[box])


@given(found=events(), known=st.sets(st.sampled_from((GROUP, OTHER))))
def test_a_group_that_is_known_opens_that_far_and_nothing_else(found, known):
    """The mark with groups known is that without, or TLP:AMBER where every group in it is known."""
    before, after = narrowest(found), narrowest(found, known)
    limited = limits(found)
    assert after <= before
    if after < before:
        assert before == Tlp.AMBER_STRICT
        assert after >= Tlp.AMBER
        assert limited - {""} <= known
    (one,) = looked(json.dumps({"Event": found}).encode(), known)
    assert one.tlp == after
    for made in one.objects:
        if made["type"] == "incident":
            assert set(made.get("x_port2port_groups", [])) == set(limited)


@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(found=events(), known=st.sampled_from(((), (GROUP,), (GROUP, OTHER))), wish=st.booleans())
def test_no_report_is_wider_than_the_group(found, known, wish, db, acting, _admin):
    """Whoever sees the report is of the own organisation, or in the one circle that every group in it is here."""
    _admin.execute("select kept.reset()")
    slugs = {GROUP: "ports-and-police", OTHER: "all-members"}
    with acting(OWNER):
        for group in known:
            say(slugs[group], group)
        (one,) = take(json.dumps({"Event": found}).encode(), at=now())
        row = Inbound.objects.filter(stix_id=f"incident--{one.uuid}").first()
        if one.message or row is None:
            return
        limit = groups.limit_of(row)
        may = limit.circle.slug if limit is not None and limit.circle is not None else ""
        if may:
            assert {slugs.get(group) for group in limits(found)} == {may}
        made = accepted(row, with_circle=wish and bool(may))
        for slug in ("ports-and-police", "all-members"):
            if limits(found) and slug != may:
                with pytest.raises(Invalid):
                    widen_report(made.record_id, to=Addressing((circle(slug),), Tlp(row.tlp)), at=now())
    if limits(found) and not (wish and may):
        for email in (PARTNER, OUTSIDER):
            with acting(email):
                assert not Report.objects.filter(record_id=made.record_id).exists()

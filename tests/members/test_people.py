"""Roles, verifications, leaving: what administrators do, and what happens at once."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction

from port2port.base.clock import now
from port2port.base.errors import Conflict, Refused
from port2port.members import actions, people_queries
from port2port.members.acting import SignedOut, acting_as, translated
from port2port.members.models import Membership
from port2port.members.tasks import open_reviews
from port2port.sharing import queries
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.sharing.sharing import share

ANTWERP = "admin@antwerp.demo"
PSO = "pso@antwerp.demo"


def test_the_matrix_shows_own_people_with_roles_in_words(client_for):
    page = client_for(ANTWERP).get("/organisation/people/").content.decode()
    assert "Demo PSO Antwerp" in page and "pso@antwerp.demo" in page and "Port security officer (PSO)" in page
    assert "Reads what is shared with the port, reports, shares further, withdraws and exports." in page
    assert "northsea" not in page


def test_the_number_of_queries_does_not_grow_with_the_people(client_for, owner, statements):
    client = client_for(ANTWERP)
    client.get("/organisation/people/")
    few = statements(client, "/organisation/people/")
    owner.execute(
        "insert into members_person (id, kind, name, language, active, joined_at)"
        " select gen_random_uuid(), 'human', 'More ' || n, 'nl', true, now() from generate_series(1, 30) n"
    )
    owner.execute(
        "insert into members_membership (id, person_id, organisation_id, roles, since) select gen_random_uuid(), p.id,"
        " (select id from members_organisation where slug = 'port-of-antwerp-bruges'), '{contact}', now()"
        " from members_person p where p.name like 'More %'"
    )
    assert statements(client, "/organisation/people/") == few


def test_changed_roles_hold_at_once(client_for, acting, cast):
    with acting(PSO) as before:
        assert before.may("share")
    path = f"/organisation/people/{cast[PSO].person}/"
    answer = client_for(ANTWERP).post(path, {"do": "roles", "roles": ["duty_desk"], "facility": ""})
    assert answer.status_code == 302
    with acting(PSO) as after:
        assert not after.may("share") and after.may("report")


def test_people_of_others_are_not_there(client_for, cast):
    client = client_for(ANTWERP)
    stranger = cast["pso@ostend.demo"].person
    for path in (f"/organisation/people/{stranger}/", f"/organisation/people/{stranger}/remove/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/organisation/review/{stranger}/keep/").status_code == 404


def test_the_last_administrator_cannot_leave_nor_drop_the_role(client_for, cast):
    client = client_for(ANTWERP)
    path = f"/organisation/people/{cast[ANTWERP].person}/"
    dropped = client.post(path, {"do": "roles", "roles": ["contact"], "facility": ""})
    assert dropped.status_code == 422
    assert "The last administrator of an organisation stays" in dropped.content.decode()
    sent = {"heir": str(cast[PSO].person), "confirm": "Demo Administrator Antwerp"}
    left = client.post(f"{path}remove/", sent)
    assert left.status_code == 422
    assert "The last administrator of an organisation stays" in left.content.decode()
    assert client.get("/organisation/people/").status_code == 200


def test_the_database_keeps_the_last_administrator_whoever_asks(acting, cast, owner):
    with pytest.raises(Conflict), acting(ANTWERP):
        actions.remove_person(cast[ANTWERP].person, heir=cast[PSO].person, at=now())
    with pytest.raises(psycopg.Error, match="last administrator"):
        owner.execute("update members_membership set roles = '{contact}' where id = %s", [cast[ANTWERP].hat])


def test_an_administrator_does_not_widen_the_own_access_when_there_is_another(acting, cast):
    with acting(ANTWERP):
        both = ["administrator", "port_security_officer"]
        actions.change_roles(cast[PSO].person, roles=both, facility=None, at=now())
    with pytest.raises(Refused), acting(ANTWERP):
        actions.change_roles(cast[ANTWERP].person, roles=both, facility=None, at=now())
    until = now().date() + timedelta(days=30)
    with pytest.raises(Refused), acting(ANTWERP):
        actions.confirm_verification(
            cast[ANTWERP].person, kind="employer-check", on=now().date(), until=until, at=now()
        )
    with acting(PSO):
        actions.change_roles(cast[ANTWERP].person, roles=both, facility=None, at=now())
    with acting(ANTWERP) as widened:
        assert widened.may("share")


@pytest.mark.parametrize(
    ("on", "until", "field"),
    [(1, 30, "on"), (-1, 0, "until"), (-1, 6 * 366, "until")],
)
def test_a_verification_has_sound_dates(on, until, field, client_for, cast):
    today = now().date()
    sent = {
        "do": "verify", "kind": "employer-check", "on": (today + timedelta(days=on)).isoformat(),
        "until": (today + timedelta(days=until)).isoformat(),
    }  # fmt: skip
    answer = client_for(ANTWERP).post(f"/organisation/people/{cast[PSO].person}/", sent)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()


def test_a_leaver_is_out_at_once(client_for, acting, cast, app_dsn, journalled, owner):
    """Session, keys, membership; open screens are told; what only the leaver could read is the heir's."""
    with acting(PSO):
        mine = share(["Demo PSO Antwerp"], Tlp.RED, "for me alone").id
    leaver = client_for(PSO)
    assert leaver.get("/network/").status_code == 200
    with psycopg.connect(app_dsn, autocommit=True) as listening:
        listening.execute("listen p2p_access")
        sent = {"heir": str(cast["dpo@antwerp.demo"].person), "confirm": "Demo PSO Antwerp"}
        answer = client_for(ANTWERP).post(f"/organisation/people/{cast[PSO].person}/remove/", sent)
        assert answer.status_code == 302, answer.content.decode()
        told = [notice.payload for notice in listening.notifies(timeout=2, stop_after=3)]
    assert str(cast[PSO].person) in told
    assert any(payload.startswith("session:") for payload in told)
    assert leaver.get("/network/").headers["Location"].startswith("/account/login/")
    with pytest.raises(SignedOut), acting(PSO):
        pass
    with pytest.raises(SignedOut), acting_as(cast[PSO].person, None):
        pass
    row = owner.execute("select active, heir_id from members_person where id = %s", [cast[PSO].person]).fetchone()
    assert row == (False, cast["dpo@antwerp.demo"].person)
    with acting("dpo@antwerp.demo"):
        assert Record.objects.filter(id=mine).exists()
    assert journalled("member.left")[0]["details"]["records"] == 1


def test_leaving_one_organisation_keeps_the_other(acting, cast, owner):
    owner.execute(
        "insert into members_membership (id, person_id, organisation_id, roles, since, verified_until)"
        " select gen_random_uuid(), %s, id, '{analyst}', now(), current_date + 30 from members_organisation"
        " where slug = 'federal-police'",
        [cast[PSO].person],
    )
    with acting(ANTWERP):
        actions.remove_person(cast[PSO].person, heir=cast[ANTWERP].person, at=now())
    second = owner.execute(
        "select id from members_membership where person_id = %s and until is null", [cast[PSO].person]
    ).fetchone()
    assert second is not None
    with acting_as(cast[PSO].person, second[0]) as actor:
        assert actor.may("export")


def test_the_heir_must_be_a_colleague_and_the_name_typed(client_for, cast):
    client = client_for(ANTWERP)
    path = f"/organisation/people/{cast[PSO].person}/remove/"
    stranger = {"heir": str(cast["pso@ostend.demo"].person), "confirm": "Demo PSO Antwerp"}
    assert client.post(path, stranger).status_code == 422
    assert client.post(path, {"heir": str(cast[ANTWERP].person), "confirm": "Somebody"}).status_code == 422
    assert "Demo PSO Antwerp" in client.get("/organisation/people/").content.decode()


def test_a_whole_organisation_leaves(client_for, acting, cast, owner):
    with acting("pso@ostend.demo"):
        record = share(["organisation-port-of-ostend", "ports-and-police"], Tlp.AMBER).id
    client = client_for("operator@platform.demo")
    heir = cast["pso@antwerp.demo"].organisation
    path = "/network/organisations/port-of-ostend/leave/"
    assert client.post(path, {"heir": str(heir), "confirm": "Ostend"}).status_code == 422
    assert client.post(path, {"heir": str(heir), "confirm": "Port of Ostend"}).status_code == 302
    owned = owner.execute("select owner_id from sharing_record where id = %s", [record]).fetchone()
    assert owned == (heir,)
    with pytest.raises(SignedOut), acting("pso@ostend.demo"):
        pass
    with pytest.raises(SignedOut), acting_as(cast["pso@ostend.demo"].person, None):
        pass
    assert client_for(ANTWERP).get(path).status_code == 403


def test_an_access_review_is_done_when_everybody_is_decided_on(client_for, acting, cast, db):
    assert open_reviews() > 10
    assert open_reviews() == 0
    client = client_for(ANTWERP)
    assert "4 people" in client.get("/organisation/review/").content.decode()
    others = ["dpo@antwerp.demo", "director@antwerp.demo", ANTWERP]
    for email in others:
        assert client.post(f"/organisation/review/{cast[email].person}/keep/").status_code == 302
    assert "1 person" in client.get("/organisation/review/").content.decode()
    sent = {"do": "roles", "roles": ["duty_desk"], "facility": ""}
    answer = client.post(f"/organisation/people/{cast[PSO].person}/?review=", sent)
    assert answer.headers["Location"] == "/organisation/review/"
    assert "access was decided" in client.get("/organisation/review/").content.decode()


def test_an_overdue_review_says_so_and_waits_on_home(client_for, acting, owner):
    open_reviews()
    owner.execute("update members_accessreview set due = current_date - 1")
    assert "Overdue" in client_for(ANTWERP).get("/organisation/review/").content.decode()
    with acting(ANTWERP) as actor:
        needs = people_queries.needs(actor, now())
        assert [(need.overdue, need.href) for need in needs] == [(True, "/organisation/review/")]
    with acting(PSO) as actor:
        assert people_queries.needs(actor, now()) == []


def test_only_the_worker_opens_reviews(acting):
    with acting(ANTWERP), pytest.raises(Refused), translated(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select members_open_reviews('2026-Q4', current_date)")


def test_memberships_of_others_are_hidden_from_administrators(acting, cast):
    with acting(ANTWERP):
        organisations = set(Membership.objects.values_list("organisation", flat=True))
    assert organisations == {cast[ANTWERP].organisation}
    with acting(ANTWERP):
        assert queries.newest("report").ids == []

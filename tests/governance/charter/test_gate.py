"""The gate: without acceptance nothing is born at AMBER or narrower, by no way; reading and warning go on."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from django.utils.translation import override

from port2port.base.clock import now
from port2port.base.errors import AcceptanceDue
from port2port.governance.charter import queries
from port2port.governance.charter.actions import accept_text
from port2port.members.models import Circle
from port2port.reports.actions import share_report
from port2port.reports.models import Report
from port2port.sharing import gates
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert
from tests.attacks import refused
from tests.reports.writing import DRAFT, report

Acting = Callable[[str], AbstractContextManager[Any]]
HELD = "PP451"
PSO = "pso@antwerp.demo"


@pytest.fixture
def not_accepted(owner: psycopg.Connection[Any], cast: dict[str, Any]) -> None:
    """Antwerp has accepted nothing; the owner of the tables forgets it behind the triggers."""
    owner.execute("alter table governance_acceptance disable trigger keep")
    owner.execute("delete from governance_acceptance where organisation_id = %s", [cast[PSO].organisation])
    owner.execute("alter table governance_acceptance enable trigger keep")


def vital() -> Report:
    """Share, as the current actor, what protects somebody's life."""
    to = Addressing((Circle.objects.get(slug="ports-and-police").id,), Tlp.AMBER)
    terms = Terms(purpose="drone_safety", legal_basis="gdpr_vital_interests")
    return share_report(draft=DRAFT, to=to, terms=terms, at=now())


def test_what_the_cast_accepted_lets_it_share(acting: Acting) -> None:
    with acting(PSO):
        assert report("ports-and-police", tlp=Tlp.AMBER).record.tlp == Tlp.AMBER
        assert gates.hindrances() == []


@pytest.mark.parametrize("tlp", [Tlp.AMBER, Tlp.AMBER_STRICT])
def test_nothing_is_born_at_amber_or_narrower(not_accepted: None, acting: Acting, tlp: Tlp) -> None:
    circle = "ports-and-police" if tlp == Tlp.AMBER else "organisation-port-of-antwerp-bruges"
    with override("en"), acting(PSO), pytest.raises(AcceptanceDue) as error:
        report(circle, tlp=tlp)
    for name in ("Cooperation charter", "Joint-controller agreement", "Data-protection impact assessment"):
        assert name in str(error.value.reason)


def test_red_is_held_too(not_accepted: None, acting: Acting, cast: dict[str, Any]) -> None:
    with acting(PSO), pytest.raises(AcceptanceDue):
        report(tlp=Tlp.RED, to=(cast["pso@northsea.demo"].person,))


def test_green_is_shared_and_cannot_be_raised(
    not_accepted: None, acting: Acting, owner: psycopg.Connection[Any]
) -> None:
    with acting(PSO):
        shared = report("all-members", tlp=Tlp.GREEN).record_id
    with pytest.raises(psycopg.Error) as error:  # also the owner of the tables: the trigger asks who, not how
        owner.execute("update sharing_record set tlp = 2 where id = %s", [shared])
    assert error.value.sqlstate == HELD


def test_raw_sql_as_the_serving_role_is_held(
    not_accepted: None, enter: Callable[..., Any], cast: dict[str, Any]
) -> None:
    connection = enter(PSO)
    key = connection.execute("select id from members_circle where slug = 'ports-and-police'").fetchone()[0]
    one = cast[PSO]
    born = (
        "insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose,"
        " legal_basis, personal_data, provenance, origin, origin_id, threat, at, updated_at, expires_at, version)"
        " values (new_uuid7(), 'report', %s, %s, %s, %s, %s, 2, 'drone_safety', 'gdpr_public_task', 'none', 'member',"
        " '', '', '', now(), now(), now() + interval '1 day', 1)"
    )
    assert refused(connection, born, one.organisation, one.person, [key], [key], 2) == HELD
    connection.execute(born, [one.organisation, one.person, [key], [key], 1])


def test_danger_to_a_person_is_never_held(
    not_accepted: None, acting: Acting, journalled: Callable[[str], list[dict[str, Any]]]
) -> None:
    with acting(PSO):
        shared = vital().record_id
        warned = alert("ports-and-police").record_id
    by = {entry["record"]: entry["reason"] for entry in journalled("charter.exempted")}
    assert by == {str(shared): "vital", str(warned): "alert"}


def test_what_was_born_as_vital_does_not_become_another(
    not_accepted: None, acting: Acting, enter: Callable[..., Any]
) -> None:
    with acting(PSO):
        shared = vital().record_id
    connection = enter(PSO)
    change = "update sharing_record set legal_basis = 'gdpr_public_task' where id = %s"
    assert refused(connection, change, shared) == HELD


def test_an_exemption_is_journalled_only_where_it_was_needed(
    acting: Acting, journalled: Callable[[str], list[dict[str, Any]]]
) -> None:
    with acting(PSO):
        alert("ports-and-police")
    assert journalled("charter.exempted") == []


def test_accepting_opens_the_gate(not_accepted: None, acting: Acting) -> None:
    with acting("director@antwerp.demo"):
        for text in queries.in_force():
            accept_text(text, language="en", digest=text.digests["en"], at=now())
    with acting(PSO):
        assert report("ports-and-police", tlp=Tlp.AMBER).record.tlp == Tlp.AMBER


def test_two_of_three_are_not_enough(not_accepted: None, acting: Acting) -> None:
    with acting("director@antwerp.demo"):
        for text in queries.in_force()[:2]:
            accept_text(text, language="en", digest=text.digests["en"], at=now())
    with acting(PSO), pytest.raises(AcceptanceDue):
        report("ports-and-police", tlp=Tlp.AMBER)


def test_members_read_on(not_accepted: None, acting: Acting) -> None:
    with acting("pso@northsea.demo"):
        shared = report("ports-and-police", tlp=Tlp.AMBER).record_id
    with acting(PSO):
        assert Circle.objects.filter(slug="ports-and-police").exists()
        from_others = queries.owed()
        assert [one.holds for one in from_others] == [True, True, True]
        assert Report.objects.filter(record_id=shared).exists()


def test_until_the_grace_is_over_all_share(not_accepted: None, acting: Acting, owner: psycopg.Connection[Any]) -> None:
    owner.execute("insert into base_setting values ('charter_grace_until', (current_date)::text)")
    with acting(PSO):
        report("ports-and-police", tlp=Tlp.AMBER)
        assert [one.holds for one in gates.hindrances()] == [False]
    owner.execute("update base_setting set value = (current_date - 1)::text where key = 'charter_grace_until'")
    with acting(PSO), pytest.raises(AcceptanceDue):
        report("ports-and-police", tlp=Tlp.AMBER)

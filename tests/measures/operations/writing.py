"""Making operations and requests for aid for tests through the real actions."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.measures.operations import actions, aid_actions
from port2port.measures.operations.models import Participation
from port2port.measures.operations.rules import Need, Part, Plan
from port2port.members.acting import current_actor
from port2port.members.models import Port
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from tests.measures.writing import OWNER
from tests.reports.writing import keys

PARTNER, GUEST, OUTSIDER = "pso@northsea.demo", "pso@ostend.demo", "officer@outside.demo"


def part(email: str, cast: Any, locode: str) -> Part:
    """Return the organisation of one of the cast at a port."""
    return Part(cast[email].organisation, Port.objects.get(locode=locode).id)


def plan(title: str = "Night of the reefers (test)", *, starts: float = 48, hours: float = 12, text: str = "") -> Plan:
    """Return a plan that starts so many hours from now."""
    begins = now() + timedelta(hours=starts)
    said = text or "At all gates the same night: every reefer from the list is scanned."
    return Plan("inspection", title, said, begins, begins + timedelta(hours=hours), "en")


def planned(
    cast: Any,
    what: Plan | None = None,
    *,
    parts: Sequence[tuple[str, str]] = ((OWNER, "BEANR"), (PARTNER, "BEGNE")),
    tlp: Tlp = Tlp.AMBER,
    persons: Sequence[str] = (),
) -> UUID:
    """Plan an operation as the current actor."""
    return actions.plan_operation(
        plan=what or plan(), threat="drug_smuggling", parts=[part(email, cast, port) for email, port in parts], tlp=tlp,
        persons=[cast[email].person for email in persons], terms=terms_for("drug_smuggling", reporter()), at=now(),
    ).record_id  # fmt: skip


def accepts(operation: UUID, *, accept: bool = True) -> None:
    """Answer for all parts of the current actor's organisation."""
    organisation = current_actor().organisation
    for one in Participation.objects.filter(operation_id=operation, organisation_id=organisation, answer="asked"):
        actions.answer(one.id, accept=accept, at=now())


def running(acting: Any, cast: Any, **more: Any) -> UUID:
    """Plan an operation that began an hour ago, accept it and start it."""
    with acting(OWNER):
        made = planned(cast, plan(starts=-1), **more)
    with acting(PARTNER):
        accepts(made)
    with acting(OWNER):
        actions.turn(made, to="running", at=now())
    return made


def need(**more: Any) -> Need:
    """Return what is asked for: three divers for a day."""
    values: dict[str, Any] = {
        "kind": "divers", "what": "With an underwater drone.", "amount": 3, "port": None, "where": "Kallo lock",
        "from_at": now() + timedelta(hours=12), "until_at": now() + timedelta(hours=36),
        "why": "A hull to look at (test).", "language": "en",
    }  # fmt: skip
    return Need(**values | more)


def asked(*names: str, tlp: Tlp = Tlp.AMBER, **more: Any) -> UUID:
    """Ask for aid as the current actor."""
    return aid_actions.ask_aid(
        need=need(**more), threat="drug_smuggling", to=Addressing(keys(names or ("ports-and-police",)), tlp),
        terms=terms_for("drug_smuggling", reporter()), at=now(),
    ).record_id  # fmt: skip

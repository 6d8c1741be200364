"""Making records for tests through the real actions, without a domain's row where none is needed."""

from collections.abc import Iterable
from uuid import UUID

from port2port.base.clock import now
from port2port.members.models import Circle, Person
from port2port.sharing import audiences
from port2port.sharing.actions import Terms, publish
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp

TERMS = Terms(purpose="port_security_isps", legal_basis="members_charter")


def keys(names: Iterable[str]) -> list[UUID]:
    """Ids of circles by slug and of persons by name, as the actor sees them."""
    found = []
    for name in names:
        circle = Circle.objects.filter(slug=name).first()
        found.append(circle.id if circle else Person.objects.get(name=name).id)
    return found


def share(names: Iterable[str], tlp: Tlp, text: str = "a fence was cut", terms: Terms = TERMS) -> Record:
    """Publish an envelope to circles and persons as the current actor."""
    audience = audiences.build(keys(names), tlp, personal_data=terms.personal_data)
    return publish("report", audience=audience, terms=terms, at=now(), text=text, threat="physical_intrusion")

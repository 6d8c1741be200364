"""One of the demo's cast, to act as: for the seeds of the domains."""

from uuid import UUID

from port2port.members.acting import acting_as_system
from port2port.members.models import Account, Membership


def cast_member(email: str) -> tuple[UUID, UUID]:
    """Return one of the cast as person and hat. Raises LookupError without a membership."""
    with acting_as_system("identity"):
        person = Account.objects.get(email=email).person_id
        hat = Membership.objects.filter(person_id=person, until=None).order_by("since", "id").first()
    if hat is None:
        raise LookupError(f"{email} has no organisation")
    return person, hat.id

"""What commands of domains share: kinds under one command, and in whose name one runs."""

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from port2port.base.errors import Invalid, Problem
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.actor import Actor
from port2port.members.models import Account, Membership


def kinds_of(subparsers: Any, name: str, help_text: str) -> Any:
    """Return the subparsers of a command that several domains add kinds to, made by whoever comes first."""
    if name not in subparsers.choices:
        command = subparsers.add_parser(name, help=help_text)
        command.set_defaults(kinds=command.add_subparsers(dest="kind", metavar="KIND", required=True))
    return subparsers.choices[name].get_default("kinds")


def acting_for(email: str | None) -> AbstractContextManager[Actor]:
    """Return the transaction in which this person acts, or the system principal `import`. Raises Invalid."""
    if not email:
        return acting_as_system("import")
    person, hat = _person(email)
    return acting_as(person, hat)


def _person(email: str) -> tuple[UUID, UUID | None]:
    with acting_as_system("identity"):
        account = Account.objects.filter(email__iexact=email).first()
        if account is None:
            raise Invalid([Problem("--as", f"nobody signs in as {email}")])
        hat = Membership.objects.filter(person_id=account.person_id, until=None).order_by("since").first()
        return account.person_id, hat.id if hat else None

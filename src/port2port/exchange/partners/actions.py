"""What administrators do with the organisation's systems: let them wait, bind them to a certificate, renew a token."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from port2port.base.errors import Invalid, NotFound, Problem
from port2port.exchange import certificates
from port2port.exchange.partners.queries import Machine, own_machine
from port2port.exchange.peers import actions as peers
from port2port.members import machines, tokens
from port2port.members.acting import action
from port2port.members.models import Token
from port2port.members.people_queries import administrator


@action
def pause(person: UUID, *, paused: bool, at: datetime) -> Machine:
    """Let the tokens of a machine open nothing for a while, or again; of a node, let nothing come or go with it.

    Raises Refused, NotFound.
    """
    machine = own_machine(person, at=at)
    if machine.peer is not None:
        peers.pause(machine.peer.id, paused=paused, at=at)
    else:
        machines.pause(machine.hat, paused=paused, at=at)
    return own_machine(person, at=at)


@action
def bind(person: UUID, *, certificate: str, at: datetime) -> Machine:
    """Let the tokens of a machine work with this client certificate alone (PEM), or with none: "".

    Raises Refused, NotFound, Invalid.
    """
    machine = own_machine(person, at=at)
    try:
        said = certificates.fingerprint(certificates.read_chain(certificate)[0]) if certificate.strip() else ""
    except certificates.BadCertificate as error:
        raise Invalid([Problem("certificate", _("This is no certificate in PEM form."))]) from error
    machines.bind(machine.hat, said, at=at)
    return machine


@action
def renew(person: UUID, token: UUID, *, at: datetime) -> tuple[Token, str]:
    """Make another token that is for the same, may do the same and works as long; return it with its secret.

    The one before works until it ends or is revoked, so that nothing stands still. Raises Refused, NotFound.
    """
    machine = own_machine(person, at=at)
    before = next((one for one in machine.tokens if one.id == token), None)
    if before is None:
        raise NotFound(kind="token")
    return tokens.make(
        person=person, hat=machine.hat.id, name=before.name, scopes=before.scopes,
        expires=at + (before.expires_at - before.made_at), by=administrator().person, at=at,
    )  # fmt: skip


@action
def revoke(person: UUID, token: UUID, *, at: datetime) -> Token:
    """End a token of a machine at once. Raises Refused, NotFound."""
    if token not in {one.id for one in own_machine(person, at=at).tokens}:
        raise NotFound(kind="token")
    return tokens.revoke(token, at=at)

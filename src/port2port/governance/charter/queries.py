"""Reads of the texts and of who accepted them. What another organisation accepted is for those who oversee it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from port2port.base.differences import Piece, word_pieces
from port2port.base.errors import NotFound
from port2port.governance.charter.models import Acceptance, CharterText
from port2port.governance.charter.register import register
from port2port.members.acting import current_actor
from port2port.members.data_files import Names
from port2port.members.models import Membership, Organisation


@dataclass(frozen=True)
class Owed:
    """A version that the actor's organisation has not accepted; `holds`: sharing is held back for it now."""

    text: UUID
    code: str
    number: int
    titles: Names
    entitled: tuple[str, ...]
    accept_by: date
    holds: bool


@dataclass(frozen=True)
class Proof:
    """Where an acceptance stands in the journal. Nothing but `entry` until it is sealed, a second later."""

    entry: UUID
    place: int | None
    leaf: bytes | None
    size: int | None
    root: bytes | None
    sealed_at: datetime | None
    signature: bytes | None


@dataclass(frozen=True)
class Standing:
    """How one organisation stands with one text, for those who oversee it."""

    code: str
    acceptance: Acceptance | None
    owed_number: int | None
    accept_by: date | None
    holds: bool


@dataclass(frozen=True)
class Member:
    """An organisation with its standing on each text, in the order of the register."""

    organisation: Organisation
    standings: tuple[Standing, ...]

    @property
    def owes(self) -> bool:
        """Whether anything is not accepted."""
        return any(one.owed_number is not None for one in self.standings)


def owed() -> list[Owed]:
    """Return what waits for the actor's organisation to be accepted, by code."""
    with connection.cursor() as cursor:
        cursor.execute("select text, code, number, titles::text, entitled, accept_by, holds from governance_own_owed()")
        return [
            Owed(text, code, number, json.loads(titles), tuple(entitled), accept_by, holds)
            for text, code, number, titles, entitled, accept_by, holds in cursor.fetchall()
        ]


def in_force() -> list[CharterText]:
    """Return the newest published version of each text, in the order of the register."""
    found = CharterText.objects.filter(state="published").order_by("code", "-number").distinct("code")
    order = {one.code: place for place, one in enumerate(register().texts)}
    return sorted(found, key=lambda one: (order.get(one.code, len(order)), one.code))


def in_force_of(code: str) -> CharterText | None:
    """Return the newest published version of one text."""
    return CharterText.objects.filter(code=code, state="published").order_by("-number").first()


def proposals() -> list[CharterText]:
    """Return versions that wait for a second person; nothing but for who keeps the texts."""
    return list(CharterText.objects.filter(state="proposed").order_by("code", "number"))


def versions(code: str) -> list[CharterText]:
    """Return every version of a text that one sees, the newest first. Raises NotFound."""
    found = list(CharterText.objects.filter(code=code).exclude(state="declined").order_by("-number"))
    if not found:
        raise NotFound()
    return found


def version(code: str, number: int) -> CharterText:
    """Return one version, proposed or published. Raises NotFound."""
    return next((one for one in versions(code) if one.number == number), None) or _nothing()


def _nothing() -> CharterText:
    raise NotFound()


def before(text: CharterText) -> CharterText | None:
    """Return the published version before this one."""
    earlier = CharterText.objects.filter(code=text.code, state="published", number__lt=text.number)
    return earlier.order_by("-number").first()


def changes(text: CharterText, since: CharterText, language: str) -> tuple[Piece, ...]:
    """Return what differs from an earlier version, in one language."""
    return word_pieces(since.bodies.get(language, ""), text.bodies.get(language, ""))


def own_acceptances() -> list[Acceptance]:
    """Return what the actor's organisation accepted, the newest first."""
    organisation = current_actor().organisation
    if organisation is None:
        return []
    own = Acceptance.objects.filter(organisation_id=organisation)
    return list(own.select_related("text", "person").order_by("-at"))


def own_acceptance(text: UUID) -> Acceptance | None:
    """Return the organisation's acceptance of a version."""
    return next((one for one in own_acceptances() if one.text_id == text), None)


def proof(acceptance: UUID) -> Proof:
    """Return where an acceptance stands in the journal. Raises NotFound for one that the actor does not see."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select entry, place, leaf, size, root, sealed_at, signature from governance_proof(%s)", [acceptance]
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    entry, place, leaf, size, root, sealed_at, signature = row
    return Proof(entry, place, _bytes(leaf), size, _bytes(root), sealed_at, _bytes(signature))


def _bytes(value: memoryview | bytes | None) -> bytes | None:
    return None if value is None else bytes(value)


def entitled_role(text: CharterText) -> str:
    """Return the role of the actor's that may accept a version, or ""."""
    actor = current_actor()
    roles = Membership.objects.filter(id=actor.hat).values_list("roles", flat=True).first() if actor.hat else None
    return next((role for role in text.entitled if role in (roles or [])), "")


def keeps() -> bool:
    """Whether the actor keeps the texts: platform operators do."""
    return current_actor().may("operate")


def oversees() -> bool:
    """Whether the actor sees who accepted what: operators and the commissioner's office."""
    with connection.cursor() as cursor:
        cursor.execute("select governance_oversees()")
        return bool(cursor.fetchone()[0])


def members() -> list[Member]:
    """Return how every member stands, those that owe first. Raises NotFound for who does not oversee it."""
    if not oversees():
        raise NotFound()
    with connection.cursor() as cursor:
        cursor.execute("select organisation, code, number, accept_by, holds from governance_outstanding()")
        owing = {(organisation, code): rest for organisation, code, *rest in cursor.fetchall()}
    accepted: dict[tuple[UUID, str], Acceptance] = {}
    for one in Acceptance.objects.select_related("text").order_by("text__number"):
        accepted[one.organisation_id, one.text.code] = one
    ids = {key[0] for key in (*owing, *accepted)}
    found = []
    for organisation in Organisation.objects.filter(id__in=ids, left_at=None).order_by("slug"):
        standings = []
        for text in register().texts:
            key = (organisation.id, text.code)
            number, accept_by, holds = owing.get(key, (None, None, False))
            standings.append(Standing(text.code, accepted.get(key), number, accept_by, bool(holds)))
        found.append(Member(organisation, tuple(standings)))
    return sorted(found, key=lambda one: not one.owes)

"""What is done with envelopes in any domain: publish, widen, narrow, withdraw, hand over, expire, break the glass."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.finding.indexing import search_words
from port2port.base.ids import new_id
from port2port.members.acting import action, current_actor
from port2port.sharing import gates, legal_basis
from port2port.sharing.audiences import Audience
from port2port.sharing.models import Glass, Record, Searchable
from port2port.sharing.rules import REASONS
from port2port.sharing.tlp import Tlp


@dataclass(frozen=True)
class Terms:
    """How a record may be used and how long it is kept."""

    purpose: str
    legal_basis: str
    pap: Tlp = Tlp.AMBER
    personal_data: str = "none"
    keep_days: int | None = None

    def problems(self) -> list[Problem]:
        """Return what is wrong with these terms, against the register of legal bases."""
        found = []
        if self.purpose not in {p.code for p in legal_basis.purposes()}:
            found.append(Problem("purpose", _("This purpose is not in the register.")))
        elif self.legal_basis not in {b.code for b in legal_basis.legal_bases(purpose=self.purpose)}:
            found.append(Problem("legal_basis", _("This legal basis does not cover this purpose.")))
        if self.personal_data not in {c.code for c in legal_basis.personal_data_classes()}:
            found.append(Problem("personal_data", _("This class of personal data does not exist.")))
        return found


@action
def publish(
    kind: str,
    *,
    audience: Audience,
    terms: Terms,
    at: datetime,
    text: str,
    title: str = "",
    port: UUID | None = None,
    threat: str = "",
    provenance: str = "member",
    origin: str = "",
    origin_id: str = "",
    posted_at: datetime | None = None,
) -> Record:
    """Make the envelope, with its audience from the first moment. The domain adds its own row in the same transaction.

    `title` and `text` are what the search finds it by; a word of the title counts for more.

    Raises Refused when the actor's role may not report, AcceptanceDue while its organisation must accept something
    first (the database says so), Invalid for the terms.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(REASONS["no-role"])
    problems = terms.problems()
    if problems:
        raise Invalid(problems)
    days = legal_basis.retention_days(kind, purpose=terms.purpose, personal_data=terms.personal_data)
    record = Record(
        id=new_id(),
        kind=kind,
        owner_id=actor.organisation,
        author_id=actor.person,
        audience=list(audience.keys),
        addressed=list(audience.addressed),
        tlp=int(audience.tlp),
        pap=int(terms.pap),
        purpose=terms.purpose,
        legal_basis=terms.legal_basis,
        personal_data=terms.personal_data,
        provenance=provenance,
        origin=origin,
        origin_id=origin_id,
        port_id=port,
        threat=threat,
        at=posted_at or at,
        updated_at=at,
        expires_at=at + timedelta(days=min(days, terms.keep_days or days)),
        version=1,
    )
    rows.insert(record)
    rows.insert(Searchable(record=record, words=search_words(text, title)))
    journal.write(f"{kind}.shared", kind=kind, record=record.id, at=at, tlp=record.tlp, keys=list(audience.addressed))
    gates.note(record, at=at)
    return record


@action
def touch(
    record: Record, *, expected: int, at: datetime, text: str, port: UUID | None, threat: str, title: str = ""
) -> None:
    """Record that the domain's row changed: next version, new facets, new search words. Raises Conflict."""
    changed = Record.objects.filter(id=record.id, version=expected).update(
        version=expected + 1, updated_at=at, port_id=port, threat=threat
    )
    if not changed:
        raise Conflict(_("Somebody else changed this while you were writing. Load it again; your text is kept."))
    index(record.id, text=text, title=title)
    journal.write(f"{record.kind}.changed", kind=record.kind, record=record.id, at=at, version=expected + 1)


@action
def index(record: UUID, *, text: str, title: str = "") -> None:
    """Let a record be found by other words: something of it changed that is no new version."""
    Searchable.objects.filter(record_id=record).update(words=search_words(text, title))


@action
def widen(record: Record, *, more: Audience, at: datetime) -> None:
    """Let more circles or persons see it, or lower its TLP. Only the owner's stewards with the act `share`."""
    _call(
        "select sharing_widen(%s, %s, %s, %s::smallint)",
        record.id,
        list(more.addressed),
        list(more.keys),
        int(more.tlp),
    )
    journal.write(
        f"{record.kind}.widened",
        kind=record.kind,
        record=record.id,
        at=at,
        tlp=int(more.tlp),
        keys=list(more.addressed),
    )


@action
def narrow(record: Record, *, keep: Audience, at: datetime) -> None:
    """Take sight away from all keys but these; those who lose it get a tombstone and an event."""
    _call(
        "select sharing_narrow(%s, %s, %s, %s::smallint)",
        record.id,
        list(keep.addressed),
        list(keep.keys),
        int(keep.tlp),
    )
    journal.write(f"{record.kind}.narrowed", kind=record.kind, record=record.id, at=at, keys=list(keep.addressed))


WITHDRAWAL_REASONS = {
    "mistake": _("It was wrong"),
    "duplicate": _("It was reported twice"),
    "too-wide": _("It was shared too widely"),
    "owner-asked": _("Whoever it came from asked for it"),
    "other": _("Another reason"),
}


@action
def withdraw(record: Record, *, reason: str, at: datetime) -> None:
    """Take it back: only its author and who withdraws it still read it; all who had it are told. `reason`: a code."""
    if reason not in WITHDRAWAL_REASONS:
        raise Invalid([Problem("reason", _("Choose a reason."))])
    _call("select sharing_withdraw(%s, %s)", record.id, reason)
    journal.write(f"{record.kind}.withdrawn", kind=record.kind, record=record.id, at=at, reason=reason)


@action
def hand_over(record: Record, *, to: UUID, at: datetime) -> None:
    """Make another organisation the owner; the audience stays."""
    _call("select sharing_hand_over(%s, %s)", record.id, to)
    journal.write(f"{record.kind}.handed_over", kind=record.kind, record=record.id, at=at, to=to)


@action
def expire(*, at: datetime, most: int = 500) -> int:
    """Delete what has passed its retention (the worker). Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("select * from sharing_expire(%s)", [most])
        gone = [row[0] for row in cursor.fetchall()]
    if gone:
        journal.write("records.expired", at=at, records=gone)
    return len(gone)


@action
def ask_glass(*, record: UUID, reason: str, at: datetime) -> Glass:
    """An operator asks to read one record's content. A second person of another organisation must approve."""
    actor = current_actor()
    if not actor.may("operate") or actor.organisation is None:
        raise Refused(REASONS["no-role"])
    if len(reason.strip()) < 20:  # noqa: PLR2004 - characters; a reason, not a word
        raise Invalid([Problem("reason", _("Say in a sentence why this is necessary."))])
    glass = Glass(
        id=new_id(),
        record=record,
        reason=reason.strip()[:400],
        asked_by_id=actor.person,
        asked_for_id=actor.organisation,
        asked_at=at,
    )
    glass.save(force_insert=True)
    journal.write("glass.asked", kind="glass", record=record, at=at, request=glass.id)
    return glass


@action
def approve_glass(request: UUID, *, at: datetime) -> None:
    """The second person approves; the door stays open for an hour and the owner is told."""
    owner = _call("select sharing_glass_approve(%s)", request)
    journal.write("glass.approved", kind="glass", at=at, request=request, **({"owner": owner} if owner else {}))


@action
def open_glass(request: UUID, *, at: datetime) -> dict[str, Any]:
    """Return envelope and content of what an approved, still open request is for; journalled with it."""
    shown: dict[str, Any] = json.loads(_call("select sharing_glass_open(%s)::text", request))
    journal.write("glass.opened", kind="glass", record=UUID(shown["id"]), at=at, request=request)
    return shown


def _call(sql: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    return row[0]

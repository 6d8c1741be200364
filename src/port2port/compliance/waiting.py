"""What of the deadlines waits for whoever acts: theirs soon and late; what nobody below them did in time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.compliance import queries, words
from port2port.compliance.book import rules_in_force
from port2port.compliance.models import Owed, Subject
from port2port.compliance.obligations import Rulebook
from port2port.compliance.queries import HOLDER
from port2port.members.actor import Actor
from port2port.members.models import Membership
from port2port.members.rules import Need
from port2port.site.reader import language

MOST_LATE, MOST_SOON = 3, 2
# Which parties of the rules a role of the platform acts for; the rest acts for the organisation or for oneself.
PARTIES: dict[str, tuple[str, ...]] = {
    "facility_security_officer": ("facility_security_officer", "facility_operator"),
    "port_security_officer": ("port_security_officer", "local_committee", "port_authority"),
    "deputy_port_security_officer": ("port_security_officer", "local_committee", "port_authority"),
}
ORGANISATION = ("employer", "company", "guarding_firm", "inland_operator", "reporting_organisation")
AUTHORITY = "national_authority"


@dataclass(frozen=True)
class Duty:
    """For which parties the actor acts, and whether only once it is late: deputies are told after the first."""

    parties: tuple[str, ...]
    deputy: bool
    person: UUID
    organisation: UUID | None


def duty(actor: Actor) -> Duty:
    """Return for whom the actor acts under this hat. Two queries."""
    hats = Membership.objects.filter(id=actor.hat) if actor.hat is not None else Membership.objects.none()
    roles = hats.values_list("roles", flat=True).first() or []
    parties = [party for role in roles for party in PARTIES.get(role, ())]
    if queries.sight().national:
        parties.append(AUTHORITY)
    deputises = "deputy_port_security_officer" in roles and "port_security_officer" not in roles
    if not deputises and "facility_security_officer" in roles:
        deputises = Subject.objects.filter(kind=HOLDER, function="deputy_pfso", person_id=actor.person).exists()
    return Duty(tuple(dict.fromkeys(parties)), deputises, actor.person, actor.organisation)


def mine(of: Duty) -> QuerySet[Owed]:
    """Return what the actor, or whom they deputise for, must do; settled or not."""
    own = Q(owed_by__in=of.parties)
    own |= Q(owed_by="function_holder", subject__person_id=of.person)
    own |= Q(owed_by__in=ORGANISATION, subject__organisation_id=of.organisation)
    return Owed.objects.filter(own, keeps=False)


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits: mine late and soon, what I decide on and nobody did, and what an administrator must know."""
    if actor.organisation is None:
        return []
    of, found = duty(actor), []
    late = mine(of).filter(queries.during("late", at))
    if of.deputy:
        late = late.filter(deputy_at__lte=at)
    book = rules_in_force().book
    found += _late(late, book, at, _("Write down when it was done."))
    if not of.deputy:
        soon = mine(of).filter(queries.during("soon", at))
        found += [_need(row, book, at, _("It falls due soon.")) for row in _rows(soon)[:MOST_SOON]]
    if of.parties:
        above = Owed.objects.filter(queries.during("late", at), decided_by__in=of.parties, escalates__lte=at)
        found += _late(
            above.exclude(owed_by__in=of.parties), book, at, _("It was not done in time: you decide what follows.")
        )
    if actor.may("administer"):
        found += _escalated(book, at)
    return found


def _rows(found: QuerySet[Owed]) -> QuerySet[Owed]:
    related = ("subject", "subject__facility", "subject__port", "subject__organisation", "subject__record")
    return found.select_related(*related).order_by("due", "subject_id", "key")


def _late(found: QuerySet[Owed], book: Rulebook, at: datetime, text: str) -> list[Need]:
    rows = list(_rows(found)[: MOST_LATE + 1])
    if len(rows) <= MOST_LATE:
        return [_need(row, book, at, text) for row in rows]
    number = found.count()
    first = timezone.localdate(rows[0].due) if rows[0].due is not None else None
    title = ngettext("%(n)d deadline is late", "%(n)d deadlines are late", number) % {"n": number}
    href = f"{reverse('compliance:list')}?show=late"
    return [Need(title=title, text=text, href=href, action=_("Look"), icon="deadline", due=first, overdue=True)]


def _need(row: Owed, book: Rulebook, at: datetime, text: str) -> Need:
    one = words.line(row, book, at=at)
    if one.clock:  # in hours, not days: the hour counts
        text = f"{text} {one.clock}"
    return Need(
        title=_("%(what)s: %(whose)s") % {"what": one.what, "whose": one.whose}, text=text, href=one.href,
        action=_("Open the report") if row.subject.record_id else _("Open the file"), icon="deadline", due=one.day,
        overdue=one.state == "late",
    )  # fmt: skip


def _escalated(book: Rulebook, at: datetime) -> list[Need]:
    """Tell an administrator that something of the organisation is late and nobody acted; not of which file."""
    with connection.cursor() as cursor:
        cursor.execute("select rule, number, since from compliance_escalated(%s)", [at])
        rows = cursor.fetchall()
    if not rows:
        return []
    number = sum(row[1] for row in rows)
    names = sorted({_name(book, row[0]) for row in rows})
    title = ngettext(
        "%(n)d deadline of your organisation is late, and nobody acted",
        "%(n)d deadlines of your organisation are late, and nobody acted",
        number,
    ) % {"n": number}
    return [
        Need(
            title=title, text=_("Ask whoever does it: %(names)s.") % {"names": "; ".join(names)},
            href=reverse("members:people"), action=_("See who that is"), icon="deadline",
            due=timezone.localdate(min(row[2] for row in rows)), overdue=True,
        )
    ]  # fmt: skip


def _name(book: Rulebook, code: str) -> str:
    versions = [rule for rule in book.rules if rule.code == code]
    return versions[-1].label(language()) if versions else code

"""Threats to a person: somebody who works in a port was approached, bribed, coerced or threatened, and tells it.

Told to the police at the insider desk by name (TLP:RED), never to the employer; in no count and compared with nothing.
The database keeps all of that (sql/threats.sql); here is what it takes to make one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Literal
from uuid import UUID

import msgspec
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base import rows
from port2port.base.errors import Invalid, Problem, Refused, Unavailable
from port2port.base.text import unreadable
from port2port.members.acting import action, current_actor
from port2port.members.data_files import Entry, Named, Names, Reader, label
from port2port.members.models import Circle
from port2port.members.places import known_places
from port2port.reports import queries
from port2port.reports.addressing import terms_for
from port2port.reports.defaults import DATA, defaults
from port2port.reports.drafts import searched, values_of
from port2port.reports.guarding import guard_problems
from port2port.reports.models import PersonThreat, Report
from port2port.reports.places import Located
from port2port.reports.rules import Draft, problems_of
from port2port.reports.vocabulary import vocabulary
from port2port.sharing import actions as sharing
from port2port.sharing.addressing import reporter, terms_problems
from port2port.sharing.audiences import Audience
from port2port.sharing.models import Record
from port2port.sharing.rules import REASONS
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

THREAT = "insider"
CONTACT_LONGEST = 200
NOWHERE = Located()  # where it was would say who it was


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is, and whose distinction it follows."""

    version: int
    valid_from: date
    source: str


class Kind(Named, frozen=True, kw_only=True):
    """What happened: said by the person in the form, and as the title of the report."""

    code: Literal["approached", "bribed", "coerced", "threatened"]
    titles: Names

    def title(self, code: str) -> str:
        """Return the title of a report in a language."""
        return label(self.titles, code)


class Kinds(msgspec.Struct, frozen=True, kw_only=True):
    """The file, checked."""

    head: Head
    kinds: tuple[Kind, ...]


@cache
def kinds() -> Kinds:
    """Return what may have happened to a person. Raises ValueError with a line per problem of the file."""
    reader = Reader(DATA / "person_threats.v1.toml")
    found = Kinds(head=reader.single("person_threats", Head), kinds=reader.entries("kinds", Kind, "code"))
    reader.check_sections(("person_threats", "kinds"))
    reader.finish()
    return found


@dataclass(frozen=True)
class Told:
    """What a person tells: what happened, when, how they want to be reached, whether a PSO may know."""

    kind: str
    text: str
    occurred_at: datetime
    contact: str = ""
    pso: bool = False


@action
def tell_threat(told: Told, *, at: datetime) -> Report:
    """Make a report of it for the police at the desk, and for its port security officers if the person wants that.

    Numbers and names in the text are let through, since police read it; what is secret or always identifies is not.
    Raises Invalid with every problem, Refused when the actor's role may not report, Unavailable without a desk.
    """
    if not current_actor().may("report"):
        raise Refused(REASONS["no-role"])
    who = reporter()
    kind = next((one for one in kinds().kinds if one.code == told.kind), None)
    draft = Draft(
        threat=THREAT,
        title=kind.title(language()) if kind else "",
        text=told.text,
        place="",
        occurred_at=told.occurred_at,
        language=language(),
        nature="incident",
        severity="high",
    )
    terms = terms_for(THREAT, who, personal_data="indirect")
    problems = [] if kind else [Problem("kind", _("Choose what happened."))]
    problems += [one for one in problems_of(draft, vocabulary(), known_places(), at=at) if one.field != "place"]
    problems += terms_problems(terms, who) + guard_problems(draft, own_only=True, nobodys=False)
    if len(told.contact) > CONTACT_LONGEST or unreadable(told.contact):
        problems.append(Problem("contact", _("Write at most 200 characters.")))
    if problems:
        raise Invalid(problems)
    desk = _desk(told.pso)
    values = values_of(draft, NOWHERE)
    record = sharing.publish(
        queries.KIND,
        audience=Audience((desk,), (desk, current_actor().person), Tlp.RED),
        terms=terms,
        at=at,
        text=searched(draft),
        title=values["title"],
        threat=THREAT,
    )
    report = Report(record=record, vocabulary=vocabulary().head.version, **values)
    rows.insert(report)
    rows.insert(PersonThreat(report=report, kind=told.kind, contact=told.contact.strip(), pso=told.pso))
    return report


def threat_of(record: Record) -> PersonThreat | None:
    """Return what marks a report that the actor sees as a threat to a person; None: it is none."""
    if record.threat != THREAT:
        return None
    return PersonThreat.objects.filter(report_id=record.id).first()


def told_to(threat: PersonThreat) -> str | Promise:
    """Return who reads it in words: its author does not know the copy of the desk by name."""
    if threat.pso:
        return _("Police and port security officers at the insider desk, by name")
    return _("Police at the insider desk, by name")


def _desk(pso: bool) -> UUID:
    """Return the copy of the desk's circle for today. Raises Unavailable when nobody would read it."""
    source = (
        Circle.objects.filter(slug=defaults().threat_desk.circle, closed_at=None).values_list("id", flat=True).first()
    )
    with connection.cursor() as cursor:
        cursor.execute("select reports_threat_desk(%s, %s)", [source, pso])
        (copy,) = cursor.fetchone()
    if copy is None:
        raise Unavailable(_("No police officer is at the desk for this. Call 101."))
    desk: UUID = copy
    return desk

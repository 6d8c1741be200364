"""What is done with packages: looked at, brought in as a course of the own organisation, opened, kept.

What a package says of who plays it is the word of that person's browser: a pass of it is called so (`package`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.conf import settings
from django.core import signing
from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.measures.actions import guarded
from port2port.members.acting import action, current_actor, translated
from port2port.reports.attachments import vault
from port2port.reports.attachments.actions import enter_vault
from port2port.reports.attachments.checking import found_by_scanner
from port2port.training.courses import actions as courses
from port2port.training.courses.actions import KIND
from port2port.training.courses.contents import topics
from port2port.training.courses.models import OwnCourse
from port2port.training.courses.queries import course, trainer
from port2port.training.courses.rules import OWN
from port2port.training.packages import queries, rules
from port2port.training.packages.models import Package
from port2port.training.packages.reading import Found, read
from port2port.training.packages.rules import Head, Outcome

SALT = "port2port.package.looked"
DRAW, PASS = 5, 100  # a course has these; one without questions draws none


@dataclass(frozen=True)
class Looked:
    """A package that was looked at: what is in it, and what lets the same person bring in exactly this."""

    found: Found
    ticket: str


@dataclass(frozen=True)
class Kept:
    """What became of what a package said. `completed`: it was this that made a pass."""

    outcome: Outcome
    completed: bool


def _checked(data: bytes) -> Found:
    """Return a package. Raises Invalid, TooLarge, ScannerUnavailable."""
    found = read(data)
    if (virus := found_by_scanner(data)) is not None:
        raise Invalid([Problem("file", virus)])
    return found


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"{SALT} {current_actor().person} {current_actor().organisation}")


@action
def look(data: bytes) -> Looked:
    """Look at a package, and put it where nothing refers to it yet. Raises Refused, Conflict, Invalid, TooLarge."""
    organisation = trainer()
    _on()
    found = _checked(data)
    enter_vault()
    return Looked(found, _signer().sign(vault.seal(found.packed(), organisation)))


def looked(ticket: str) -> Found:
    """Return the package that was looked at a moment ago. Raises Refused, Invalid when it was too long ago."""
    organisation = trainer()
    try:
        address = _signer().unsign(ticket, max_age=rules.LOOKED)
    except signing.BadSignature as error:
        again = _("Choose the file again; it was looked at too long ago.")
        raise Invalid([Problem("file", again)]) from error
    return read(vault.unseal(address, organisation))


@action
def bring_in(found: Found, head: Head, *, at: datetime, slug: str = "") -> str:
    """Make a course of a package, or the next version of the one under `slug`. Returns its slug.

    Raises Refused, NotFound, Conflict, Invalid.
    """
    organisation = trainer()
    _on()
    problems = rules.head_problems(
        head, topics={one.code for one in topics().list}, languages=[code for code, _name in settings.LANGUAGES]
    )
    problems += guarded({"name": head.name, "summary": head.summary})
    if problems:
        raise Invalid(problems)
    own = _written(slug, head, organisation, at=at)
    with translated(), connection.cursor() as cursor:
        cursor.execute("select training_publish(%s, %s, %s)", [own.id, own.sequence, at])
        edition: UUID = cursor.fetchone()[0]
    enter_vault()
    said = found.manifest
    rows.insert(
        Package(
            edition_id=edition, organisation_id=organisation, standard=said.standard, title=said.title,
            launch=said.launch, parameters=said.parameters, passing=said.passing, threshold=said.threshold,
            data=said.data, files=len(found.files), size=found.size, address=vault.seal(found.packed(), organisation),
            made_by_id=current_actor().person, made_at=at,
        )
    )  # fmt: skip
    journal.write("course.package", kind=KIND, at=at, edition=edition)
    return own.slug


@action
def retire(slug: str, *, retired: bool, at: datetime) -> None:
    """Take a package off the list of what can be taken, or put it there again. Raises Refused, NotFound."""
    trainer()
    package = queries.package_of(slug)
    if package is None:
        raise NotFound()
    courses.retire(slug, retired=retired, at=at)
    written = "course.package_retired" if retired else "course.package_offered"
    journal.write(written, kind=KIND, at=at, edition=package.edition_id)


def _written(slug: str, head: Head, organisation: UUID, *, at: datetime) -> OwnCourse:
    """Return the course as it is to be published; its content is that of the head. Raises NotFound."""
    by = current_actor().person
    if not slug:
        fresh = f"{OWN}{uuid4().hex[:12]}"
        return OwnCourse.objects.create(
            id=new_id(), organisation_id=organisation, slug=fresh, content=_content(fresh, head), package=True,
            changed_by_id=by, changed_at=at,
        )  # fmt: skip
    own = OwnCourse.objects.select_for_update().filter(slug=slug, package=True).first()
    if own is None:
        raise NotFound()
    own.content, own.sequence, own.changed_by_id, own.changed_at = _content(slug, head), own.sequence + 1, by, at
    own.save(update_fields=["content", "sequence", "changed_by", "changed_at"])
    return own


def _content(slug: str, head: Head) -> dict[str, Any]:
    audiences = {one.code: one.audience for one in topics().list}
    return {
        "head": {
            "slug": slug, "version": 1, "names": {head.language: head.name.strip()},
            "summary": {head.language: head.summary.strip()}, "minutes": head.minutes, "topics": list(head.topics),
            "audiences": list(dict.fromkeys(audiences[code] for code in head.topics)), "draw": DRAW,
            "pass_percent": PASS, "valid_months": head.valid_months, "grace_days": head.grace_days,
        },
        "modules": [], "questions": [], "sources": [],
    }  # fmt: skip


@action
def open_package(slug: str, *, at: datetime) -> UUID:
    """Open the package of a course, going on where one was. Returns the run's id.

    Raises NotFound, Refused without an organisation, Conflict while packages are off.
    """
    course(slug)
    package = queries.package_of(slug)
    if package is None:
        raise NotFound()
    _on()
    run = queries.run_of(package)
    anew = run is not None and rules.begins_anew(
        package.standard, run.kept, run.outcome, last=run.updated_at, at=at
    )  # fmt: skip
    with translated(), connection.cursor() as cursor:
        cursor.execute("select training_run_open(%s, %s, %s)", [package.edition_id, anew, at])
        found: UUID = cursor.fetchone()[0]
    return found


@action
def keep(identifier: UUID, *, number: int, values: dict[str, str], at: datetime) -> Kept:
    """Keep what a package says of its run. `number`: of the opening that says it.

    Raises NotFound, Invalid beyond what may be kept, Conflict once it was opened elsewhere.
    """
    playing = queries.own_run(identifier)
    package = playing.package
    if problems := rules.value_problems(package.standard, values):
        raise Invalid(problems)
    came_to = rules.outcome(package.standard, values, passing=package.passing, threshold=package.threshold)
    with translated(), connection.cursor() as cursor:
        cursor.execute(
            "select training_run_keep(%s, %s, %s, %s, %s)",
            [identifier, number, msgspec.json.encode(values).decode(), came_to, at],
        )
        completed: bool = cursor.fetchone()[0]
    if completed:
        journal.write("course.package_done", kind=KIND, at=at, edition=package.edition_id)
    return Kept("done" if playing.run.outcome == "done" else came_to, completed)


def _on() -> None:
    """Raise Conflict where packages are opened nowhere."""
    if not queries.works():
        raise Conflict(_("Packages are off on this platform: it has no second address for them."))

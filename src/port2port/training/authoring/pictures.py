"""Pictures of a course that is written, under the guard rails of reports' attachments: drawn anew, sealed in the vault.

A course has no annex: what leads to a person is refused.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Text
from port2port.base.ids import new_id
from port2port.members.acting import action, current_actor
from port2port.reports.attachments import vault
from port2port.reports.attachments.actions import enter_vault
from port2port.reports.attachments.checking import Checked, Upload, checked
from port2port.reports.attachments.shown import SHOWN
from port2port.training.authoring.queries import own_course, pictures
from port2port.training.authoring.rules import LARGEST_PICTURE, MOST_PICTURES, files_shown
from port2port.training.courses.models import CourseMedium
from port2port.training.courses.queries import trainer

KIND = "own_course"
LONGEST_STEM = 60


def add_pictures(identifier: UUID, uploads: Sequence[Upload], *, at: datetime) -> list[CourseMedium]:
    """Check pictures and put them on a course; those that are there stay. Nothing is locked while examining.

    Raises Refused, NotFound, Invalid, ScannerUnavailable.
    """
    own_course(identifier)
    files = checked(uploads)
    problems = [
        Problem("files", format_lazy("{}: {}", one.filename, reason))
        for one in files
        if (reason := _reason(one)) is not None
    ]
    if problems:
        raise Invalid(problems)
    return _put(identifier, files, at=at)


def _reason(one: Checked) -> Text | None:
    if not one.copy.media_type.startswith(SHOWN):
        return _("A picture is needed: JPEG, PNG or WebP.")
    if one.identifies:
        return _("It names or shows somebody: take that out first.")
    if len(one.copy.cleaned) > LARGEST_PICTURE:
        return _("Make it smaller: at most 1 MB, for who reads on a phone.")
    return None


@action
def _put(identifier: UUID, files: Sequence[Checked], *, at: datetime) -> list[CourseMedium]:
    slug = own_course(identifier).row.slug
    there = pictures(slug)
    known, names = {one.sha256 for one in there}, {one.name for one in there}
    fresh = {one.sha256: one for one in files if one.sha256 not in known}
    if len(there) + len(fresh) > MOST_PICTURES:
        raise Invalid([Problem("files", _("A course holds at most %(n)d pictures.") % {"n": MOST_PICTURES})])
    made = []
    if fresh:
        enter_vault()
    for digest, one in fresh.items():
        name = _free(one.filename, names)
        names.add(name)
        made.append(_kept(slug, name, one.copy.cleaned, digest, at=at))
    if made:
        journal.write("own_course.pictures", kind=KIND, at=at, course=identifier, count=len(made))
    return made


def _free(filename: str, taken: set[str]) -> str:
    """Return a plain name for a file that no other picture of the course bears."""
    path = PurePath(filename)
    stem = slugify(path.stem)[:LONGEST_STEM].strip("-_").replace("_", "-") or "picture"
    tries = (f"{stem}{path.suffix}", *(f"{stem}-{n}{path.suffix}" for n in range(2, MOST_PICTURES + 2)))
    return next(one for one in tries if one not in taken)


def _kept(slug: str, name: str, content: bytes, digest: str, *, at: datetime) -> CourseMedium:
    organisation = trainer()
    row = CourseMedium(
        id=new_id(), organisation_id=organisation, slug=slug, name=name, size=len(content), sha256=digest,
        address=vault.seal(content, organisation), added_by_id=current_actor().person, added_at=at,
    )  # fmt: skip
    rows.insert(row)
    return row


@action
def carried(slug: str, files: Mapping[str, bytes], *, at: datetime) -> None:
    """Put the pictures and videos of a course on its copy, as they are: they were checked where they came from."""
    enter_vault()
    for name, content in files.items():
        _kept(slug, name, content, hashlib.sha256(content).hexdigest(), at=at)


@action
def remove_picture(identifier: UUID, name: str, *, at: datetime) -> None:
    """Take a picture off. Raises Refused, NotFound; Conflict while something shows it, or an edition has it."""
    found = own_course(identifier)
    row = next((one for one in pictures(found.row.slug) if one.name == name), None)
    if row is None:
        raise NotFound()
    if name in files_shown(found.course):
        raise Conflict(_("A text or a question shows it. Take it out there first."))
    if not rows.delete(CourseMedium, row.id):
        raise Conflict(_("It belongs to what was published, and stays with that."))
    journal.write("own_course.picture_off", kind=KIND, at=at, course=identifier)

"""Pictures, videos and subtitles of a course that is written: scanned, cleaned, sealed in the vault.

Pictures go under the guard rails of reports' attachments and are drawn anew. A course has no annex: what leads to a
person is refused.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Text
from port2port.base.ids import new_id
from port2port.members.acting import action, current_actor
from port2port.members.data_files import LANGUAGES
from port2port.reports.attachments import vault
from port2port.reports.attachments.actions import enter_vault
from port2port.reports.attachments.checking import Checked, Upload, checked, clean_name, found_by_scanner
from port2port.reports.attachments.shown import SHOWN
from port2port.sharing.guardrails.text import findings
from port2port.training.authoring.queries import own_course, pictures
from port2port.training.authoring.rules import LARGEST_PICTURE, MOST_PICTURES, files_shown
from port2port.training.authoring.videos import Unfit, cleaned, is_video
from port2port.training.courses.contents import SUBTITLES
from port2port.training.courses.models import CourseMedium
from port2port.training.courses.queries import trainer

KIND = "own_course"
LONGEST_STEM = 60


def add_pictures(identifier: UUID, uploads: Sequence[Upload], *, at: datetime) -> list[CourseMedium]:
    """Check pictures, videos and subtitles, and put them on a course; those that are there stay. Nothing is locked
    while they are examined.

    Raises Refused, NotFound, Invalid, ScannerUnavailable.
    """
    own_course(identifier)
    moving = [one for one in uploads if is_video(one.name)]
    drawn = checked([one for one in uploads if not is_video(one.name)])
    reasons = [(one.filename, reason) for one in drawn if (reason := _reason(one)) is not None]
    files = [File(one.filename, one.copy.cleaned) for one in drawn]
    for one in moving:
        try:
            files.append(filmed(one))
        except Unfit as unfit:
            reasons.append((clean_name(one.name), unfit.reason))
    if reasons:
        raise Invalid([Problem("files", format_lazy("{}: {}", name, reason)) for name, reason in reasons])
    return _put(identifier, files, at=at)


@dataclass(frozen=True)
class File:
    """A file as it may be kept, and what it was called."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Its sum."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def known_by(self) -> str:
        """By what the same file is known: subtitles by their name, since those of two languages may say the same."""
        return self.name if self.name.lower().endswith(SUBTITLES) else self.sha256


def filmed(one: Upload) -> File:
    """Return a video or subtitles as they may be kept. Raises Unfit, ScannerUnavailable."""
    if (virus := found_by_scanner(one.content)) is not None:
        raise Unfit(virus)
    name = clean_name(one.name)
    if findings(name.replace("_", " ")):
        raise Unfit(_("Its name leads to somebody: give it another one."))
    return File(name, cleaned(name, one.content))


def _reason(one: Checked) -> Text | None:
    if not one.copy.media_type.startswith(SHOWN):
        return _("A picture is needed: JPEG, PNG or WebP.")
    if one.identifies:
        return _("It names or shows somebody: take that out first.")
    if len(one.copy.cleaned) > LARGEST_PICTURE:
        return _("Make it smaller: at most 1 MB, for who reads on a phone.")
    return None


@action
def _put(identifier: UUID, files: Sequence[File], *, at: datetime) -> list[CourseMedium]:
    slug = own_course(identifier).row.slug
    there = pictures(slug)
    known, names = {one.sha256 for one in there if not one.name.endswith(SUBTITLES)}, {one.name for one in there}
    fresh = {one.known_by: one for one in files if one.known_by not in known}
    if len(there) + len(fresh) > MOST_PICTURES:
        raise Invalid([Problem("files", _("A course holds at most %(n)d files.") % {"n": MOST_PICTURES})])
    made = []
    if fresh:
        enter_vault()
    for one in fresh.values():
        name = _free(one.name, names)
        names.add(name)
        made.append(_kept(slug, name, one.content, one.sha256, at=at))
    if made:
        journal.write("own_course.pictures", kind=KIND, at=at, course=identifier, count=len(made))
    return made


def _free(filename: str, taken: set[str]) -> str:
    """Return a plain name for a file that no other one of the course bears; a language in it stays: `gate.nl.vtt`.

    Raises Invalid for subtitles that bear no language, or the name of others: they go with a video by their name.
    """
    path = PurePath(filename)
    ending = path.suffix.lower()
    spoken = PurePath(path.stem).suffix.lower()
    if is_video(filename) and spoken.removeprefix(".") in LANGUAGES:
        path, ending = PurePath(path.stem), spoken + ending
    elif ending == SUBTITLES:
        raise Invalid(
            [
                Problem(
                    "files", format_lazy("{}: {}", filename, _("Name it as its video, then the language: gate.nl.vtt."))
                )
            ]
        )
    stem = slugify(path.stem)[:LONGEST_STEM].strip("-_").replace("_", "-") or "file"
    if ending.endswith(SUBTITLES) and f"{stem}{ending}" in taken:
        raise Invalid(
            [
                Problem(
                    "files",
                    format_lazy("{}: {}", filename, _("There are subtitles of this name. Take them off first.")),
                )
            ]
        )
    tries = (f"{stem}{ending}", *(f"{stem}-{n}{ending}" for n in range(2, MOST_PICTURES + 2)))
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

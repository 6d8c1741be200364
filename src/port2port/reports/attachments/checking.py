"""A file before it is put on a report: scanned, examined in a process of its own, its words looked at. No tables."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from port2port.base.errors import Invalid, Problem, Text
from port2port.sharing.guardrails.examining import check_size
from port2port.sharing.guardrails.files import examined
from port2port.sharing.guardrails.markings import marking
from port2port.sharing.guardrails.refusals import NotAccepted
from port2port.sharing.guardrails.scanner import scan
from port2port.sharing.guardrails.taken import Examined
from port2port.sharing.guardrails.text import Finding, findings
from port2port.site.reader import language

LONGEST_NAME = 120
NOT_IN_NAMES = re.compile(r'[<>:"|?*]')  # what some system does not take in the name of a file


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Checked:
    """A file that may be put on a report. `identifies`: its words lead to a person, so it stays in the organisation."""

    filename: str
    content: bytes
    copy: Examined
    sha256: str
    identifies: bool


def checked(uploads: Sequence[Upload], *, field: str = "files") -> list[Checked]:
    """Return the files as they may be put on a report.

    Raises Invalid naming for each file why it is not taken, at `field`, and ScannerUnavailable when a scanner is set up
    and does not answer: then none is taken.
    """
    found: list[Checked] = []
    problems: list[Problem] = []
    for one in uploads:
        reason, taken = _looked_at(one)
        if taken is not None:
            found.append(taken)
        else:
            problems.append(Problem(field, format_lazy("{}: {}", clean_name(one.name), reason)))
    if problems:
        raise Invalid(problems)
    return found


def found_by_scanner(content: bytes) -> Text | None:
    """Return why a file is not taken when a scanner is set up and finds something in it. Raises ScannerUnavailable."""
    virus = scan(content, settings.OPTIONS.clamd_url) if settings.OPTIONS.clamd_url else None
    if virus is None:
        return None
    return _("The virus scanner found %(name)s in it. Do not open it again; tell your IT.") % {"name": virus}


def _looked_at(one: Upload) -> tuple[Text, Checked | None]:
    """Return why a file is not taken, or the file."""
    try:
        check_size(one.content)
        if (virus := found_by_scanner(one.content)) is not None:
            return virus, None
        copy = examined(one.content, one.name)
    except NotAccepted as refused:
        return refused.reason, None
    name = clean_name(one.name, copy.extension)
    said = f"{name.rpartition('.')[0].replace('_', ' ')}\n{copy.text}"
    marked = marking(said)
    if marked is not None:
        return _("It bears the marking “%(words)s”. %(reason)s %(direction)s") % {
            "words": marked.words,
            "reason": marked.reason(language()),
            "direction": marked.direction(language()),
        }, None
    personal = findings(said)
    blocking = [finding for finding in personal if finding.blocking]
    if blocking:
        return _("It holds %(what)s, which is never shared. Take it out and add the file again.") % {
            "what": _in_words(blocking)
        }, None
    return "", Checked(name, one.content, copy, hashlib.sha256(one.content).hexdigest(), bool(personal))


def _in_words(found: Iterable[Finding]) -> str:
    """Return kinds of findings with the masked form of the first of each."""
    kinds = {finding.about.label(language()): finding.masked for finding in reversed(list(found))}
    return ", ".join(f"{kind} ({masked})" for kind, masked in kinds.items())


def clean_name(name: str, extension: str = "") -> str:
    """Return the name of a file without folders and without what hides or breaks it, at most 120 characters.

    `extension` is what the content is; it takes the place of what the name said.
    """
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # control and format characters, among them those that turn the direction of writing round, and broken ones
    kept = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in base)
    stem = " ".join(NOT_IN_NAMES.sub("_", kept).split()).strip(". ")
    if extension and "." in stem:
        stem = stem.rpartition(".")[0].strip(". ")
    end = f".{extension}" if extension else ""
    return (stem[: LONGEST_NAME - len(end)].strip(". ") or "file") + end

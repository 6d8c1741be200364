"""Certificates of participation: a signed paper for the person, and a page that says whether a code counts.

The paper carries a statement with the person's name, and its Ed25519 signature (RFC 8032): whoever holds it, printed
too, can check both with the public key. The file is sealed as a whole (`sealing`): a reader of PDF sees a change. The
page for everybody knows the code alone: it shows the course, the days and whether it counts, and no name
([0049](../../../../docs/decisions/0049-a-certificate-shows-a-code-and-no-name.md)).
"""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from port2port.base import journal
from port2port.base.clock import now
from port2port.base.errors import Conflict, NotFound
from port2port.base.key_files import kept_key
from port2port.members.acting import acting_as_system, action, current_actor
from port2port.members.data_files import Names, label
from port2port.members.queries import called
from port2port.members.tries import count
from port2port.site.pdf import rendered
from port2port.site.reader import language
from port2port.training.courses.actions import KIND
from port2port.training.courses.contents import word
from port2port.training.courses.queries import Pass, course_of, pass_of
from port2port.training.courses.rules import Standing, ends_on, grouped, plain_code, standing
from port2port.training.courses.sealing import Seal, kept_seal, sealed

TEMPLATE = "training/papers/certificate.typ"
CODE_LENGTH = 24
WINDOW, LOOKS = 3600, 120  # an hour; a class may check its papers from one network
FIRST_LINE = "port2port certificate of participation v1"


@dataclass(frozen=True)
class Certificate:
    """What anybody may know who holds a code."""

    code: str
    slug: str
    names: Names
    version: int
    how: str
    on: date
    ends: date
    standing: Standing


@dataclass(frozen=True)
class Statement:
    """What a paper says and is signed for; the lines stand on it as they are."""

    code: str
    name: str
    organisation: str
    slug: str
    version: int
    how: str
    on: date
    until: date

    def message(self) -> bytes:
        """Return the bytes that are signed. The first line keeps the signature from meaning anything elsewhere."""
        lines = (FIRST_LINE, self.code, self.name, self.organisation, f"{self.slug} {self.version}", self.how,
                 self.on.isoformat(), self.until.isoformat())  # fmt: skip
        return ("\n".join(" ".join(line.split()) for line in lines) + "\n").encode()


@cache
def _private() -> Ed25519PrivateKey:
    raw = kept_key(settings.DATA_DIR / "certificate.key", lambda: Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(raw)


@cache
def _seal() -> Seal:
    name = f"Port 2 Port {urlsplit(settings.SITE_URL).hostname or ''}".strip()
    return kept_seal(settings.DATA_DIR / "seal.key", name=name, at=now())


def public_key() -> str:
    """Return the key that checks signatures: 32 bytes, in base64."""
    return base64.b64encode(_private().public_key().public_bytes_raw()).decode()


def sign(statement: Statement) -> str:
    """Return the signature of a statement, in base64. The same statement has the same one (RFC 8032)."""
    return base64.b64encode(_private().sign(statement.message())).decode()


def signed(message: bytes, signature: str, key: str) -> bool:
    """Tell whether the holder of this public key signed exactly these bytes."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True


@action
def paper(identifier: UUID, *, at: datetime) -> tuple[str, bytes]:
    """Return the certificate of one's own completion as PDF, with its file's name.

    Raises NotFound for another's, Conflict when it was withdrawn.
    """
    found = pass_of(identifier, on=timezone.localdate(at))
    if found.completion.person_id != current_actor().person:
        raise NotFound()  # whom one trains asks for the own paper: it is that person's
    if found.standing == "withdrawn":
        raise Conflict(_("This was withdrawn."))
    statement = _statement(found)
    journal.write("course.certificate", kind=KIND, at=at, completion=identifier)
    body = sealed(rendered(TEMPLATE, _data(found, statement)), _seal(), at=at)
    return f"certificate-{found.slug}-{grouped(found.completion.code)}.pdf", body


def _statement(found: Pass) -> Statement:
    row = found.completion
    return Statement(
        row.code, current_actor().name, called(row.organisation.names), found.slug, found.version, row.how,
        timezone.localdate(row.at), found.ends,
    )  # fmt: skip


def _data(found: Pass, statement: Statement) -> dict[str, object]:
    head = course_of(found.completion.edition_id).head
    address = settings.SITE_URL + reverse("certificate", args=[grouped(statement.code)])
    name = head.label(language())
    how = {
        "quiz": _("passed the quiz of this course"), "session": _("took part in a session of this course"),
        "noted": _("took part in this course, by a record of the organisation"),
        "package": _("completed this course, by a package of the organisation"),
    }[statement.how]  # fmt: skip
    return {
        "language": language(), "title": _("Certificate of participation"), "name": statement.name,
        "organisation": statement.organisation, "how": how, "course": name,
        "facts": [
            (_("Version of the course"), str(statement.version)),
            (pgettext("day", "On"), f"{statement.on:%d/%m/%Y}"),
            (_("Counts until"), f"{statement.until:%d/%m/%Y}"),
            (_("Topics"), "; ".join(dict.fromkeys(word("list", one, language()) for one in head.topics))),
        ],
        "no_pfso": no_pfso(), "check": _("Whether it still counts, anybody sees at:"), "address": address,
        "code": grouped(statement.code), "signed": _("Signed statement"),
        "statement": statement.message().decode().rstrip("\n").split("\n"), "signature": sign(statement),
        "key_word": _("Public key (Ed25519)"), "key": public_key(),
    }  # fmt: skip


def no_pfso() -> str:
    """Return what a certificate is not."""
    return _("This is no certificate of a port facility security officer (PFSO), and replaces none.")


def look_up(typed: str, place: str, *, on: date) -> Certificate:
    """Return what a code stands for. Raises Throttled; NotFound alike for wrong and unknown."""
    count(f"certificate:{place}", LOOKS, WINDOW)
    code = plain_code(typed)
    if len(code) != CODE_LENGTH:
        raise NotFound()
    with acting_as_system("public"), connection.cursor() as cursor:
        cursor.execute("select * from training_certificate(%s)", [code])
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    content, version, how, moment, valid_until, counts_until, withdrawn = row
    said = json.loads(content) if isinstance(content, str) else content
    return Certificate(
        code, said["slug"], said["names"], version, how, timezone.localdate(moment), ends_on(valid_until, counts_until),
        standing(valid_until, counts_until, withdrawn=withdrawn, on=on),
    )  # fmt: skip


def name_of(certificate: Certificate) -> str:
    """Return the course's name in the reader's language."""
    return label(certificate.names, language())

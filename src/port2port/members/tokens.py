"""API tokens: scoped, ending, stored as a hash, shown once. Whose they are, a person's or a machine's."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base import journal
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.members.models import Token

PREFIX = "p2p_"  # so that scanners for leaked secrets can know ours
BYTES = 32
BEARER = "Bearer "
USUAL = timedelta(days=90)
LONGEST = timedelta(days=365)
LONGEST_NAME = 80

SCOPES: dict[str, Promise] = {
    "read": gettext_lazy("Read what I may read"),
    "report": gettext_lazy("Report and change reports"),
    "export": gettext_lazy("Export"),
    "exchange": gettext_lazy("Exchange: read and send by TAXII, MISP and the feeds, without the API"),
    "administer": gettext_lazy("Administer people and machines"),
    "metrics": gettext_lazy("Read the platform's metrics (operators only)"),
    "calendar": gettext_lazy("Read my calendar by a secret link"),
}
CALENDAR, EXCHANGE = "calendar", "exchange"


def make(
    *, person: UUID, hat: UUID, name: str, scopes: Iterable[str], expires: datetime, by: UUID, at: datetime
) -> tuple[Token, str]:
    """Make a token and return it with its secret, which is nowhere else.

    Raises Invalid for an empty or long name, no or unknown scopes, an end in the past or over a year away.
    """
    name, wanted = name.strip(), sorted(set(scopes))
    problems = []
    if not name or len(name) > LONGEST_NAME:
        problems.append(Problem("name", _("Say in up to 80 characters what the token is for.")))
    if not wanted:
        problems.append(Problem("scopes", _("Choose what the token may do.")))
    for scope in wanted:
        if scope not in SCOPES:
            problems.append(Problem("scopes", _("There is no scope %(scope)s.") % {"scope": scope}))
    if not at < expires <= at + LONGEST:
        problems.append(Problem("expires", _("Choose an end within a year.")))
    if problems:
        raise Invalid(problems)
    secret = PREFIX + secrets.token_urlsafe(BYTES)
    token = Token(
        id=new_id(),
        person_id=person,
        hat_id=hat,
        name=name,
        secret_hash=digest(secret),
        scopes=wanted,
        made_by_id=by,
        made_at=at,
        expires_at=expires,
    )
    with transaction.atomic():
        token.save(force_insert=True)
        journal.write("token.made", kind="token", record=token.id, person=person, scopes=wanted)
    return token, secret


def digest(secret: str) -> bytes:
    """Return what is stored: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def presented(header: str, *schemes: str) -> str:
    """Return the secret of an `Authorization` header (RFC 6750 section 2.1), or "" when it holds no bearer token.

    `schemes`: other words that stand before it where clients write them so.
    """
    found = next((scheme for scheme in (BEARER, *schemes) if header.startswith(scheme)), "")
    return header.removeprefix(found).strip() if found else ""


def revoke(token: UUID, *, at: datetime) -> Token:
    """End a token at once. Raises NotFound when it is not mine, nor of a machine that I administer."""
    with transaction.atomic():
        found = Token.objects.filter(id=token, revoked_at=None).first()
        if found is None:
            raise NotFound()
        found.revoked_at = at
        found.save(update_fields=["revoked_at"])
        journal.write("token.revoked", kind="token", record=found.id, person=found.person_id)
    return found


def current(person: UUID, *, at: datetime) -> list[Token]:
    """Return the tokens of a person or machine that still work, the newest first."""
    return list(Token.objects.filter(person_id=person, revoked_at=None, expires_at__gt=at).order_by("-made_at"))

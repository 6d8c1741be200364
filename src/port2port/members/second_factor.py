"""The second factor: what allauth stores is encrypted here, and a lost one is reset by two administrators."""

import io
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import qrcode
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.image.svg import SvgPathFillImage

from port2port.base import journal
from port2port.base.errors import NotFound, Refused
from port2port.base.ids import new_id
from port2port.base.key_files import kept_key
from port2port.members.models import SecondFactorReset

REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are no factor


class FactorAdapter(DefaultMFAAdapter):
    """`MFA_ADAPTER`: secrets encrypted at rest, passkeys bound to the name people type."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right, or it was used before. Wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        """Return the secret as it is stored (Fernet: AES-128-CBC with HMAC-SHA256)."""
        return cipher(settings.MFA_KEY_FILE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret. Raises cryptography.fernet.InvalidToken when no key of the file fits."""
        return cipher(settings.MFA_KEY_FILE).decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the relying party (WebAuthn level 2, section 5.4.2): never the Host header's name."""
        return {"id": settings.SITE_HOST, "name": "Port 2 Port"}

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code with a white ground: dark on dark cannot be scanned."""
        picture = io.BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(picture)
        return picture.getvalue().decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """Return a name for a new passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}


@lru_cache(maxsize=1)
def cipher(path: Path) -> MultiFernet:
    """Return the cipher of the key file: its first line encrypts, every line decrypts. Made once, readable to us only.

    Raises OSError when the folder cannot be written, ValueError when a line is no key.
    """
    lines = kept_key(path, lambda: Fernet.generate_key() + b"\n").split()
    return MultiFernet([Fernet(line) for line in lines])


def rotate(authenticator: Authenticator) -> None:
    """Encrypt its secret anew with the first key of the file. For use after a successful sign-in."""
    field = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}.get(authenticator.type)
    if field is None or field not in authenticator.data:
        return
    newest = Fernet(settings.MFA_KEY_FILE.read_text().split()[0].encode())
    stored = authenticator.data[field].encode()
    try:
        newest.extract_timestamp(stored)
    except InvalidToken:
        authenticator.data[field] = cipher(settings.MFA_KEY_FILE).rotate(stored).decode()
        authenticator.save(update_fields=["data"])


def has_second_factor(user: AbstractBaseUser) -> bool:
    """Whether the account has an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=REAL).exists())


def open_requests() -> list[SecondFactorReset]:
    """Requests of this organisation that wait for a second administrator."""
    return list(
        SecondFactorReset.objects.filter(approved_at=None).select_related("person", "asked_by").order_by("-asked_at")
    )


def ask_reset(*, person: UUID, organisation: UUID, by: UUID, at: datetime) -> UUID:
    """Ask for somebody's second factor to be reset; another administrator must approve. Returns the request's id."""
    if person == by:
        raise Refused(_("Ask two colleagues who are administrators: nobody resets their own second factor."))
    request = new_id()
    with transaction.atomic():
        SecondFactorReset.objects.create(
            id=request, person_id=person, organisation_id=organisation, asked_by_id=by, asked_at=at
        )
        journal.write("second_factor.reset_asked", kind="person", record=person)
    return request


def approve_reset(*, request: UUID, by: UUID) -> UUID:
    """Approve: the factors go, the sessions end. Returns the person. Raises NotFound, Refused (one person twice)."""
    found = SecondFactorReset.objects.filter(id=request, approved_at=None).first()
    if found is None:
        raise NotFound()
    if by in (found.asked_by_id, found.person_id):
        raise Refused(_("A second administrator must approve: you asked for this yourself."))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select members_reset_second_factor(%s)", [request])
        person: UUID = cursor.fetchone()[0]
        journal.write("second_factor.reset", kind="person", record=person, asked_by=found.asked_by_id)
    return person


def factors(user: AbstractBaseUser) -> dict[str, Any]:
    """Return what an account has, for the account page: app (or None), passkeys, recovery codes left."""
    rows = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at"))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "app": next((row for row in rows if row.type == Authenticator.Type.TOTP), None),
        "passkeys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
    }

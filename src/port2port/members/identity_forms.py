"""allauth's forms in our words: no placeholders as labels, a code counts once, no secret in clear in a session."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.members.models import Account
from port2port.members.second_factor import rotate

CODE_LIVES = 150  # seconds; three periods of thirty around now, and some more
SECRET_IN_SESSION = "totp_being_set_up"
PASSWORD_HINT = _("At least 12 characters. Four words in a row are easy to remember and hard to guess.")

Words = dict[str, str | Promise]


class Plain(forms.Form):
    """Labels and hints of ours on fields of allauth's."""

    labels: Words = {}
    hints: Words = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)  # type: ignore[assignment]  # lazy text is fine here
            field.help_text = self.hints.get(name, "")  # type: ignore[assignment]


class SignIn(Plain, LoginForm):
    """E-mail address and password."""

    labels: Words = {"login": _("E-mail address"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "inputmode": "email"}


class PasswordAgain(Plain, ReauthenticateForm):
    """The password once more, before something weighty."""

    labels: Words = {"password": _("Your password")}


class ChangePassword(Plain, ChangePasswordForm):
    """A new password instead of the one known."""

    labels: Words = {
        "oldpassword": _("Your password now"),
        "password1": _("New password"),
        "password2": _("New password once more"),
    }
    hints: Words = {"password1": PASSWORD_HINT}


class SetPassword(Plain, SetPasswordForm):
    """A password for an account that has none."""

    labels: Words = {"password1": _("New password"), "password2": _("New password once more")}
    hints: Words = {"password1": PASSWORD_HINT}


class NewPassword(Plain, ResetPasswordKeyForm):
    """A new password after the link in the mail."""

    labels: Words = {"password1": _("New password"), "password2": _("New password once more")}
    hints: Words = {"password1": PASSWORD_HINT}


class ForgottenPassword(Plain, ResetPasswordForm):
    """Where to send the link."""

    labels: Words = {"email": _("E-mail address")}


class _Once(Plain):
    """A code counts once, for as long as it could be right (RFC 6238 section 5.2)."""

    user: Account
    authenticator: Authenticator

    labels: Words = {"code": _("Code")}
    hints: Words = {"code": _("Six digits from your app, or one of your recovery codes.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        used = f"totp-used:{self.user.pk}:{''.join(code.split())}"
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(used, 1, CODE_LIVES):
            raise get_adapter().validation_error("incorrect_code")
        rotate(self.authenticator)
        return code

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        journal.write("session.failed", kind="session", reason="second-factor", person=self.user.person_id)


class Code(_Once, AuthenticateForm):
    """The second factor while signing in."""


class CodeAgain(_Once, CodeReauthenticateForm):
    """The second factor once more, before something weighty."""


class EnrolApp(Plain, ActivateTOTPForm):
    """The first code of a new authenticator app. Until then its secret lies encrypted in the session."""

    labels: Words = {"code": _("Code that the app shows now")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)  # not allauth's, which keeps the secret in clear
        code = self.fields["code"]
        code.label = self.labels["code"]  # type: ignore[assignment]  # lazy text is fine here
        code.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        session = context.request.session
        kept = session.get(SECRET_IN_SESSION) if self.is_bound else None
        if kept is None:
            kept = session[SECRET_IN_SESSION] = get_adapter().encrypt(generate_totp_secret())
        self.secret = get_adapter().decrypt(kept)


class AddPasskey(Plain, AddWebAuthnForm):
    """A passkey with a name to know it by."""

    labels: Words = {
        "name": _("A name to know it by"),
        "passwordless": _("Sign in with this passkey alone, without a password"),
    }
    hints: Words = {"name": _("For example: office laptop, my telephone.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class RenamePasskey(Plain, EditWebAuthnForm):
    """Another name for a passkey."""

    labels: Words = {"name": _("A name to know it by")}

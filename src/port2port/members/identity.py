"""How signing in meets our house: allauth's adapters, accounts, and what is said when something about one changes."""

import time
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base import clock, journal
from port2port.base.errors import Invalid, Problem
from port2port.members import identity_mail
from port2port.members.identity_mail import Letter
from port2port.members.models import Account, Session
from port2port.members.second_factor import has_second_factor
from port2port.members.sessions import hashed

BROWSER_COOKIE = "browser"
BROWSER_AGE = 365 * 24 * 3600
BROWSER_ACCOUNTS = 20  # remembered in one browser

# What allauth reports (by the name of its mail template) -> journal act, mail, words on the page, other sessions end
HAPPENED: dict[str, tuple[str, Letter, str | Promise, bool]] = {
    "account/email/password_changed": (
        "password.changed", identity_mail.PASSWORD_CHANGED, gettext_lazy("Your password is changed."), True),
    "account/email/password_set": (
        "password.changed", identity_mail.PASSWORD_CHANGED, gettext_lazy("Your password is set."), True),
    "account/email/password_reset": (
        "password.reset", identity_mail.PASSWORD_CHANGED, gettext_lazy("Your password is changed."), True),
    "mfa/email/totp_activated": (
        "second_factor.added", identity_mail.FACTOR_ADDED, gettext_lazy("Your authenticator app is set up."), False),
    "mfa/email/webauthn_added": (
        "second_factor.added", identity_mail.FACTOR_ADDED, gettext_lazy("Your passkey is set up."), False),
    "mfa/email/totp_deactivated": (
        "second_factor.removed", identity_mail.FACTOR_REMOVED, gettext_lazy("The app is removed."), True),
    "mfa/email/webauthn_removed": (
        "second_factor.removed", identity_mail.FACTOR_REMOVED, gettext_lazy("The passkey is removed."), True),
    "mfa/email/recovery_codes_generated": (
        "recovery_codes.made", identity_mail.CODES_MADE, gettext_lazy("Your new recovery codes are below."), False),
    "socialaccount/email/account_connected": (
        "provider.connected", identity_mail.CONNECTED, "", False),
}  # fmt: skip


class AccountAdapter(DefaultAccountAdapter):
    """`ACCOUNT_ADAPTER`: no sign-up, our words, our mail, our journal."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("This e-mail address and password do not belong together."),
        "too_many_login_attempts": gettext_lazy("Too many tries. Wait five minutes and try again."),
        "incorrect_password": gettext_lazy("This password is not right."),
        "enter_current_password": gettext_lazy("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody joins but by invitation."""
        return False

    def login(self, request: HttpRequest, user: Account) -> None:
        """Begin the session: what it is and how strong, in the session and in the journal."""
        super().login(request, user)
        begin_session(request, user, strong=used_second_factor(request, user))

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Answer; tell the person about a browser that is new for the account."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_browser(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        """End the session, in the journal too."""
        if request.user.is_authenticated:
            journal.write("session.ended", kind="session", person=request.user.person_id)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write a failed try down; a known and an unknown address cost the same work."""
        person = Account.objects.filter(email__iexact=credentials.get("email", "")).values_list("person_id", flat=True)
        known = person.first()
        details = {"person": known} if known else {}
        journal.write_many([journal.Happening("session.failed", "session", reason="password", details=dict(details))])

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask for the password again, unless it (or a second factor) was given in the last minutes.

        Not asked of whoever has just signed in and must now enrol: a second question for the same secret.
        """
        records = get_authentication_records(self.request, self.request.user)
        latest = max((float(record["at"]) for record in records), default=0.0)
        return bool(time.time() - latest >= REAUTHENTICATION_TIMEOUT)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Say what allauth says about an error; its other messages are said by `send_notification_mail`."""
        message = kwargs.get("message")
        if message:
            messages.add_message(request, level, message)

    def send_notification_mail(
        self, template_prefix: str, user: Account, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Something about the account changed: journal, mail, words on the page, the strength of the session."""
        act, letter, words, end_others = HAPPENED[template_prefix]
        journal.write(act, kind="person", person=user.person_id)
        identity_mail.send(letter, person=user.person_id, email=user.email)
        if words:
            messages.success(self.request, str(words))
        if self.request.user.is_authenticated:
            self.request.session["strong"] = has_second_factor(user)
        if end_others:
            end_other_sessions(self.request, user.person_id)

    def send_password_reset_mail(self, user: Account, email: str, context: dict[str, Any]) -> None:
        """Send the link to the account's own address."""
        identity_mail.send(
            identity_mail.RESET_LINK, person=user.person_id, email=user.email, link=context["password_reset_url"]
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of the mail, on the name people type rather than the Host header."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.SITE_URL}{path.replace('UID-KEY', key)}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the account."""
        return reverse("members:me")


class ProviderAdapter(DefaultSocialAccountAdapter):
    """`SOCIALACCOUNT_ADAPTER`: a provider proves who an existing member is; it makes nobody a member."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody joins but by invitation."""
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Account:
        """Keep the provider's identifier alone: what else it says of the person is not ours to store."""
        sociallogin.account.extra_data = {}
        user: Account = super().populate_user(request, sociallogin, data)
        return user


def create_account(person_id: UUID, email: str, password: str) -> Account:
    """Make the account of an invited person; the invitation proved the address. Runs in the scope `identity`.

    Raises Invalid for an address that is malformed or taken, or a password that is too short, common or like it.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid([Problem("email", error.messages[0])]) from error
    if Account.objects.filter(email__iexact=email).exists():
        raise Invalid([Problem("email", _("This address has an account. Sign in with it."))])
    account = Account(person_id=person_id, email=email)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid([Problem("password", message) for message in error.messages]) from error
    account.set_password(password)
    account.save(force_insert=True)
    EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    journal.write("account.made", kind="person", person=person_id)
    return account


def used_second_factor(request: HttpRequest, user: Account) -> bool:
    """Whether this sign-in included a second factor: a code, a recovery code, or a passkey."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def begin_session(request: HttpRequest, user: Account, *, strong: bool, reason: str = "") -> None:
    """Write into the session what the list of sessions shows, and into the journal that it began."""
    request.session["strong"] = strong
    request.session["created"] = clock.now().isoformat()
    request.session["agent"] = request.headers.get("User-Agent", "")[:200]
    request.session.pop("hat", None)
    journal.write("session.started", kind="session", person=user.person_id, second_factor=strong, reason=reason)


def end_other_sessions(request: HttpRequest, person: UUID) -> int:
    """End the person's sessions but this one, screens included (the database tells them). Returns how many."""
    others = Session.objects.filter(person_id=person)
    if request.session.session_key:
        others = others.exclude(session_key=hashed(request.session.session_key))
    count, _by_model = others.delete()
    if count:
        journal.write("session.ended", kind="session", person=person, number=count)
    return count


def remember_browser(request: HttpRequest, response: HttpResponse, user: Account) -> None:
    """Keep in a signed cookie whose browser this is; mail the person when it is new for the account."""
    try:
        known = signing.loads(request.COOKIES.get(BROWSER_COOKIE, ""), salt=BROWSER_COOKIE, max_age=BROWSER_AGE)
    except signing.BadSignature:
        known = []
    mark = user.pk.hex[-12:]
    if mark not in known:
        identity_mail.send(identity_mail.NEW_BROWSER, person=user.person_id, email=user.email)
    kept = [mark, *(other for other in known if other != mark)][:BROWSER_ACCOUNTS]
    response.set_cookie(
        BROWSER_COOKIE,
        signing.dumps(kept, salt=BROWSER_COOKIE),
        max_age=BROWSER_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )

"""Mail about signing in: short, in the person's language, without content; a link only where one is needed."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from port2port.members.models import Person


@dataclass(frozen=True)
class Letter:
    """What a mail says; `expected` mails need no warning."""

    subject: str | Promise
    text: str | Promise
    expected: bool = False


RESET_LINK = Letter(
    gettext_lazy("Choose a new password"),
    gettext_lazy("Somebody, probably you, asked to choose a new password. The link works once, for one hour:"),
    expected=True,
)
PASSWORD_CHANGED = Letter(gettext_lazy("Your password was changed"), gettext_lazy("Your password was changed."))
FACTOR_ADDED = Letter(
    gettext_lazy("A second factor was added"),
    gettext_lazy("An authenticator app or a passkey was added to your account."),
)
FACTOR_REMOVED = Letter(
    gettext_lazy("A second factor was removed"),
    gettext_lazy("An authenticator app or a passkey was removed from your account."),
)
CODES_MADE = Letter(
    gettext_lazy("New recovery codes were made"),
    gettext_lazy("New recovery codes were made for your account. The old ones no longer work."),
)
FACTOR_RESET = Letter(
    gettext_lazy("Your second factor was reset"),
    gettext_lazy(
        "Two administrators of your organisation reset your second factor and ended your sessions. "
        "Sign in with your password and set up a new one."
    ),
)
NEW_BROWSER = Letter(
    gettext_lazy("Signed in from a new browser"),
    gettext_lazy("Your account was used to sign in from a browser that was not used before."),
)
CONNECTED = Letter(
    gettext_lazy("Another way to sign in was added"),
    gettext_lazy("Your account can now be used through the sign-in provider of your organisation."),
)


def send(letter: Letter, *, person: UUID, email: str, link: str = "") -> None:
    """Send once the transaction has ended well. A mail server that is down is logged and undoes nothing."""
    language = Person.objects.values_list("language", flat=True).get(id=person)
    with override(language):
        paragraphs = [str(letter.text)]
        if link:
            paragraphs.append(link)
        if not letter.expected:
            paragraphs.append(
                _("If this was not you, tell an administrator of your organisation at once. Your sessions: %(url)s")
                % {"url": f"{settings.SITE_URL}/me/sessions/"}
            )
        mail = EmailMessage(f"Port 2 Port: {letter.subject}", "\n\n".join(paragraphs) + "\n", to=[email])
    transaction.on_commit(mail.send, robust=True)

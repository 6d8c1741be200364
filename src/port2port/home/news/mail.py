"""A digest as a mail: text and HTML that say the same, and a link that ends it without signing in (RFC 8058)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.alerts.delivery.weekly import Claimed, ending_token
from port2port.home.news.digest import Digest, Line
from port2port.site.reader import language


def digest_mail(claimed: Claimed, digest: Digest) -> EmailMultiAlternatives:
    """Return the mail in the active language. Its subject says nothing of what is in it; its Message-ID is stable.

    List-Unsubscribe and List-Unsubscribe-Post: RFC 2369 and RFC 8058; Auto-Submitted: RFC 3834.
    """
    news = f"{settings.SITE_URL}{reverse('news')}"
    ending = f"{settings.SITE_URL}{reverse('end_digest', args=[ending_token(claimed.person)])}"
    context = {
        "digest": digest,
        "language": language(),
        "unsaid": unsaid_words(digest),
        "more": more_words(digest),
        "news": news,
        "ending": ending,
    }
    mail = EmailMultiAlternatives(
        "Port 2 Port: " + _("Your week"),
        _text(digest, news, ending),
        to=[claimed.email],
        headers={
            "Message-ID": f"<{claimed.id}@{urlsplit(settings.SITE_URL).hostname}>",
            "List-Unsubscribe": f"<{ending}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("home/digest_mail.html", context), "text/html")
    return mail


def unsaid_words(digest: Digest) -> str:
    """Return how many things no mail speaks of, or ""."""
    if not digest.unsaid:
        return ""
    return ngettext(
        "%(n)d thing for you that no mail speaks of", "%(n)d things for you that no mail speaks of", digest.unsaid
    ) % {"n": digest.unsaid}


def more_words(digest: Digest) -> str:
    """Return how many titles were left out, or ""."""
    if not digest.more:
        return ""
    return _("and %(n)d more") % {"n": digest.more}


def _text(digest: Digest, news: str, ending: str) -> str:
    parts = [
        _section(_("What you follow"), digest.followed),
        _section(_("New for you"), digest.others),
        more_words(digest),
        unsaid_words(digest),
        _("All of it:") + f" {news}",
        _("End this weekly mail:") + f" {ending}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(heading: str, lines: tuple[Line, ...]) -> str:
    if not lines:
        return ""
    return "\n".join([heading, *(f"- {one.title}\n  {one.about}\n  {one.url}" for one in lines)])

"""What is said of a message that came in: what its checks mean, and that they prove nothing."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.exchange.mail.models import MailDraft

NAMES = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC"}
RESULTS: dict[str, tuple[str, str | Promise]] = {
    "pass": ("ok", _("passed")),
    "fail": ("error", _("failed")),
    "softfail": ("warning", _("probably not from there")),
    "neutral": ("info", _("the domain says nothing")),
    "none": ("info", _("the domain says nothing")),
    "policy": ("warning", _("not accepted by policy")),
    "temperror": ("info", _("could not be checked")),
    "permerror": ("warning", _("the domain's rules are wrong")),
}


@dataclass(frozen=True)
class Checked:
    """A check in words: its name, a badge and its word, and about whom."""

    name: str
    badge: str
    word: str | Promise
    about: str


def checks(row: MailDraft) -> list[Checked]:
    """Return what the own mail server said, in words."""
    found = []
    for one in row.checks:
        badge, word = RESULTS.get(one["result"], ("info", _("could not be checked")))
        found.append(Checked(NAMES[one["method"]], badge, word, one["about"]))
    return found


def title(row: MailDraft) -> str | Promise:
    """Return what a draft is called."""
    return row.subject or _("Without a subject")

"""What is said of a TAK server, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.base.errors import Text
from port2port.exchange.models import TakServer
from port2port.exchange.peers import words


def answer(one: TakServer) -> str:
    """Return how it stands with it, in a sentence."""
    if one.paused_at is not None:
        return _("%(name)s is paused and gets nothing") % {"name": one.name}
    if one.problem:
        return _("%(name)s cannot be reached") % {"name": one.name}
    if one.tried_at is None:
        return _("%(name)s was not met yet") % {"name": one.name}
    if not one.shows:
        return _("%(name)s can be reached; nothing is to be shown now") % {"name": one.name}
    number = ngettext("%(name)s shows %(n)s thing", "%(name)s shows %(n)s things", one.shows)
    return number % {"name": one.name, "n": one.shows}


def badge(one: TakServer) -> tuple[str, str]:
    """Return the kind and the word of its badge."""
    if one.paused_at is not None:
        return "open", _("paused")
    if one.problem:
        return "error", _("failing")
    return ("ok", _("up to date")) if one.tried_at is not None else ("part", _("not tried yet"))


def shows(one: TakServer) -> str:
    """Return how much it shows."""
    if not one.shows:
        return _("It shows nothing now")
    return ngettext("It shows %(n)s thing", "It shows %(n)s things", one.shows) % {"n": one.shows}


def problem(code: str) -> Text:
    """Return what a code of the last try means."""
    if code == "certificate":
        return _("Our certificate for it cannot be used.")
    if code == "tls":
        return _("No secure connection could be made, or it does not take our certificate.")
    return words.problem(code)

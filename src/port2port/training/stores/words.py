"""How it stands with a record store, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from port2port.alerts.channels.words import why
from port2port.base.errors import Text
from port2port.training.stores.queries import Stand

WAYS: Mapping[str, Text] = {
    "basic": gettext_lazy("Name and password (Basic)"), "bearer": gettext_lazy("Token (Bearer)"),
}  # fmt: skip
ACTORS: Mapping[str, Text] = {
    "account": gettext_lazy("by a number of this platform, which says nothing elsewhere"),
    "mail": gettext_lazy("by e-mail address"),
}


def answer(stand: Stand | None) -> str:
    """Return the answer of the page."""
    if stand is None:
        return _("No learning record store is told")
    if stand.store.paused_at is not None:
        return _("Sending is paused")
    if stand.store.code:
        return _("The learning record store does not take what is sent")
    waiting = stand.numbers["waiting"]
    if waiting:
        return ngettext("%(n)d statement waits", "%(n)d statements wait", waiting) % {"n": waiting}
    if stand.store.tried_at is None:
        return _("The learning record store was not tried yet")
    if stand.store.sent_at is None:
        return _("Nothing was to be sent to the learning record store yet")
    return _("The learning record store knows everything")


def badge(stand: Stand) -> tuple[str, str]:
    """Return the kind and the word of its badge."""
    if stand.store.paused_at is not None:
        return "open", _("paused")
    if stand.store.code:
        return "error", _("failing")
    if stand.numbers["waiting"]:
        return "part", _("sending")
    return ("ok", _("up to date")) if stand.store.sent_at is not None else ("part", _("not tried yet"))


def problem(code: str) -> Text:
    """Return what a code of a try means."""
    own: Mapping[str, Text] = {
        "secret": _("What it asks us in by cannot be read any more: enter it again."),
        "http.400": _("It does not take this statement."),
        "http.401": _("It does not know our name and password, or our token."),
        "http.403": _("We may not write there."),
        "http.404": _("There is no record store at this address."),
    }
    return why(code, own)


def numbers(stand: Stand) -> list[tuple[str, int]]:
    """Return how many statements wait, went, were refused."""
    said = {"waiting": _("Wait to be sent"), "sent": _("Taken"), "refused": _("Refused for good")}
    return [(said[state], number) for state, number in stand.numbers.items()]

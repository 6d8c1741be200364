"""What is said of another node, in the reader's language: how far we are, what is wrong, what was refused and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.alerts.channels.words import why
from port2port.base.errors import Text
from port2port.exchange.models import Delivery, Peer

SHOWN_OF_ONE = 5  # refused objects of one request


@dataclass(frozen=True)
class Refusal:
    """An object that was refused, and why."""

    at: datetime
    stix_id: str
    reason: str


def answer(peer: Peer) -> str:
    """Return how it stands with a peer, in a sentence."""
    if peer.paused_at is not None:
        return _("The exchange with %(name)s is paused") % {"name": peer.name}
    if peer.problem:
        return _("%(name)s cannot be reached") % {"name": peer.name}
    if peer.seen_at is None:
        return _("%(name)s was not met yet") % {"name": peer.name}
    if peer.waiting:
        return _("%(name)s has more for us than was read so far") % {"name": peer.name}
    return _("All that %(name)s has for us is here") % {"name": peer.name}


def badge(peer: Peer) -> tuple[str, str]:
    """Return the kind and the word of a peer's badge."""
    if peer.paused_at is not None:
        return "open", _("paused")
    if peer.problem:
        return "error", _("failing")
    if peer.seen_at is None or peer.waiting:
        return "part", _("catching up")
    return "ok", _("up to date")


def direction(peer: Peer) -> str:
    """Return which way objects go."""
    if peer.pulls and peer.pushes:
        return _("We read from it and send to it")
    if peer.pulls:
        return _("We read from it")
    return _("We send to it") if peer.pushes else _("It reads from us and sends to us")


def problem(code: str) -> Text:
    """Return what a code of the last try means."""
    own: Mapping[str, Text] = {
        "tls": _("No secure connection could be made, or our client certificate was not taken."),
        "too-long": _("A single object of it is longer than we take."),
        "envelope": _("Its answer is no envelope of TAXII 2.1."),
        "endless": _("Its pages lead on to what it gave already. We start again at the last moment that is sure."),
        "another-node": _("Another node answers there than before. End this link and make a new one if that is right."),
        "fine": _("It answers, and our token may do there what this link needs."),
        "collection": _("What is at this address is no collection of TAXII 2.1."),
        "no-reading": _("Our token may not read this collection."),
        "no-writing": _("Our token may not send to this collection."),
        "http.400": _("It does not take our request: it may ask for another client certificate, or for one at all."),
        "http.401": _("It does not know our token, or no longer."),
        "http.403": _("Our token may not do this there, or they have paused the exchange."),
        "http.404": _("There is no such collection."),
        "http.409": _("It has paused the exchange, or takes us for another node."),
    }
    return why(code, own)


def reasons(peer: Peer) -> list[tuple[str, int]]:
    """Return why objects were refused and how often, the most frequent first."""
    counted = sorted(peer.refused.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(_(reason), number) for reason, number in counted]


def last_refused(requests: list[Delivery]) -> list[Refusal]:
    """Return the last objects that were refused, a few of each request."""
    return [Refusal(one.at, stix_id or "?", _(message)) for one in requests for stix_id, message in _few(one)]


def _few(one: Delivery) -> list[tuple[str, str]]:
    return [(bad["id"], bad["message"]) for bad in one.refused[:SHOWN_OF_ONE]]


def numbers(peer: Peer) -> list[tuple[str, str]]:
    """Return what came and went, as names and values."""
    held = max(0, peer.held)
    said = [
        (_("Here of it now"), ngettext("%(n)s object", "%(n)s objects", held) % {"n": held} if held else "0"),
        (_("Came since the beginning"), str(peer.came)),
        (_("Came again and was here"), str(peer.known)),
        (_("Withdrawn by it"), str(peer.withdrawn)),
        (_("Sent to it"), str(peer.sent)),
    ]
    return [pair for pair in said if pair[1] != "0"]

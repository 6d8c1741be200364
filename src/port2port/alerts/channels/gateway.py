"""SMS and voice calls by any gateway that takes a JSON POST: settings say how in a template, no code per vendor.

Such a message passes operators that we do not know and lies open on a locked screen. It never says what happened, only
that something needs the person; the sender makes the text itself, so that nobody can hand it another.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from port2port.alerts.channels.addresses import Forbidden, read_place
from port2port.alerts.channels.line import INTERNET, Reach
from port2port.alerts.channels.outcome import Outcome
from port2port.alerts.channels.posting import post

# No link in it: people should not learn to follow links in such messages.
SUMMONS = _("Port 2 Port: something needs you. Sign in to see it.")

PLACEHOLDER = re.compile(r"\{([A-Za-z_]+)\}")
REQUIRED = frozenset({"to", "text"})
KNOWN = REQUIRED | {"id", "voice"}
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
HEADER = re.compile(r"[ -~]*")

SMS_LENGTH = 160  # septets in one message (3GPP TS 23.040)
# 3GPP TS 23.038 section 6.2.1: the default alphabet, and its extension, of which each character takes two septets.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
# What has a plain form that Unicode does not give by decomposing.
PLAIN = {
    "‘": "'", "’": "'", "‚": "'", "‹": "'", "›": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "`": "'",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "•": "*", "·": ".", "×": "x", "⁄": "/", "\t": " ",
    "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i",
    "ẞ": "SS", "\u00ad": "", "\u200b": "",
}  # fmt: skip
UNKNOWN = "?"


class BadGateway(ValueError):
    """The gateway's settings cannot work; the message says why."""


@dataclass(frozen=True)
class Gateway:
    """Where to post and what. `authorization` is the value of that header, a secret; empty for none."""

    url: str
    template: Mapping[str, Any]
    authorization: str = field(default="", repr=False)


def read_gateway(url: str, *, template: str, authorization: str = "", reach: Reach = INTERNET) -> Gateway:
    """Return the gateway that settings describe.

    `template` is the text of a JSON object, whose strings may hold {to} and {text}, which must occur, and {id} and
    {voice}. A string that is "{voice}" and nothing else becomes true or false. Raises BadGateway.
    """
    try:
        read_place(url, allow_private=reach.allow_private)
    except Forbidden as why:
        raise BadGateway(f"the gateway's address is not allowed: {why.code}") from None
    try:
        body = msgspec.json.decode(template, type=dict[str, Any])
    except msgspec.DecodeError as problem:
        raise BadGateway(f"the gateway's template is not a JSON object: {problem}") from None
    used = _placeholders(body)
    if used - KNOWN:
        raise BadGateway(f"the gateway's template asks for {{{min(used - KNOWN)}}}, which does not exist")
    if REQUIRED - used:
        raise BadGateway(f"the gateway's template lacks {{{min(REQUIRED - used)}}}")
    if not HEADER.fullmatch(authorization):
        raise BadGateway("the gateway's authorization holds a character that no header can")
    return Gateway(url, body, authorization)


def send(
    gateway: Gateway,
    *,
    to: str,
    language: str,
    message_id: str,
    voice: bool,
    at: datetime,
    reach: Reach = INTERNET,
) -> Outcome:
    """Ask the gateway to tell the person at `to` (E.164), in their language, that something needs them.

    `message_id` is the same for every try of one message, so that the gateway can leave out a second one. Delivered
    means that the gateway took it, not that the phone rang. Returns as `post`. Raises ValueError for another `to`.
    """
    if not PHONE.fullmatch(to):
        raise ValueError("a phone number is written as + and 7 to 15 digits")
    values = {"to": to, "text": summons(language), "id": message_id, "voice": "true" if voice else "false"}
    body = msgspec.json.encode(_filled(gateway.template, values, voice=voice))
    headers = {"Content-Type": "application/json"}
    if gateway.authorization:
        headers["Authorization"] = gateway.authorization
    return post(gateway.url, body=body, headers=headers, at=at, reach=reach)


def summons(language: str) -> str:
    """Return the one sentence that is ever sent, in a language, as one SMS holds it."""
    with translation.override(language):
        return gsm7(str(SUMMONS))


def gsm7(text: str) -> str:
    """Return the text as one SMS can carry it: in the GSM 7-bit default alphabet, at most 160 septets.

    What the alphabet lacks becomes its nearest plain form (ê is e, … is ..., ç is c), or "?". One such character would
    else make a phone change to UCS-2, which holds 70.
    """
    kept: list[str] = []
    left = SMS_LENGTH
    for letter in "".join(map(_folded, unicodedata.normalize("NFC", text))):
        left -= 2 if letter in EXTENSION else 1
        if left < 0:
            break
        kept.append(letter)
    return "".join(kept)


def _folded(letter: str) -> str:
    if letter in BASIC or letter in EXTENSION:
        return letter
    if letter in PLAIN:
        return PLAIN[letter]
    parts = [part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)]
    if parts == [letter]:
        return UNKNOWN
    return "".join(map(_folded, parts))


def _placeholders(value: Any) -> set[str]:
    """Return the names in braces in all strings of a JSON value."""
    if isinstance(value, str):
        return set(PLACEHOLDER.findall(value))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_placeholders, inner))


def _filled(value: Any, values: Mapping[str, str], *, voice: bool) -> Any:
    """Return a JSON value with the placeholders in its strings filled: values never become JSON, or placeholders."""
    if value == "{voice}":
        return voice
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: values[found[1]], value)
    if isinstance(value, dict):
        return {name: _filled(inner, values, voice=voice) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, values, voice=voice) for inner in value]
    return value

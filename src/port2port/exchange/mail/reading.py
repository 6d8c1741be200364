"""One message (RFC 5322, MIME) as the draft of a report. Hostile until read: bounded before it is parsed. Pure."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import parsedate_to_datetime

from port2port.base.text import unreadable
from port2port.exchange.mail.checks import Check, checks_of
from port2port.exchange.mail.html_text import text_of

LARGEST = 10 * 1024 * 1024  # bytes of a message
LARGEST_HEAD = 64 * 1024  # bytes of its own headers
MOST_PARTS = 100  # each names its type, so that so deep it may nest at most
MOST_DEPTH = 12
LONGEST_SENDER, LONGEST_SUBJECT, LONGEST_TEXT = 320, 400, 20_000
LONGEST_ENCODED = 4_000  # characters of a header that are decoded
MOST_ATTACHMENTS = 50
LONGEST_FILE_NAME, LONGEST_TYPE = 160, 100
HEAD_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
PART = re.compile(rb"(?:^|[\r\n])content-type\s*:", re.IGNORECASE)


class Unfit(Exception):
    """A message that is not taken; the text says why, and nothing of whom it was for."""


@dataclass(frozen=True)
class Attachment:
    """A part that is not text to be read: its name, type and size. It is not kept."""

    name: str
    type: str
    size: int


@dataclass(frozen=True)
class Letter:
    """What is kept of a message. `sender` and `written_at` are what it claims; `digest` is of its Message-ID."""

    digest: str
    sender: str
    subject: str
    written_at: datetime | None
    text: str
    shortened: bool
    checks: list[Check]
    attachments: list[Attachment]


def read_message(raw: bytes, *, server: str) -> Letter:
    """Return what is kept of a message. `server`: the name under which the own mail server says what it checked.

    Raises Unfit.
    """
    if len(raw) > LARGEST:
        raise Unfit("It is larger than 10 MB.")
    end = HEAD_END.search(raw, 0, LARGEST_HEAD + 1)
    if end is None and len(raw) > LARGEST_HEAD:
        raise Unfit("Its headers are too long.")
    if sum(1 for _found in PART.finditer(raw)) > MOST_PARTS:
        raise Unfit("It has too many parts.")
    try:
        message = message_from_bytes(raw, policy=compat32)
        leaves = list(_leaves(message, 0))
    except (MessageError, RecursionError, LookupError, ValueError) as error:
        raise Unfit("It is no message that can be read.") from error
    senders = _all(message, "from")
    if len(senders) != 1:
        raise Unfit("It has no sender, or more than one From.")
    text, shortened, attachments = _content(leaves)
    results = _all(message, "authentication-results")[:MOST_PARTS]
    return Letter(
        digest=hashlib.sha256(_identity(message, raw)).hexdigest(),
        sender=_header(senders[0])[:LONGEST_SENDER],
        subject=_header(_one(message, "subject"))[:LONGEST_SUBJECT],
        written_at=_written(_one(message, "date")),
        text=text,
        shortened=shortened,
        checks=checks_of([clean(one[:LONGEST_ENCODED]) for one in results], server),
        attachments=attachments,
    )


def _all(message: "Message[str, str]", name: str) -> list[str]:
    """Return the headers of a name as they came, from the top; bytes in them are UTF-8 (RFC 6532)."""
    found = [value for key, value in message.raw_items() if key.lower() == name]
    return [value.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for value in found]


def _one(message: "Message[str, str]", name: str) -> str:
    return next(iter(_all(message, name)), "")


def clean(text: str) -> str:
    """Return a text without what cannot be shown, or shows it in another order."""
    return "".join(c for c in text if not unreadable(c))


def _identity(message: "Message[str, str]", raw: bytes) -> bytes:
    """Return by what a message is known again: its Message-ID, or else all of it."""
    named = " ".join(_one(message, "message-id").split())
    return named.encode("utf-8", "replace") if named else raw


def _leaves(part: "Message[str, str]", depth: int) -> Iterator["Message[str, str]"]:
    """Yield the parts that hold something. Raises Unfit beyond MOST_DEPTH."""
    if depth > MOST_DEPTH:
        raise Unfit("Its parts are nested too deep.")
    if part.get_content_type() == "message/rfc822" or not part.is_multipart():
        yield part  # a message within is a file, not something to be read as if it were this one
        return
    for one in part.get_payload():
        if isinstance(one, Message):
            yield from _leaves(one, depth + 1)


def _content(leaves: list["Message[str, str]"]) -> tuple[str, bool, list[Attachment]]:
    """Return what is read, whether it was cut, and the other parts. HTML is read when there is no plain text."""
    inline = [one for one in leaves if one.get_content_disposition() != "attachment" and not one.get_filename()]
    plain = [one for one in inline if one.get_content_type() == "text/plain"]
    html = [one for one in inline if one.get_content_type() == "text/html"]
    said = [_text(one) for one in plain]
    if not any(one.strip() for one in said):
        said = [text_of(_text(one)) for one in html]
    whole = "\n\n".join(said).replace("\r\n", "\n").replace("\r", "\n").strip()
    text = clean(whole[: LONGEST_TEXT + 1])
    read = {id(one) for one in (*plain, *html)}
    others = [_attachment(one) for one in leaves if id(one) not in read]
    return text[:LONGEST_TEXT], len(whole) > LONGEST_TEXT, others[:MOST_ATTACHMENTS]


def _bytes(part: "Message[str, str]") -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _text(part: "Message[str, str]") -> str:
    """Return a part as text, in its own character set as far as that is one."""
    data = _bytes(part)
    for name in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):  # of a set that there is not, or bytes that are not in it
            continue
    return data.decode("cp1252", errors="replace")


def _attachment(part: "Message[str, str]") -> Attachment:
    name = _header(part.get_filename() or "")
    inner = part.get_payload()
    within = [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []
    size = sum(len(one.as_bytes()) for one in within) if within else len(_bytes(part))
    return Attachment(name[:LONGEST_FILE_NAME], clean(part.get_content_type())[:LONGEST_TYPE], size)


def _header(value: object) -> str:
    """Return a header in words (RFC 2047), on one line."""
    text = str(value)[:LONGEST_ENCODED]
    try:
        parts = decode_header(text)
        text = "".join(_decoded(data, name) for data, name in parts)
    except (HeaderParseError, ValueError):  # encoded wrongly: as it stands
        pass
    return " ".join(clean(text).split())


def _decoded(data: bytes | str, name: str | None) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode(name or "ascii")
    except (LookupError, ValueError):
        return data.decode("utf-8", errors="replace")


def _written(date: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(date[:100])
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None

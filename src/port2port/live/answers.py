"""Responses as the front sends them: complete ones, its own refusals, and a line each in the access log."""

import asyncio
import json
import logging
import re
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header

from port2port.live.bodies import Scope, Send
from port2port.live.wsgi_thread import Answer

access = logging.getLogger("port2port.access")

CHUNK = 64 * 1024
# A reader that takes less than one chunk a minute is let go: its file is wanted back.
PATIENCE = 60.0
WITHOUT_BODY = frozenset({204, 304})
# Ids, addresses and one-time secrets stand in paths; the log of the machine keeps none of them.
_TELLING = re.compile(r"[^/]*(?:@|%40)[^/]*|(?=[^/]*\d)[\w.~-]{16,}|[\w~-]{24,}|\d{4,}", re.IGNORECASE)


def log_line(method: str, path: str, status: int, length: int, seconds: float) -> str:
    """Return the access-log line: no query string, no address, no part of a path that could name a person."""
    shown = "/".join(":id" if _TELLING.fullmatch(part) else part for part in quote(path, safe="/@~").split("/"))
    return f"{method} {shown} {status} {length} {seconds * 1000:.0f}ms"


async def send_answer(scope: Scope, send: Send, answer: Answer) -> int:
    """Send a complete response at the pace of the reader, and close it; returns the bytes sent."""
    try:
        head, without = scope["method"] == "HEAD", answer.status in WITHOUT_BODY
        headers = answer.headers
        if not without:
            length = answer.declared if head and answer.declared is not None else answer.length
            headers = [*headers, (b"content-length", str(length).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if head or without or answer.file is None:
            body = b"" if head or without else answer.body
            await send({"type": "http.response.body", "body": body})
            return len(body)
        sent = 0
        while chunk := answer.file.read(CHUNK):
            async with asyncio.timeout(PATIENCE):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            sent += len(chunk)
        await send({"type": "http.response.body", "body": b""})
        return sent
    except TimeoutError:
        return 0
    finally:
        answer.close()


def refusal(scope: Scope, status: int) -> Answer:
    """Return what the front itself answers: problem details (RFC 9457) to programs, a sentence to people."""
    accept = b",".join(value for name, value in scope["headers"] if name == b"accept")
    with override(_language(scope)):
        code, sentence = _sentence(status)
    headers = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    if status in {429, 503}:
        headers.append((b"retry-after", b"2"))
    elif status in {400, 408, 413} and scope.get("http_version", "1.1").startswith("1"):
        # The rest of the body is not read, so the connection cannot carry another request.
        headers.append((b"connection", b"close"))
    if scope["path"].startswith(("/api/", "/taxii2/", "/live/")) or b"json" in accept:
        problem = {"type": "about:blank", "title": sentence, "status": status, "code": code}
        headers.append((b"content-type", b"application/problem+json"))
        body = json.dumps(problem, ensure_ascii=False).encode()
    else:
        headers.append((b"content-type", b"text/plain; charset=utf-8"))
        body = sentence.encode() + b"\n"
    return Answer(status, headers, body, None, len(body))


def _sentence(status: int) -> tuple[str, str]:
    sentences = {
        400: ("malformed", _("This request is incomplete or malformed.")),
        401: ("signed-out", _("You are not signed in.")),
        403: ("refused", _("This is not for other sites.")),
        404: ("not-found", _("There is nothing here.")),
        405: ("method-not-allowed", _("This cannot be done here.")),
        408: ("too-slow", _("The request took too long to arrive. Nothing was saved.")),
        413: ("too-large", _("This is too large. Nothing was saved.")),
        429: ("too-many", _("Too many of these are open. Close one first.")),
        503: ("unavailable", _("The platform is busy. Try again in a moment.")),
    }
    return sentences.get(status, ("error", _("Something went wrong on our side. It was recorded.")))


def _language(scope: Scope) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept-language")
    for code, _weight in parse_accept_lang_header(accepted.decode("latin-1").lower()[:500]):
        if code.split("-")[0] in known:
            return code.split("-")[0]
    return str(settings.LANGUAGE_CODE)

"""What the own mail server found out about the sender of a message: Authentication-Results (RFC 8601). Pure.

It says which servers a message passed, not who wrote it or whether it is true: shown, never trusted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

METHODS = ("spf", "dkim", "dmarc")
RESULTS = frozenset(  # RFC 8601 section 2.7
    {"pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror"}
)
RESULT = re.compile(r"\s*([a-z0-9-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE | re.ASCII)
ABOUT = re.compile(
    r'(?:smtp\s*\.\s*(?:mailfrom|helo)|header\s*\.\s*(?:d|from))\s*=\s*("[^"]*"|[^\s;]+)', re.IGNORECASE | re.ASCII
)
LONGEST_HEADER, LONGEST_ABOUT, MOST = 4_000, 120, 9


@dataclass(frozen=True)
class Check:
    """A method, what came of it, and about which domain or address."""

    method: str
    result: str
    about: str


def checks_of(headers: Iterable[str], server: str) -> list[Check]:
    """Return what a server of this name (authserv-id) says in these headers, the topmost first.

    Of each method the topmost header counts: the own server puts its own above what came with the message. It must take
    out those of others that bear its name (section 5). Without a name nobody is believed.
    """
    found: list[Check] = []
    for header in headers:
        earlier = {one.method for one in found}
        found += [one for one in _said(header, server) if one.method not in earlier]
    return found[:MOST]


def _said(header: str, server: str) -> Iterator[Check]:
    parts = _parts(header[:LONGEST_HEADER])
    named = parts[0].split() if parts else []
    if not server or not named or named[0].strip('"').casefold() != server.casefold():
        return
    for part in parts[1:]:
        match = RESULT.match(part)
        if match is None or match[1].lower() not in METHODS:
            continue
        about = ABOUT.search(part)
        result = match[2].lower()
        yield Check(
            match[1].lower(),
            result if result in RESULTS else "unknown",
            about[1].strip('"')[:LONGEST_ABOUT] if about else "",
        )


def _parts(header: str) -> list[str]:
    """Return what stands between semicolons, without comments, which may nest (RFC 5322 section 3.2.2)."""
    parts, depth, quoted, escaped = [""], 0, False, False
    for sign in header:
        if escaped:
            escaped = False
        elif sign == "\\" and (quoted or depth):
            escaped = True
            continue
        elif sign == '"' and not depth:
            quoted = not quoted
        elif sign == "(" and not quoted:
            depth += 1
            continue
        elif sign == ")" and depth:
            depth -= 1
            continue
        elif sign == ";" and not quoted and not depth:
            parts.append("")
            continue
        if not depth:
            parts[-1] += sign
    return parts

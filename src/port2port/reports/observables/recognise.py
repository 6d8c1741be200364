"""Finds observables in free text. What looks like one but is a date, an amount or a reference is left alone.

Every rule is one pass over the text with bounded patterns. The rules go by rank, and what a higher one took, a lower
one does not touch: so the time grows with the length of the text and no more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import phonenumbers
from stdnum import iso6346
from stdnum.be import vat

from port2port.reports.observables.kinds import recognition
from port2port.reports.observables.left_alone import LEFT_ALONE
from port2port.reports.observables.normal import AS_TYPED, Observable, normalised
from port2port.reports.observables.patterns import Span, Spans, after, matches
from port2port.reports.observables.phones import phones
from port2port.reports.observables.plates import plates
from port2port.reports.observables.refused import Unrecognised

DOT = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\[punt\]|\[point\]|\[punkt\])"
AT = r"(?:@|\[@\]|\(@\)|\[at\]|\(at\)|\{at\})"
LABEL = r"[^\W_](?:[^\W_]|-){0,62}"
HOST = rf"{LABEL}(?:{DOT}{LABEL}){{1,8}}"
SCHEME = r"(?:h(?:tt|xx|\*\*)ps?|f[tx]p)"
# A list of addresses may be pasted with nothing but a comma between them.
URL = rf"(?<!\w){SCHEME}(?:\[?:\]?//|\[://\])(?:[^\s<>\"`,;|]|[,;|](?!{SCHEME}[:\[])){{1,400}}"
SENTENCE_MARKS = ".,;:!?*_'’”"
BRACKETS = {")": "(", "]": "[", "}": "{", "»": "«"}
CONTAINER_DIGITS = r"[ -]?[0-9]{3}[ -]?[0-9]{3}[ /-]?(?:[0-9]|\[[0-9]\])"
ENTERPRISE_DIGITS = r"[01][0-9]{3}[. ]?[0-9]{3}[. ]?[0-9]{3}"
MARKED = r"[A-Za-z0-9][A-Za-z0-9-]{3,18}[A-Za-z0-9]"  # what stands on a seal or a badge
FEWEST_DIGITS = 3  # fewer are in words and names too


@dataclass(frozen=True)
class Found:
    """An observable in a text: `written` is `text[start:end]`, the rest is what `normalised` says of it."""

    kind: str
    value: str
    written: str
    start: int
    end: int
    checked: bool | None


def recognise(text: str) -> list[Found]:
    """Return the observables in a text as they stand: in order, without overlap, one that stands twice twice."""
    taken = bytearray(len(text))
    found: list[Found] = []
    typed = text.translate(AS_TYPED)
    for kind, spans in rules():
        for start, end in spans(typed):
            if taken.find(1, start, end) >= 0:
                continue
            if kind:
                one = _observable(kind, text[start:end])
                if one is None:
                    continue
                found.append(Found(one.kind, one.value, text[start:end], start, end, one.checked))
            taken[start:end] = b"\x01" * (end - start)
    return sorted(found, key=lambda one: one.start)


def _observable(kind: str, written: str) -> Observable | None:
    try:
        return normalised(kind, written)
    except Unrecognised:
        return None


@cache
def rules() -> tuple[tuple[str, Spans], ...]:
    """Return the rules by rank: a kind and where it may stand; "" for what is no observable and holds none."""
    words = recognition().words
    any_case = re.IGNORECASE
    return (
        ("url", _urls),
        ("email", matches(rf"(?<![\w.+%@-])[A-Za-z0-9][A-Za-z0-9_.+%'-]{{0,63}}{AT}{HOST}(?![\w@])", any_case)),
        *(("", spans) for spans in LEFT_ALONE),
        ("ip", matches(rf"(?<![\w.-])(?:[0-9]{{1,3}}{DOT}){{3}}[0-9]{{1,3}}(?![\w-]|\.[0-9])")),
        ("ip", matches(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:/]|\.[0-9])", when=_is_ipv6)),
        (
            "hash",
            matches(r"(?<!\w)[0-9a-f]{32}(?:[0-9a-f]{8}|[0-9a-f]{32}|[0-9a-f]{96})?(?!\w)", any_case, when=_mixed),
        ),
        ("domain", matches(rf"(?<![\w@.-]){HOST}(?![\w@-]|\.\w)", when=_is_domain)),
        (
            "container",
            matches(r"(?<![\w-])[A-Z]{3}[UJZ]" + CONTAINER_DIGITS + r"(?!\w|-\w)", any_case, when=_is_container),
        ),
        ("container", matches(r"(?<![\w-])[A-Z]{3}[UJZ][0-9]{6}(?!\w|-\w)")),
        ("drone_operator", matches(r"(?<![\w-])[A-Z]{3}[a-z0-9]{13}(?!\w)", when=_is_operator)),
        ("drone_serial", after(words.drone_serial, r"[0-9A-HJ-NP-Za-hj-np-z]{6,20}", when=_mixed)),
        ("drone_serial", matches(r"(?<![\w-])[0-9A-HJ-NP-Z]{4}[89A-F][0-9A-HJ-NP-Z]{8,15}(?![\w-])", when=_mixed)),
        ("imo", after(words.imo, r"[0-9]{7}")),
        ("mmsi", after(words.mmsi, r"[0-9]{9}")),
        ("enterprise", after(words.enterprise, r"(?:BE ?)?" + ENTERPRISE_DIGITS)),
        ("enterprise", matches(r"(?<!\w)BE ?" + ENTERPRISE_DIGITS + r"(?!\w|[. ][0-9])")),
        # In dots alone it may also be a mobile number: only the check digits tell.
        ("enterprise", matches(r"(?<![\w.])[01][0-9]{3}\.[0-9]{3}\.[0-9]{3}(?!\w|\.[0-9])", when=vat.is_valid)),
        ("phone", phones),
        ("plate", plates),
        ("seal", after(words.seal, MARKED, when=_marked)),
        ("badge", after(words.badge, MARKED, when=_marked)),
    )


def _urls(text: str) -> Iterator[Span]:
    """A web address ends before the marks of the sentence around it, and before a bracket that it did not open."""
    for start, found_end in _url_candidates(text):
        end = found_end
        while text[end - 1] in SENTENCE_MARKS or _closes_another(text, start, end):
            end -= 1
        yield start, end


_url_candidates = matches(URL, re.IGNORECASE)


def _closes_another(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    return last in BRACKETS and text.count(BRACKETS[last], start, end) < text.count(last, start, end)


def _digits(written: str) -> int:
    return sum(c.isdigit() for c in written)


def _mixed(written: str) -> bool:
    return _digits(written) >= FEWEST_DIGITS and not written.isdigit()


def _marked(written: str) -> bool:
    return _digits(written) > FEWEST_DIGITS


def _is_ipv6(written: str) -> bool:
    """Times and "a::b" have colons too, but no first group of three or four."""
    groups = [group for group in written.split(":") if group]
    return len(groups) > 1 and len(groups[0]) >= 3  # noqa: PLR2004


@cache
def _endings() -> frozenset[str]:
    """The endings of domains taken in plain text: of countries (ISO 3166, but .uk) and those of the list."""
    lists = recognition().lists
    countries = {region.lower() for region in phonenumbers.SUPPORTED_REGIONS} | {"uk", "su"}
    return frozenset(countries | lists.domain_endings) - lists.not_domain_endings


def _is_domain(written: str) -> bool:
    """Defanged or with www it is meant as one; else its ending decides: "gezien.De wagen" only lacks a space."""
    if re.search(r"[\[({]", written) or written.lower().startswith("www."):
        return True
    *names, ending = written.split(".")
    return ending in _endings() and len(names[-1]) > 1 and not names[-1].isdigit()


def _is_container(written: str) -> bool:
    """Apart and in lower case ("chez 123 456 7") it is a word and a number, unless the check digit is right."""
    return written[4].isdigit() or written[:4].isupper() or iso6346.is_valid(re.sub(r"\W", "", written))


def _is_operator(written: str) -> bool:
    return written[:3] in recognition().lists.operator_countries and _digits(written) >= FEWEST_DIGITS

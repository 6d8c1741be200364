"""What in a lesson still tells whose case it came from. Pure: the case's own words and names are handed in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from port2port.base.text import folded
from port2port.reports.observables.recognise import recognise
from port2port.sharing.guardrails.text import findings

Kind = Literal["company", "identifier", "person", "number", "address", "quote"]
SHORTEST_NAME = 3  # letters; a shorter word of a name is any word
SHORTEST_NUMBER = 4  # digits: a house, a post code, a reference; a shorter one is a count
LONGEST_QUOTE = 11  # words in the same order as in the case: a sentence of theirs, not of the desk's
# Legal forms and words that stand in many names: they tell of nobody.
COMMON = frozenset(
    word
    for line in (
        "nv bv bvba sa sprl srl gmbh ag kg ltd plc inc vzw asbl cv cvba se de het la le les der die das the",
        "of van von du en et und and port ports haven havens hafen terminal terminals shipping agency",
        "logistics transport",
        "group groep groupe company companies quay kaai kai kade left right bank coast canal inland",
        "invented verzonnen fictif erfunden",
    )
    for word in line.split()
)
PUBLIC_KINDS = frozenset({"domain", "url"})
LEGAL = r"(?:N\.?V\.?|B\.?V\.?(?:B\.?A\.?)?|S\.?A\.?|S\.?R\.?L\.?|S\.?P\.?R\.?L\.?|GmbH|AG|KG|Ltd\.?|PLC|Inc\.?)"
NAMED = re.compile(rf"((?:[A-Z][\w&'’-]+ ){{1,4}}){LEGAL}(?![\w])")
STREET = re.compile(
    r"\b[A-ZÀ-Ý][\w'’-]*(?:straat|laan|weg|plein|dok|dijk|steenweg|kaai|kade|straße|strasse|allee)\s+\d+\w?\b"
    r"|\b(?i:rue|avenue|chaussée|quai|boulevard|place)\s+(?:de\s+|du\s+|des\s+|la\s+|l['’])*[A-ZÀ-Ý][\w'’-]*(?:\s*,)?\s+\d+\w?\b"
    r"|\b\d+\w?,?\s+[A-Z][\w'’-]+\s+(?:Street|Road|Lane|Avenue|Quay)\b"
)
WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Origin:
    """Where a lesson comes from: what the company is called, its facilities' names and numbers, the case's words."""

    names: tuple[str, ...]
    identifiers: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True)
class Particular:
    """Something in a text that tells whose case it was, as it stands there."""

    kind: Kind
    written: str


def particulars(text: str, origin: Origin) -> list[Particular]:
    """Return everything in a text that still leads to the company or a person, each once; empty when it may go out.

    Looked for are the company's names and the telling words in them, its facilities and their numbers; companies
    named in the case by a legal form; addresses; identifiers and personal data of any kind, whether the case holds
    them or not; longer numbers that stand in the case; and passages copied from it.
    """
    found: list[Particular] = []
    for one in (*_names(text, origin), *_identifiers(text, origin), *_numbers(text, origin), *_quotes(text, origin)):
        if one not in found:
            found.append(one)
    return found


def _words(text: str) -> list[str]:
    return WORD.findall(folded(text))


def _telling(names: Iterable[str]) -> set[str]:
    return {
        w for name in names for w in _words(name) if len(w) >= SHORTEST_NAME and w not in COMMON and not w.isdigit()
    }


def _names(text: str, origin: Origin) -> Iterator[Particular]:
    said = "\n".join(origin.said)
    also = tuple(found[1].strip() for found in NAMED.finditer(said))
    plain = " ".join(_words(text))
    for name in (*origin.names, *also):
        whole = " ".join(_words(name))
        if whole and re.search(rf"(?<![a-z0-9]){re.escape(whole)}(?![a-z0-9])", plain):
            yield Particular("company", name)
    telling = _telling((*origin.names, *also))
    for written in re.findall(r"[^\W_]+", text):
        if "".join(_words(written)) in telling:
            yield Particular("company", written)
    for found in NAMED.finditer(text):
        yield Particular("company", found[0])
    for street in STREET.finditer(text):
        yield Particular("address", street[0])


def _identifiers(text: str, origin: Origin) -> Iterator[Particular]:
    squeezed = "".join(_words(text))
    for one in origin.identifiers:
        if one and "".join(_words(one)) in squeezed:
            yield Particular("identifier", one)
    for finding in findings(text):
        yield Particular("person", finding.masked)
    theirs = folded("\n".join(origin.said))
    for one_found in recognise(text):
        # A public address may stand in an answer; one that the case named may not.
        if one_found.kind not in PUBLIC_KINDS or folded(one_found.written) in theirs:
            yield Particular("identifier", one_found.written)


def _numbers(text: str, origin: Origin) -> Iterator[Particular]:
    known = {n for said in origin.said for n in re.findall(r"\d+", said) if len(n) >= SHORTEST_NUMBER}
    for number in re.findall(r"\d+", text):
        if number in known and not _year(number):
            yield Particular("number", number)


def _year(number: str) -> bool:
    return len(number) == SHORTEST_NUMBER and number.startswith(("19", "20"))


def _quotes(text: str, origin: Origin) -> Iterator[Particular]:
    mine = _words(text)
    length = LONGEST_QUOTE + 1
    theirs = {
        tuple(words[at : at + length])
        for words in map(_words, origin.said)
        for at in range(len(words) - LONGEST_QUOTE)
    }  # fmt: skip
    at = 0
    while at + length <= len(mine):
        if tuple(mine[at : at + length]) in theirs:
            yield Particular("quote", " ".join(mine[at : at + length]))
            at += length
        else:
            at += 1

"""What a text gives away of persons, with its exact place and a version of it that can be shown again.

Takes time in proportion to the length of the text: every pattern is bounded. Sources: Belgian law of 8 August 1983 and
royal decree of 3 April 1984 (register number), ISO 13616 (IBAN), ITU-T E.164 (phone), and the national rules on plates.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumberType
from stdnum import iban, numdb
from stdnum.be import bis, nn
from stdnum.nl import bsn

from port2port.sharing.guardrails.persons import Span, alternatives, birth_dates, names
from port2port.sharing.guardrails.words import Kind, KindCode, kind, personal_data

REGION = "BE"
NATIONAL_NUMBER_DIGITS = 11
BSN_SHORTEST = 8  # the leading zero is often left out
PLATE_WORD_BEFORE = 30  # characters before a plate in which "kenteken" may stand
PHONE_ABROAD_KEPT, PHONE_HOME_KEPT, KEPT_AT_THE_END = 1, 2, 2  # characters that a masked number still shows

# A hyphen, a full stop, a slash or any space, also with spaces around it, as people copy numbers.
BETWEEN = r"[ .\-/\u00a0\u2007\u2009\u202f\u2010-\u2014]{0,3}"
ELEVEN = re.compile(
    rf"(?<![0-9+])(?=([0-9]{{2}}{BETWEEN}[0-9]{{2}}{BETWEEN}[0-9]{{2}}{BETWEEN}[0-9]{{3}}{BETWEEN}[0-9]{{2}})(?![0-9]))"
)
NINE = r"(?<![0-9])[0-9]{3,4}[. ]?[0-9]{2,3}[. ]?[0-9]{2,3}(?![0-9])"
IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ ]?[0-9]{2}(?=[ .\-\u00a0\u202f]?[A-Za-z0-9])")
EMAIL = re.compile(
    r"(?<![\w.%+'-])(?P<box>\w[\w.%+'-]{0,63})@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24}(?![\w-])"
)
# A mobile number of the Netherlands or France as written at home; Belgian ones begin with 04.
MOBILE_ABROAD = re.compile(r"(?<![0-9+])0[67](?:[ .\-]?[0-9]){8}(?![0-9])")
PERSONAL_NUMBERS = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.VOIP,
    PhoneNumberType.PAGER,
}
# Dutch plates hold no vowels, so that they spell no words.
D = "[BDFGHJKLMNPRSTVWXZ]"
PLATE = re.compile(
    r"(?<![A-Za-z0-9-])(?:"
    r"[1-9][- ][A-Z]{3}[- ][0-9]{3}"  # BE
    r"|[A-HJ-NP-TV-Z]{2}-[0-9]{3}-[A-HJ-NP-TV-Z]{2}"  # FR
    r"|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ ][1-9][0-9]{1,3}[EH]?"  # DE
    rf"|{D}{{2}}-[0-9]{{2}}-[0-9]{{2}}|[0-9]{{2}}-[0-9]{{2}}-{D}{{2}}|[0-9]{{2}}-{D}{{2}}-[0-9]{{2}}"  # NL, 14 series
    rf"|{D}{{2}}-[0-9]{{2}}-{D}{{2}}|{D}{{2}}-{D}{{2}}-[0-9]{{2}}|[0-9]{{2}}-{D}{{2}}-{D}{{2}}"
    rf"|[0-9]{{2}}-{D}{{3}}-[0-9]|[0-9]-{D}{{3}}-[0-9]{{2}}|{D}{{2}}-[0-9]{{3}}-{D}|{D}-[0-9]{{3}}-{D}{{2}}"
    rf"|{D}{{3}}-[0-9]{{2}}-{D}|{D}-[0-9]{{2}}-{D}{{3}}|[0-9]-{D}{{2}}-[0-9]{{3}}|[0-9]{{3}}-{D}{{2}}-[0-9]"
    # Older Belgian, Luxembourg and short German plates look like any reference: only where a word says "plate".
    r"|(?P<bare>[A-Z]{3}[- ][0-9]{3}|[0-9]{3}[- ][A-Z]{3}|[A-Z]{2}[- ][0-9]{4}"
    r"|[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[- ]?[0-9]{1,4})"
    r")(?![A-Za-z0-9]|-[A-Za-z0-9])"
)


@dataclass(frozen=True)
class Finding:
    """Personal data in a text: `text[start:end] == written`; `masked` may be shown again."""

    kind: KindCode
    start: int
    end: int
    written: str
    masked: str

    @property
    def blocking(self) -> bool:
        """Tell whether it is refused whatever anybody confirms. The other kinds are moved, or confirmed as nobody's."""
        return self.about.always_refused

    @property
    def about(self) -> Kind:
        """Return the kind with its name in each language."""
        return kind(self.kind)


def _hidden(written: str, *, first: int = 0, last: int = 0) -> str:
    """Return it with a dot for every letter and digit but the first and last few; signs between stay."""
    places = [at for at, character in enumerate(written) if character.isalnum()]
    hide = set(places[first : len(places) - last])
    return "".join("." if at in hide else character for at, character in enumerate(written))


def _digits(written: str) -> str:
    return "".join(character for character in written if character in "0123456789")


def _national_numbers(text: str) -> Iterator[tuple[Span, str]]:
    for found in ELEVEN.finditer(text):
        digits = _digits(found[1])
        if nn.is_valid(digits) or bis.is_valid(digits):
            yield found.span(1), _hidden(found[1])
    for found in _bsn_pattern().finditer(text):
        group = "after" if found["after"] else "before"
        digits = _digits(found[group])
        if len(digits) >= BSN_SHORTEST and bsn.is_valid(digits.zfill(9)):
            yield found.span(group), _hidden(found[group])


@cache
def _bsn_pattern() -> re.Pattern[str]:
    word = rf"(?<!\w)(?:{alternatives(personal_data().words.bsn)})(?!\w)"
    return re.compile(
        rf"{word}[^0-9\n]{{0,25}}?(?P<after>{NINE})|(?P<before>{NINE})[ ,(:-]{{1,3}}{word}", re.IGNORECASE
    )


@cache
def _iban_length(country: str) -> int:
    """Return how many characters an account number of a country has, 0 if it has none (SWIFT's register)."""
    parts = numdb.get("iban").info(country)
    structure = parts[0][1].get("bban", "") if parts else ""
    return 4 + sum(map(int, re.findall(r"([0-9]+)!", structure))) if structure else 0


def _ibans(text: str) -> Iterator[tuple[Span, str]]:
    for found in IBAN_START.finditer(text):
        length = _iban_length(found[0][:2].upper())
        end, taken, gap = found.start(), 0, 0
        while taken < length and end < len(text) and gap <= 1:
            if text[end].isascii() and text[end].isalnum():
                taken, gap = taken + 1, 0
            elif text[end] in " .-\u00a0\u202f":
                gap += 1
            else:
                break
            end += 1
        if not length or taken < length or text[end : end + 1].isalnum():
            continue
        written = text[found.start() : end]
        # not whether the bank exists: its list of banks grows old, and the check digits are proof enough
        if iban.is_valid("".join(filter(str.isalnum, written)), check_country=False):
            yield (found.start(), end), _hidden(written, first=2, last=KEPT_AT_THE_END)


def _emails(text: str) -> Iterator[tuple[Span, str]]:
    mailboxes = personal_data().words.mailboxes
    for found in EMAIL.finditer(text):
        box = found["box"].lower()
        if box in mailboxes or mailboxes & set(re.split(r"[._%+'-]", box)):
            continue
        yield found.span(), f"{found[0][0]}...@....{found[0].rpartition('.')[2]}"


def _phones(text: str) -> Iterator[tuple[Span, str]]:
    matcher = phonenumbers.PhoneNumberMatcher(text, REGION, max_tries=len(text))
    for match in matcher:
        if phonenumbers.number_type(match.number) in PERSONAL_NUMBERS:
            abroad = match.raw_string.lstrip("(").startswith(("+", "00"))
            country = len(str(match.number.country_code)) + (2 if match.raw_string.startswith("00") else 0)
            kept = country + PHONE_ABROAD_KEPT if abroad else PHONE_HOME_KEPT
            yield (match.start, match.end), _hidden(match.raw_string, first=kept, last=KEPT_AT_THE_END)
    for found in MOBILE_ABROAD.finditer(text):
        if any(phonenumbers.is_valid_number(phonenumbers.parse(found[0], region)) for region in ("NL", "FR")):
            yield found.span(), _hidden(found[0], first=PHONE_HOME_KEPT, last=KEPT_AT_THE_END)


@cache
def _plate_word() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives(personal_data().words.plate)})(?!\w)", re.IGNORECASE)


def _plates(text: str) -> Iterator[tuple[Span, str]]:
    for found in PLATE.finditer(text):
        before = text[max(0, found.start() - PLATE_WORD_BEFORE) : found.start()]
        if found["bare"] is None or _plate_word().search(before):
            yield found.span(), _hidden(found[0], first=1, last=1)


def _births(text: str) -> Iterator[tuple[Span, str]]:
    for start, end in birth_dates(text):
        yield (start, end), _hidden(text[start:end])


def _persons(text: str) -> Iterator[tuple[Span, str]]:
    for start, end in names(text):
        words = re.split(r"(\W+)", text[start:end])
        yield (start, end), "".join(word if len(word) == 1 else _hidden(word, first=1) for word in words)


# Where two overlap, the first of this list stays: a register number begins with a date and may look like a phone.
FINDERS = (
    ("national_number", _national_numbers),
    ("iban", _ibans),
    ("email", _emails),
    ("phone", _phones),
    ("birth_date", _births),
    ("plate", _plates),
    ("person", _persons),
)


def findings(text: str) -> list[Finding]:
    """Return what a text gives away of persons, in the order in which it stands there; no two overlap."""
    taken = bytearray(len(text))
    found: list[Finding] = []
    code: KindCode
    for code, finder in FINDERS:  # type: ignore[assignment]
        for (start, end), masked in finder(text):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append(Finding(code, start, end, text[start:end], masked))
    return sorted(found, key=lambda finding: finding.start)

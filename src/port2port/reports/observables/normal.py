"""One canonical form for each kind of observable, so that two who write the same thing differently still meet.

A wrong check digit is no reason to refuse: a misread or forged number is evidence.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext_lazy as _
from stdnum import imo, iso6346, luhn
from stdnum.be import bis, nn, vat
from stdnum.exceptions import ValidationError

from port2port.base.text import folded
from port2port.reports.observables import kinds
from port2port.reports.observables.addresses import domain_name, email_address, ip_address, url
from port2port.reports.observables.refused import Unrecognised

LONGEST = 200
PHONE_REGION = "BE"
CONTAINER_SERIAL = 10  # characters before the check digit
OPERATOR_PUBLIC = 16  # characters of a drone operator's number before the secret ones
LUHN_36 = "0123456789abcdefghijklmnopqrstuvwxyz"
# Spaces and dashes that programs put in place of those on the keyboard; one for one, so that places in a text hold.
AS_TYPED = str.maketrans("\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013\u2212", "    -----")
SEPARATORS = re.compile(r"[\s./·•_-]+")

CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{6,7}")
SEAL = re.compile(r"[A-Z0-9]{3,30}")
PLATE = re.compile(r"[A-Z0-9ÄÖÜ]{2,10}")
IMO = re.compile(r"(?:(?:IMO|OMI)\s*)?([0-9]{7})")
# ITU-R M.585-9: ships, groups, coast stations, aircraft, handhelds, distress devices, craft of a ship and aids
MMSI = re.compile(
    r"(?:MMSI\s*)?"
    r"([2-7][0-9]{8}|0[2-7][0-9]{7}|00[2-7][0-9]{6}|111[2-7][0-9]{5}|8[2-7][0-9]{7}|97[024][0-9]{6}|9[89][2-7][0-9]{6})"
)
DRONE_SERIAL = re.compile(r"[0-9A-HJ-NP-Z]{4}([1-9A-F])([0-9A-HJ-NP-Z]{1,15})")
NEVER_IN_A_SERIAL = str.maketrans("OI", "01")  # CTA-2063-A leaves O and I out, so they can only be misread
DRONE_OPERATOR = re.compile(r"([A-Z]{3})([A-Z0-9]{12})([A-Z0-9])(?:-?([A-Z0-9]{3}))?")
PHONE = re.compile(r"(?:tel:)?(\+?[0-9 ()./-]+)", re.IGNORECASE)
HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}")
BADGE = re.compile(r"[A-Z0-9]{3,40}")
DOCUMENT = re.compile(r"(?=.*[0-9])[A-Z0-9][A-Z0-9./_-]{1,59}")
NATIONAL_NUMBER = re.compile(r"(?<![0-9])[0-9]{11}(?![0-9])")

TOO_LONG = _("This is longer than 200 characters.")
PERSON = _("This holds a national register number. Identities are never shared; take it out.")


@dataclass(frozen=True)
class Observable:
    """One thing that was observed, in the form in which it is shown and matched.

    `checked`: True when its check digit is right, False when it is wrong, None when it has none.
    """

    kind: str
    value: str
    checked: bool | None


def normalised(kind: str, written: str) -> Observable:
    """Return what was written as an observable of a kind; normalising its value again gives the same value.

    Raises Unrecognised when it is empty, too long or of another shape, KeyError for an unknown kind.
    """
    kinds.kind(kind)
    value, checked = NORMALISERS[kind](_cleaned(written))
    if len(value) > LONGEST:  # escapes and punycode are longer than what was written
        raise Unrecognised(TOO_LONG)
    return Observable(kind, value, checked)


def _cleaned(written: str) -> str:
    if len(written) > LONGEST:
        raise Unrecognised(TOO_LONG)
    # Soft hyphens, marks of direction and the like come along when text is pasted, and nobody sees them.
    seen = "".join(c for c in written if unicodedata.category(c) != "Cf").strip()
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in seen):
        raise Unrecognised(_("This holds characters that cannot be shown. Type it again."))
    if not seen:
        raise Unrecognised(_("This is needed."))
    return seen


Result = tuple[str, bool | None]


def _capitals(written: str) -> str:
    plain = unicodedata.normalize("NFKC", written.translate(AS_TYPED))
    return unicodedata.normalize("NFKC", plain.upper())


def _joined(written: str) -> str:
    return SEPARATORS.sub("", _capitals(written))


def _shaped(shape: re.Pattern[str], value: str) -> re.Match[str]:
    found = shape.fullmatch(value)
    if found is None:
        raise Unrecognised
    return found


def _no_person(value: str) -> str:
    for found in NATIONAL_NUMBER.findall(SEPARATORS.sub("", value)):
        if nn.is_valid(found) or bis.is_valid(found):
            raise Unrecognised(PERSON)
    return value


def _container(written: str) -> Result:
    # The check digit stands in a box on the door, and people type the box.
    value = _shaped(CONTAINER, re.sub(r"[\[\]()]", "", _joined(written)))[0]
    return value, iso6346.is_valid(value) if len(value) > CONTAINER_SERIAL else None


def _seal(written: str) -> Result:
    return _no_person(_shaped(SEAL, _joined(written))[0]), None


def _plate(written: str) -> Result:
    return _shaped(PLATE, _joined(written))[0], None


def _imo(written: str) -> Result:
    value = _shaped(IMO, _capitals(written))[1]
    return value, imo.is_valid(value)


def _mmsi(written: str) -> Result:
    return _shaped(MMSI, _capitals(written))[1], None


def _drone_serial(written: str) -> Result:
    found = _shaped(DRONE_SERIAL, _joined(written).translate(NEVER_IN_A_SERIAL))
    if int(found[1], 16) != len(found[2]):
        raise Unrecognised(_("The fifth character says how many follow, and that does not fit. Is one missing?"))
    return found[0], None


def _drone_operator(written: str) -> Result:
    """The check character covers the secret ones, so that it is checked only when they were typed; they are dropped."""
    country, number, check, secret = _shaped(DRONE_OPERATOR, re.sub(r"\s", "", _capitals(written))).groups()
    checked = None
    if secret:
        checked = luhn.calc_check_digit((number + secret).lower(), LUHN_36) == check.lower()
    return country + (number + check).lower(), checked


def _phone(written: str) -> Result:
    text = _shaped(PHONE, unicodedata.normalize("NFKC", written.translate(AS_TYPED)))[1]
    try:
        number = phonenumbers.parse(text, PHONE_REGION)
    except phonenumbers.NumberParseException:
        raise Unrecognised from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise Unrecognised(_("This has too few or too many digits for its country."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None


def _without_check(read: Callable[[str], str]) -> Callable[[str], Result]:
    return lambda written: (read(written), None)


def _hash(written: str) -> Result:
    return _shaped(HASH, written.lower())[0], None


def _company(written: str) -> Result:
    """A legal form is dropped from the end, and a short Belgian one from the front, but never the whole name."""
    text = folded(folded(unicodedata.normalize("NFKC", written)))  # folding once may leave capitals, as of ℡
    words = re.findall(r"\w+", re.sub(r"[.'’]", "", text).replace("_", " "))
    lists = kinds.recognition().lists
    while len(words) > 1 and words[-1] in lists.legal_forms:
        words.pop()
    while len(words) > 1 and words[0] in lists.leading_legal_forms:
        words.pop(0)
    if not any(c.isalpha() for word in words for c in word):
        raise Unrecognised
    return _no_person(" ".join(words)), None


def _enterprise(written: str) -> Result:
    try:
        number = vat.compact(_capitals(written))
    except ValidationError:
        raise Unrecognised from None
    if not re.fullmatch(r"[01][0-9]{9}", number):
        raise Unrecognised
    return f"{number[:4]}.{number[4:7]}.{number[7:]}", vat.is_valid(number)


def _badge(written: str) -> Result:
    return _no_person(_shaped(BADGE, _joined(written))[0]), None


def _document(written: str) -> Result:
    return _no_person(_shaped(DOCUMENT, re.sub(r"\s", "", _capitals(written)))[0]), None


NORMALISERS: dict[str, Callable[[str], Result]] = {
    "container": _container,
    "seal": _seal,
    "plate": _plate,
    "imo": _imo,
    "mmsi": _mmsi,
    "drone_serial": _drone_serial,
    "drone_operator": _drone_operator,
    "phone": _phone,
    "email": _without_check(email_address),
    "ip": _without_check(ip_address),
    "domain": _without_check(domain_name),
    "url": _without_check(url),
    "hash": _hash,
    "company": _company,
    "enterprise": _enterprise,
    "badge": _badge,
    "document": _document,
}

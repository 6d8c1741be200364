"""What an installation, a measured result and a procurement annex must say. Pure decisions on plain values."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.base.text import folded, unreadable

DAY_HOURS = 24
MOST = 10_000_000  # of anything counted in one period
LONGEST_KEPT = 36_525  # days
DEAREST = 1_000_000_000  # euros
ASSESSED, EXEMPT, OPEN = "done", "not_needed", "not_done"
ASSESSMENTS = (ASSESSED, EXEMPT, OPEN)

NEEDED = _("This is needed.")
UNKNOWN = _("This code is not known here.")
TOO_LONG = _("This is too long.")
NOT_TEXT = _("This holds characters that cannot be shown.")
TOO_EARLY = _("This lies before the first day.")
LATER = _("This lies in the future.")
IMPOSSIBLE = _("This number is not possible.")

LONGEST = {
    "maker": 80, "product": 80, "version": 60, "purpose": 400, "legal_citation": 200, "rights_reason": 400,
    "privacy_reason": 400, "ai_article": 120, "weather": 200, "traffic": 200, "threshold": 200, "remarks": 2000,
    "contract": 200, "tender": 4000,
}  # fmt: skip


@dataclass(frozen=True)
class Assessment:
    """Whether an impact was assessed: done on a day, not needed for a reason, or not done."""

    state: str
    on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Installed:
    """A system as an organisation uses it at a port or facility. `legal_basis`: a code of the register, or ""."""

    kind: str
    maker: str
    product: str
    version: str
    purpose: str
    retention_days: int | None
    rights: Assessment
    privacy: Assessment
    ai_class: str
    since: date | None
    until: date | None = None
    legal_basis: str = ""
    legal_citation: str = ""
    ai_article: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Measured:
    """What a system did in a period: `missed` is None when nobody knows."""

    since: date | None
    until: date | None
    hours: float | None
    alarms: int | None
    true_alarms: int | None
    false_alarms: int | None
    truth: str
    missed: int | None = None
    light: str = ""
    weather: str = ""
    traffic: str = ""
    threshold: str = ""
    remarks: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Bought:
    """What is sensitive in procurement: price in euros, end of the contract, notes on the tender."""

    price: int | None = None
    contract_until: date | None = None
    contract: str = ""
    tender: str = ""
    language: str = "en"


Codes = Mapping[str, frozenset[str]]  # section of the vocabulary, and "legal_bases" and "languages", to its codes


def product_key(kind: str, maker: str, product: str) -> str:
    """Return what a product is compared by: 16 hexadecimal digits, the same for every spelling with other capitals.

    Accents, capitals, blanks and signs do not tell products apart; letters and digits of any script do.
    """
    plain = ["".join(re.findall(r"\w+", folded(text))).replace("_", "") for text in (maker, product)]
    return hashlib.sha256("\x1f".join([kind, *plain]).encode()).hexdigest()[:16]


def installed_problems(one: Installed, known: Codes, *, today: date) -> list[Problem]:
    """Return what is wrong with an installation, each named by its field."""
    texts = {
        "maker": one.maker, "product": one.product, "version": one.version, "purpose": one.purpose,
        "legal_citation": one.legal_citation, "ai_article": one.ai_article,
    }  # fmt: skip
    found = [*_texts(texts), *_codes({"kind": one.kind, "ai_class": one.ai_class}, known)]
    found += [Problem(name, NEEDED) for name in ("maker", "product", "purpose") if not texts[name].strip()]
    if one.language not in known["languages"]:
        found.append(Problem("language", UNKNOWN))
    if one.legal_basis and one.legal_basis not in known["legal_bases"]:
        found.append(Problem("legal_basis", UNKNOWN))
    elif not one.legal_basis and not one.legal_citation.strip():
        found.append(Problem("legal_basis", _("Choose a legal basis, or cite one.")))
    if one.retention_days is None:
        found.append(Problem("retention_days", _("Say how many days the footage is kept; 0 when nothing is kept.")))
    elif not 0 <= one.retention_days <= LONGEST_KEPT:
        found.append(Problem("retention_days", IMPOSSIBLE))
    found += _assessment("rights", one.rights, today)
    found += _assessment("privacy", one.privacy, today)
    if one.since is None:
        found.append(Problem("since", NEEDED))
    elif one.until is not None and one.until < one.since:
        found.append(Problem("until", TOO_EARLY))
    return found


def _assessment(name: str, one: Assessment, today: date) -> Iterable[Problem]:
    yield from _texts({f"{name}_reason": one.reason})
    if one.state not in ASSESSMENTS:
        yield Problem(name, _("Choose whether it was done."))
    elif one.state == ASSESSED and one.on is None:
        yield Problem(f"{name}_on", _("Say on which day it was done."))
    elif one.state != ASSESSED and one.on is not None:
        yield Problem(f"{name}_on", _("A day stands only with an assessment that was done."))
    elif one.on is not None and one.on > today:
        yield Problem(f"{name}_on", LATER)
    elif one.state == EXEMPT and not one.reason.strip():
        yield Problem(f"{name}_reason", _("Say why it is not needed."))


def measured_problems(one: Measured, known: Codes, *, today: date) -> list[Problem]:
    """Return what is wrong with a result, each named by its field."""
    texts = {name: getattr(one, name) for name in ("weather", "traffic", "threshold", "remarks")}
    found = [*_texts(texts), *_codes({"truth": one.truth}, known)]
    if one.light and one.light not in known["light"]:
        found.append(Problem("light", UNKNOWN))
    if one.language not in known["languages"]:
        found.append(Problem("language", UNKNOWN))
    return [*found, *_period(one, today), *_counts(one)]


def _period(one: Measured, today: date) -> Iterable[Problem]:
    for name, value in (("since", one.since), ("until", one.until), ("hours", one.hours)):
        if value is None:
            yield Problem(name, NEEDED)
    if one.until is not None and one.until > today:
        yield Problem("until", LATER)
    if one.since is not None and one.until is not None and one.until < one.since:
        yield Problem("until", TOO_EARLY)
        return
    if one.hours is None:
        return
    if not 0 < one.hours <= MOST:  # also refuses what is no number
        yield Problem("hours", IMPOSSIBLE)
    elif one.since is not None and one.until is not None:
        most = ((one.until - one.since).days + 1) * DAY_HOURS
        if one.hours > most:
            yield Problem("hours", _("These days have only %(n)d hours.") % {"n": most})


def _counts(one: Measured) -> Iterable[Problem]:
    named = {
        "alarms": one.alarms, "true_alarms": one.true_alarms, "false_alarms": one.false_alarms, "missed": one.missed,
    }  # fmt: skip
    wrong = False
    for name, value in named.items():
        if value is None and name != "missed":
            wrong = True
            yield Problem(name, NEEDED)
        elif value is not None and not 0 <= value <= MOST:
            wrong = True
            yield Problem(name, IMPOSSIBLE)
    if wrong or one.alarms is None or one.true_alarms is None or one.false_alarms is None:
        return
    if one.true_alarms > one.alarms:
        yield Problem("true_alarms", _("More alarms were true than there were alarms."))
    elif one.true_alarms + one.false_alarms > one.alarms:
        yield Problem("false_alarms", _("True and false together are more than there were alarms."))


def bought_problems(one: Bought, known: Codes) -> list[Problem]:
    """Return what is wrong with a procurement annex, each named by its field."""
    found = list(_texts({"contract": one.contract, "tender": one.tender}))
    if one.price is not None and not 0 <= one.price <= DEAREST:
        found.append(Problem("price", IMPOSSIBLE))
    if one.language not in known["languages"]:
        found.append(Problem("language", UNKNOWN))
    if one.price is None and one.contract_until is None and not (one.contract + one.tender).strip():
        found.append(Problem("tender", _("Say the price, the end of the contract, or something of the tender.")))
    return found


def _texts(texts: Mapping[str, str]) -> Iterable[Problem]:
    for name, text in texts.items():
        if len(text) > LONGEST[name]:
            yield Problem(name, TOO_LONG)
        elif unreadable(text):
            yield Problem(name, NOT_TEXT)


def _codes(values: Mapping[str, str], known: Codes) -> Iterable[Problem]:
    for name, value in values.items():
        if value not in known[name]:
            message: str | Promise = UNKNOWN if value else NEEDED
            yield Problem(name, message)


def assessments_open(one: Installed, *, today: date) -> tuple[str, ...]:
    """Return which assessments are not done of a system in use: `rights`, `privacy`."""
    if one.until is not None and one.until < today:
        return ()
    return tuple(name for name in ("rights", "privacy") if getattr(one, name).state == OPEN)

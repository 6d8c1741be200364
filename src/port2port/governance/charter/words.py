"""How texts and acceptances are said: plain values for pages, paper and API alike."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from port2port.governance.charter import queries
from port2port.governance.charter.models import Acceptance, CharterText
from port2port.governance.charter.queries import Owed, Proof
from port2port.members.data_files import label
from port2port.members.roles import ROLES
from port2port.site.reader import language


@dataclass(frozen=True)
class Line:
    """A text in force with how the own organisation stands with it."""

    text: CharterText
    title: str
    href: str
    badge: str
    word: str
    acceptance: Acceptance | None
    accept_by: date | None
    holds: bool


def title(text: CharterText) -> str:
    """Return what a text is called in the reader's language."""
    return label(text.titles, language())


def address(text: CharterText) -> str:
    """Return where a version stands."""
    return reverse("governance:text", args=[text.code, text.number])


def role_words(roles: list[str]) -> str:
    """Return roles in words."""
    return ", ".join(str(ROLES[role].title) for role in roles if role in ROLES)


def lines() -> list[Line]:
    """Return the texts in force, each with how the actor's organisation stands."""
    waiting = {one.code: one for one in queries.owed()}
    accepted: dict[str, Acceptance] = {}
    for one in reversed(queries.own_acceptances()):
        accepted[one.text.code] = one
    return [_line(text, waiting.get(text.code), accepted.get(text.code)) for text in queries.in_force()]


def _line(text: CharterText, owed: Owed | None, acceptance: Acceptance | None) -> Line:
    if owed is None and acceptance is not None:
        badge, word = "ok", _("Accepted")
    elif owed is None:
        badge, word = "closed", _("Asks for no acceptance")
    elif owed.holds:
        badge, word = "error", _("Not accepted")
    else:
        badge, word = "part", _("To be accepted")
    by = owed.accept_by if owed is not None else None
    return Line(
        text, title(text), address(text), badge, word, acceptance, by, bool(owed and owed.holds),
    )  # fmt: skip


def answer(found: list[Line]) -> str:
    """Return the heading of the home: what waits, or that nothing does."""
    waiting = sum(one.accept_by is not None for one in found)
    if not waiting:
        return ngettext(
            "Your organisation has accepted the text of the network",
            "Your organisation has accepted all %(n)d texts of the network",
            len(found),
        ) % {"n": len(found)}
    return ngettext(
        "%(n)d text waits to be accepted by your organisation",
        "%(n)d texts wait to be accepted by your organisation",
        waiting,
    ) % {"n": waiting}


def who(acceptance: Acceptance) -> str:
    """Return by whom it was accepted: name where one may know it, and in which role."""
    name = getattr(acceptance.person, "name", "") or _("a named person")
    return _("%(name)s, %(role)s") % {"name": name, "role": role_words([acceptance.role])}


def proof_facts(acceptance: Acceptance, proof: Proof, moment: str) -> list[tuple[str, str]]:
    """Return what proves an acceptance, as facts."""
    facts = [
        (_("Accepted by"), who(acceptance)), (pgettext("day", "On"), moment),
        (_("SHA-256 of the text"), acceptance.digest), (_("Read in"), acceptance.language),
        (_("Entry in the journal"), str(proof.entry)),
    ]  # fmt: skip
    if proof.place is None:
        return [*facts, (_("Place in the journal"), _("not sealed yet; look again in a moment"))]
    facts += [(_("Place in the journal"), str(proof.place)), (_("Its leaf"), _hex(proof.leaf))]
    if proof.size is not None:
        head = _("size %(n)d, root %(root)s") % {"n": proof.size, "root": _hex(proof.root)}
        facts += [
            (_("First signed head over it"), head),
            (_("Signature of that head"), _hex(proof.signature)),
        ]  # fmt: skip
    return facts


def _hex(value: bytes | None) -> str:
    return value.hex() if value is not None else ""

"""The desk in the reader's words. No decision is made here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.compliance.words import BADGES, STATES
from port2port.governance.desk import queries
from port2port.governance.desk.catalogue import Ground, labels
from port2port.governance.desk.catalogue import breaches as breach_file
from port2port.governance.desk.catalogue import requests as file
from port2port.governance.desk.clocks import Clock
from port2port.governance.desk.models import BreachStep, RequestStep
from port2port.governance.desk.queries import BreachShown, RequestShown
from port2port.governance.desk.sealing import unseal
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.models import Organisation
from port2port.members.queries import called
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language
from port2port.site.sections import Section

ACTS: dict[str, str | Promise] = {
    "received": gettext_lazy("Received"),
    "identity": gettext_lazy("Identity checked"),
    "searched": gettext_lazy("Traces searched"),
    "extended": gettext_lazy("Time extended"),
    "handed": gettext_lazy("Handed to another desk"),
    "answered": gettext_lazy("Answered"),
    "refused": gettext_lazy("Refused"),
    "forwarded": gettext_lazy("Passed on to the supervisory body"),
    "withdrawn": gettext_lazy("Taken back by whoever asked"),
}
BREACH_ACTS: dict[str, str | Promise] = {
    "opened": gettext_lazy("Recorded"),
    "noted": gettext_lazy("Described"),
    "checked": gettext_lazy("Done"),
    "assessed": gettext_lazy("Risk assessed"),
    "notified": gettext_lazy("Authority told"),
    "not_notified": gettext_lazy("Authority not told, with the reason"),
    "persons_told": gettext_lazy("Persons told"),
    "persons_spared": gettext_lazy("Persons not told, with the reason"),
    "told": gettext_lazy("Joint controller told"),
    "closed": gettext_lazy("Closed"),
}
DECISIONS: dict[str, str | Promise] = {
    "": gettext_lazy("Not decided"),
    "given": gettext_lazy("Given"),
    "withheld": gettext_lazy("Withheld"),
    "asked": gettext_lazy("Asked of the keeper"),
}
PARTS: tuple[tuple[str | Promise, str], ...] = (
    (gettext_lazy("Requests"), "governance:desk"),
    (gettext_lazy("Breaches"), "governance:breaches"),
    (gettext_lazy("Retention"), "governance:retention"),
    (gettext_lazy("Outside Belgium"), "governance:transfers"),
)


def parts(current: str) -> list[Section]:
    """Return the pages of the desk that the actor may open; operators keep breaches alone."""
    officer = current_actor().may("erase")
    return [
        Section(word, reverse(name), name == current)
        for word, name in PARTS
        if officer or name == "governance:breaches"
    ]


def sees() -> dict[str, Any]:
    """Return who sees what is at the desk: the role does it, nobody chooses."""
    organisation = Organisation.objects.get(id=queries.recorder())
    return {
        "tlp": int(Tlp.AMBER_STRICT),
        "audience": [_("Data-protection officers of %(organisation)s") % {"organisation": called(organisation.names)}],
        "note": _("Nobody else, also not an administrator."),
    }


def sees_breach() -> dict[str, Any]:
    """The same for a breach, which operators of the organisation see too."""
    return sees() | {"note": _("And the platform’s operators of this organisation.")}


def clock(one: Clock | None) -> dict[str, Any] | None:
    """Return what is owed next: what, by when, how it stands."""
    if one is None:
        return None
    return {
        "what": one.rule.label(language()), "due": one.due, "word": STATES[one.state], "badge": BADGES[one.state],  # type: ignore[index]
        "basis": one.rule.basis.citation, "state": one.state,
        "to_verify": label(one.rule.to_verify, language()) if one.rule.to_verify else "",
    }  # fmt: skip


def ground_word(one: Ground) -> str:
    """Return a ground as it is chosen: whoever leans on it is told when nobody has verified it."""
    name = one.label(language())
    return name if one.verified else _("%(ground)s (not verified)") % {"ground": name}


def grounds(kind: str) -> list[dict[str, str]]:
    """Return the grounds for requests of a kind: what each rests on, and what of it is to be verified."""
    return [
        {
            "name": one.label(language()), "citation": one.citation,
            "to_verify": label(one.to_verify, language()) if one.to_verify else "",
        }
        for one in file().grounds_for(kind)
    ]  # fmt: skip


def code_word(step: RequestStep) -> str:
    """Return how an identity was checked, or the ground, in words."""
    known = labels((*file().identities, *file().grounds), language())
    return known.get(step.code, step.code)


def request_line(shown: RequestShown) -> list[dict[str, Any]]:
    """Return what was done, the newest first, for the time line."""
    entries = []
    for step in reversed(shown.steps):
        more = [code_word(step)] if step.code else []
        if step.number is not None:
            more.append(_("%(n)d places") % {"n": step.number})
        if step.sealed is not None:
            more.append(unseal(step.sealed, shown.row.id))
        entries.append({"at": step.at, "what": ACTS[step.act], "more": ". ".join(more)})
    return entries


def breach_line(shown: BreachShown) -> list[dict[str, Any]]:
    """Return what was done about a breach, the newest first."""
    return [
        {"at": step.at, "what": BREACH_ACTS[step.act],
         "more": ". ".join(part for part in (step_code(step), step.text) if part)}
        for step in reversed(shown.steps)
    ]  # fmt: skip


def step_code(step: BreachStep) -> str:
    """Return the item of the checklist, or the risk, in words."""
    return labels((*breach_file().items, *breach_file().risks), language()).get(step.code, step.code)


def natures(codes: Iterable[str]) -> str:
    """Return what happened to the data, in words."""
    known = labels(breach_file().natures, language())
    return "; ".join(known.get(code, code) for code in codes)


def late(clocks: Iterable[Clock | None], at: datetime) -> int:
    """Return how many are late."""
    return sum(1 for one in clocks if one is not None and one.due is not None and one.due < at)

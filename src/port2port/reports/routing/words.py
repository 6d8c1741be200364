"""Routing in the reader's words: rules, recipients, how fast, what was done, conditions; and what fills a form in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from port2port.compliance.book import rules_in_force
from port2port.members.data_files import label
from port2port.members.places import known_places
from port2port.members.queries import KINDS
from port2port.reports.clocks.models import Sending
from port2port.reports.observable_words import kind_word
from port2port.reports.routing.actions import WHY_NOT
from port2port.reports.routing.evaluate import Condition, period
from port2port.reports.routing.forms import form_book
from port2port.reports.routing.models import OrganisationFact
from port2port.reports.routing.queries import DueForm, Plan, Proposal, aware_since
from port2port.reports.routing.rules import FAMILY_LENGTH, Rule, Step
from port2port.reports.shown import Shown
from port2port.reports.words import card, occurred_words, term
from port2port.sharing import legal_basis
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

GROUNDS: dict[str, str | Promise] = {
    "law": gettext_lazy("a law"),
    "charter": gettext_lazy("an agreement of the members"),
    "request": gettext_lazy("a request of the recipient"),
}
STATES: dict[str, str | Promise] = {
    "proposed": gettext_lazy("to be sent"),
    "sent": gettext_lazy("shared here"),
    "done": gettext_lazy("sent elsewhere"),
    "not_needed": gettext_lazy("not needed"),
}
BADGES = {"proposed": "open", "sent": "ok", "done": "ok", "not_needed": "closed"}
ROLES: dict[str, str | Promise] = {
    "sender": gettext_lazy("as sender"),
    "receiver": gettext_lazy("as receiver"),
}
CONDITIONS: dict[str, str | Promise] = {
    "about": gettext_lazy("It is about"),
    "not_about": gettext_lazy("It is not about"),
    "natures": gettext_lazy("Nature"),
    "phases": gettext_lazy("Phase"),
    "sources": gettext_lazy("How known"),
    "place_kinds": gettext_lazy("Kind of place"),
    "ports": gettext_lazy("Port"),
    "port_countries": gettext_lazy("Country of the port"),
    "observables": gettext_lazy("Something observed"),
    "reporter_kinds": gettext_lazy("Who reports"),
    "reporter_countries": gettext_lazy("Country of who reports"),
    "severity_at_least": gettext_lazy("At least as severe as"),
    "nis2_scope": gettext_lazy("In scope of NIS2"),
    "critical_entity": gettext_lazy("A critical entity"),
    "personal_data_breach": gettext_lazy("Personal data were breached"),
}
SECTIONS = {
    "natures": "nature", "phases": "phase", "sources": "source", "place_kinds": "place_kind",
    "severity_at_least": "severity",
}  # fmt: skip
CATEGORY_WORDS: dict[str, str | Promise] = {
    "essential": gettext_lazy("essential entity"),
    "important": gettext_lazy("important entity"),
}
ANSWERS: dict[str, str | Promise] = {
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "unknown": gettext_lazy("not known"),
}


def how_fast(step: Step, rule: Rule, *, on: date) -> str:
    """Return within what time a step is due, as it holds on a day: "at once", "within 1 month after ..."."""
    within = period(step, rules_in_force().book, on=on)
    if within.unit == "immediate":
        return _("at once")
    if within.unit == "unstated":
        return _("no time is stated")
    text = {
        "minutes": ngettext("within %(n)d minute", "within %(n)d minutes", within.amount),
        "hours": ngettext("within %(n)d hour", "within %(n)d hours", within.amount),
        "days": ngettext("within %(n)d day", "within %(n)d days", within.amount),
        "weeks": ngettext("within %(n)d week", "within %(n)d weeks", within.amount),
        "months": ngettext("within %(n)d month", "within %(n)d months", within.amount),
        "years": ngettext("within %(n)d year", "within %(n)d years", within.amount),
    }[within.unit] % {"n": within.amount}
    if not step.after:
        return text
    before = next(one for one in rule.steps if one.code == step.after)
    return _("%(time)s after: %(step)s") % {"time": text, "step": before.label(language())}


def heading(made: Plan, at: datetime) -> str:
    """Return what the section found: how many authorities wait, how many of them longer than they should."""
    waiting = {_who(one) for one in made.proposals if one.open}
    overdue = {_who(one) for one in made.proposals if one.late(at) and not one.at_once}
    at_once = {_who(one) for one in made.proposals if one.late(at) and one.at_once}
    if not waiting:
        return _("No authority waits for this") if made.proposals else _("No rule sends this anywhere")
    n = len(waiting)
    text = ngettext("%(n)d authority should get this", "%(n)d authorities should get this", n) % {"n": n}
    if overdue:
        n = len(overdue)
        return f"{text}, " + ngettext("%(n)d is overdue", "%(n)d are overdue", n) % {"n": n}
    if at_once:
        n = len(at_once)
        return f"{text}, " + ngettext("%(n)d at once", "%(n)d at once", n) % {"n": n}
    return text


def _who(one: Proposal) -> tuple[str, Any]:
    return one.recipient.code, one.organisation.id if one.organisation else None


@dataclass(frozen=True)
class ProposalLine:
    """A proposal made ready for the page."""

    proposal: Proposal
    who: str
    rule: str
    step: str
    why: str
    ground: str | Promise
    fast: str
    late: bool
    state: str | Promise
    badge: str
    hint: str | Promise


def proposal_line(one: Proposal, at: datetime) -> ProposalLine:
    """Return a proposal in the reader's language."""
    code = language()
    named = one.organisation.names if one.organisation else one.recipient.names
    return ProposalLine(
        proposal=one,
        who=label(named, code),
        rule=one.rule.label(code),
        step=one.step.label(code) if len(one.rule.steps) > 1 else "",
        why=label(one.rule.reasons, code),
        ground=GROUNDS[one.rule.basis.rests_on],
        fast=how_fast(one.step, one.rule, on=timezone.localdate(at)),
        late=one.late(at) and not one.at_once,
        state=_("they see it") if one.sees and one.state == "proposed" else STATES[one.state],
        badge="ok" if one.sees and one.state == "proposed" else BADGES[one.state],
        hint=WHY_NOT.get(one.way, ""),
    )


@dataclass(frozen=True)
class FormLine:
    """A form that is due, made ready for the page."""

    due: DueForm
    name: str
    step: str
    state: str | Promise
    badge: str
    query: str


def form_line(one: DueForm) -> FormLine:
    """Return a form that is due in the reader's language."""
    code = language()
    return FormLine(
        due=one,
        name=one.form.label(code),
        step=one.step.label(code) if len(one.rule.steps) > 1 else "",
        state=STATES[one.state],
        badge=BADGES[one.state],
        query=f"rule={one.rule.code}&step={one.step.code}",
    )


def condition_words(one: Condition) -> dict[str, Any]:
    """Return a condition as name, what is wanted, what was found, and whether it is met."""
    wanted = [_value(one.field, code) for code in one.wanted]
    return {
        "name": CONDITIONS.get(one.field, one.field),
        "wanted": ", ".join(wanted),
        "found": ", ".join(_value(one.field, code) for code in one.found) or _("nothing"),
        "met": one.met,
    }


def _value(field: str, code: str) -> str:
    if field in ("about", "not_about"):
        if len(code) == FAMILY_LENGTH:
            return _("every modus operandi %(family)s…") % {"family": code}
        return (
            f"{code} {term('modus_operandi', code)}" if code.isupper() or code[:1].isupper() else term("threat", code)
        )
    if field in SECTIONS:
        return term(SECTIONS[field], code)
    if field == "ports":
        port = known_places().ports.get(code)
        return label(port.names, language()) if port else code
    if field == "observables":
        return kind_word(code)
    if field == "reporter_kinds":
        return str(KINDS.get(code, code))
    return str(ANSWERS.get(code, code))


def _sent_words(one: Sending) -> str:
    form = form_book().sending(one.kind)
    told = [form.label(language()) if form else one.kind, occurred_words(timezone.localtime(one.sent_at), "minute")]
    return ", ".join([*told, one.reference] if one.reference else told)


def form_values(
    found: Shown,
    own: OrganisationFact | None,
    *,
    step: str,
    due_at: datetime | None,
    sent_before: Sequence[Sending] = (),
    case: str = "",
) -> Mapping[str, str]:
    """Return what fills a form in, in the active language. No value is a person's name; a text may hold one.

    `own`: what the organisation says of itself; `sent_before`: what went to the same authority already.
    """
    code, report, record = language(), found.report, found.record
    shown = card(found)
    methods = [one for one in (report.modus_operandi, *report.modus_operandi_also) if one]
    quantity = "" if report.quantity_kg is None else f"{report.quantity_kg:.3f}".rstrip("0").rstrip(".")
    return {
        "what": report.text,
        "where": shown.place,
        "when": shown.occurred,
        "aware_since": occurred_words(aware_since(found), "minute"),
        "threat": shown.threat,
        "modus_operandi": ", ".join(f"{method} {term('modus_operandi', method)}" for method in methods),
        "severity": shown.severity_word,
        "port": label(record.port.names, code) if record.port else "",
        "facility": label(report.facility.names, code) if report.facility else "",
        "substance": term("substance", report.substance),
        "quantity": quantity,
        "reporter_organisation": label(record.owner.names, code),
        "reference": found.reference,
        "marking": Tlp(record.tlp).label,
        "legal_basis": legal_basis.legal_basis(record.legal_basis).label(code),
        "step": step,
        "due": occurred_words(timezone.localtime(due_at), "minute") if due_at else "",
        "category": str(CATEGORY_WORDS[own.nis2_category]) if own and own.nis2_category else "",
        "supervisor": own.supervisor if own else "",
        "sent_before": "; ".join(_sent_words(one) for one in sent_before),
        "case": case,
    }

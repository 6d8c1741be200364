"""The policy in plain words: what the database enforces, explained. A property test holds the two equal."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.members.acting import Actor
from port2port.sharing.tlp import Tlp


@dataclass(frozen=True)
class Envelope:
    """What a decision looks at."""

    owner: UUID
    author: UUID
    audience: frozenset[UUID]
    tlp: int
    expires_at: datetime


@dataclass(frozen=True)
class Decision:
    """Allowed or not, by which rule, in words."""

    allowed: bool
    rule: str
    reason: str | Promise


REASONS: dict[str, str | Promise] = {
    "in-audience": _("It was addressed to you, or to a circle you are in."),
    "not-in-audience": _("It was not addressed to this person, nor to a circle this person is in."),
    "not-verified": _("It is AMBER or narrower, and the organisation has not confirmed this person's verification."),
    "expired": _("Its time of keeping has ended."),
    "unknown": _("There is no such record that your organisation looks after or that this person sees."),
    "steward": _("Your organisation owns it and your role may change it, or you wrote it."),
    "not-owner": _("Another organisation owns it."),
    "no-role": _("None of your roles in this organisation may do that."),
    "birth": _("Your role may report for your organisation."),
}


def decide(actor: Actor, action: str, record: Envelope | None, *, at: datetime) -> Decision:
    """Say whether `actor` may `see`, `change`, `share` (widen) or `withdraw` the record, or `report` (record None)."""
    if action == "report" or record is None:
        return _decision("report" in actor.acts and actor.organisation is not None, "birth", "no-role")
    if record.expires_at <= at:
        return Decision(False, "expired", REASONS["expired"])
    if not record.audience & actor.keys:
        return Decision(False, "not-in-audience", REASONS["not-in-audience"])
    if record.tlp > actor.ceiling and record.author != actor.person:
        return Decision(False, "not-verified", REASONS["not-verified"])
    if action == "see":
        return Decision(True, "in-audience", REASONS["in-audience"])
    if record.owner != actor.organisation:
        return Decision(False, "not-owner", REASONS["not-owner"])
    steward = "steward" in actor.acts or (record.author == actor.person and "report" in actor.acts)
    needed = {"share": "share", "withdraw": "report"}.get(action)
    return _decision(steward and (needed is None or needed in actor.acts), "steward", "no-role")


def audience_problem(
    tlp: Tlp,
    *,
    everyone: bool,
    only_persons: bool,
    only_own: bool,
    direct: bool,
    topics: bool = False,
    only_topics: bool = False,
) -> str | Promise:
    """Return why this audience does not go with this TLP or personal-data class (FIRST TLP 2.0), or nothing.

    `topics`: it goes to whoever uses what it is about; `only_topics`: to nobody else but the owner's own.
    """
    if topics and not only_topics:
        return _("What goes to the users of a supplier goes to nobody else but your own organisation.")
    if everyone and tlp != Tlp.CLEAR:
        return _("Only TLP:CLEAR may go to everyone.")
    if tlp == Tlp.RED and not only_persons:
        return _("TLP:RED goes to named persons only. Choose persons, or a circle of persons.")
    if tlp == Tlp.AMBER_STRICT and not only_own:
        return _("TLP:AMBER+STRICT stays within your organisation. Choose your organisation, or TLP:AMBER.")
    if direct and not only_own:
        return _("What identifies a person never leaves your organisation.")
    return ""


def _decision(allowed: bool, yes: str, no: str) -> Decision:
    rule = yes if allowed else no
    return Decision(allowed, rule, REASONS[rule])

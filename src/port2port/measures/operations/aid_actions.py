"""What is done with mutual aid: ask, offer, accept, send, bring back, close.

Each is one transaction under the policy that decides, changes and journals.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.measures.actions import audience_of, guarded, stewarded
from port2port.measures.operations.aid_queries import AID, offer, side_of
from port2port.measures.operations.models import Aid, Offer
from port2port.measures.operations.rules import ASKER, OFFER_STATES, Need, may_turn_offer, need_problems, offer_problems
from port2port.measures.operations.shown import shown_aid
from port2port.measures.operations.vocabulary import codes
from port2port.measures.operations.vocabulary import terms as own_terms
from port2port.members.acting import action, current_actor
from port2port.members.data_files import LANGUAGES
from port2port.members.facts import facts
from port2port.reports.vocabulary import threats
from port2port.sharing import actions as sharing
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, reporter, terms_problems


@action
def ask_aid(*, need: Need, threat: str, to: Addressing, terms: Terms, at: datetime, provenance: str = "member") -> Aid:
    """Ask a circle for help. Raises Invalid with every problem, Refused when the role may not report."""
    texts = {"what": need.what, "where": need.where, "why": need.why}
    problems = need_problems(need, {"kind": codes("aid_kinds"), "language": LANGUAGES}, at=at)
    problems += [*guarded(texts), *terms_problems(terms, reporter())]
    if threat not in {one.code for one in threats()}:
        problems.append(Problem("threat", _("This code is not known here.")))
    if need.port is not None and need.port not in facts().ports:
        problems.append(Problem("port", _("This code is not known here.")))
    audience = audience_of(to, terms, problems)
    words = _words(need.kind, need.what, need.where, need.why)
    record = sharing.publish(
        AID, audience=audience, terms=terms, at=at, text=words, port=need.port, threat=threat, provenance=provenance
    )
    row = Aid(
        record=record, kind=need.kind, what=need.what, amount=need.amount, where=need.where, from_at=need.from_at,
        until_at=need.until_at, why=need.why, language=need.language,
    )  # fmt: skip
    row.save(force_insert=True)
    return row


@action
def offer_aid(identifier: UUID, *, amount: int, note: str, at: datetime) -> Offer:
    """Offer what is asked for, also a part of it. Raises NotFound, Refused, Invalid, Conflict."""
    found = shown_aid([identifier])
    if not found:
        raise NotFound(kind=AID, record=identifier)
    actor = current_actor()
    if not actor.may("report") or actor.organisation is None or side_of(found[0]) == ASKER:
        raise Refused(_("Your organisation asked for it itself, or your role may not offer."), record=identifier)
    if found[0].aid.closed_at is not None or found[0].aid.until_at <= at:
        raise Conflict(_("This is no longer asked for."))
    problems = [*offer_problems(amount, note), *guarded({"note": note})]
    if problems:
        raise Invalid(problems)
    row = Offer(
        aid=found[0].aid, organisation_id=actor.organisation, person_id=actor.person, at=at, amount=amount,
        note=note.strip(),
    )  # fmt: skip
    row.save(force_insert=True)
    journal.write("aid.offered", kind=AID, record=identifier, at=at, number=amount)
    return row


@action
def turn_offer(identifier: UUID, *, to: str, at: datetime, amount: int | None = None) -> UUID:
    """Accept (`amount`: how many of them; None: all), decline, take back, send, or say that it is back.

    Returns the request's id. Raises NotFound, Refused, Invalid, Conflict.
    """
    row = offer(identifier)
    aid = shown_aid([row.aid_id])[0]
    if not current_actor().may("report"):
        raise Refused(_("None of your roles in this organisation may do that."), kind=AID, record=aid.id)
    if to not in OFFER_STATES or not may_turn_offer(row.state, to, side_of(aid)):
        raise Conflict(_("The state of this does not allow it."))
    number = row.amount if amount is None else amount
    if to == "accepted" and not 1 <= number <= row.amount:
        raise Invalid([Problem("amount", _("Accept at least one, and not more than is offered."))])
    with connection.cursor() as cursor:
        cursor.execute("select measures_offer_turn(%s, %s, %s)", [identifier, to, number])
    journal.write("aid.turned", kind=AID, record=aid.id, at=at, state=to, offer=identifier)
    return aid.id


@action
def close_aid(identifier: UUID, *, at: datetime) -> None:
    """Say that no more is needed; what is lent goes on. Raises NotFound, Refused, Conflict."""
    record = stewarded(identifier, AID, at=at)
    if not Aid.objects.filter(record_id=identifier, closed_at=None).update(closed_at=at):
        raise Conflict(_("This is no longer asked for."))
    aid = Aid.objects.get(record_id=identifier)
    words = _words(aid.kind, aid.what, aid.where, aid.why)
    sharing.touch(record, expected=record.version, at=at, text=words, port=record.port_id, threat=record.threat)


@action
def withdraw_aid(identifier: UUID, *, reason: str, at: datetime) -> None:
    """Take back a request that should never have been shared; `reason`: a code. Raises NotFound, Refused, Invalid."""
    sharing.withdraw(stewarded(identifier, AID, at=at, act="withdraw"), reason=reason, at=at)


def _words(kind: str, *texts: str) -> str:
    named = [" ".join(one.names.values()) for one in own_terms().aid_kinds if one.code == kind]
    return " ".join([*texts, *named])

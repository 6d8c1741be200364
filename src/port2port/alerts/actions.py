"""What is done with alerts: raise, update, cancel, acknowledge, withdraw. Each is one transaction under the policy.

An alert is never changed: an update or a cancellation is a message of its own that follows it, to exactly those who
were warned. That nobody of them is left out, and that each message is followed once, the database sees to
(`alerts_follow` in `sql/policy.sql`).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.alerts import queries, sentences
from port2port.alerts.models import Acknowledgement, Alert
from port2port.alerts.queries import KIND
from port2port.alerts.rules import Draft, problems_of
from port2port.alerts.shown import Shown, shown
from port2port.alerts.stored import values_of
from port2port.alerts.suppliers.addressing import to_users
from port2port.alerts.vocabulary import by_code, templates, vocabulary
from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.base.text import unreadable
from port2port.members.acting import action, current_actor
from port2port.members.areas import atlas_of, port_of
from port2port.members.data_files import LANGUAGES
from port2port.members.models import Circle, Membership, Person
from port2port.members.places import known_places
from port2port.members.topics import is_topic
from port2port.reports.shown import shown as reports_shown
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing import queries as sharing_queries
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, reporter, terms_problems
from port2port.sharing.audiences import Audience
from port2port.sharing.models import Record
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp

DONE_LONGEST = 400


@action
def raise_alert(
    *,
    draft: Draft,
    to: Addressing,
    terms: Terms,
    at: datetime,
    report: UUID | None = None,
    provenance: str = "member",
) -> Alert:
    """Warn those who should know, with the audience from the first moment. `report`: what it was raised from.

    `provenance`: `invented` for the demo's, which say so wherever they stand. A draft with systems goes to whoever uses
    them and to the actor's own organisation: of `to` only the mark counts then, and choosing others is refused.

    Raises Invalid with every problem at once, Refused when the actor's role may not report.
    """
    problems = [*_problems(draft, at), *terms_problems(terms, reporter())]
    if report is not None and not reports_shown([report]):
        problems.append(Problem("report", _("There is no such report that you see.")))
    audience: Audience | None = None
    if draft.systems:
        draft, to = to_users(draft, to)
    try:
        audience = audiences.build(to.addressed, to.tlp, personal_data=terms.personal_data)
    except Invalid as error:
        problems += error.problems
    if problems or audience is None:
        raise Invalid(problems)
    return _publish(draft, audience, terms, at=at, message="Alert", report=report, provenance=provenance)


@action
def update_alert(identifier: UUID, *, draft: Draft, at: datetime, expected: int | None = None) -> Alert:
    """Put a new version in the place of an alert, for exactly those who were warned. Returns the new one.

    Raises NotFound, Refused, Invalid; Conflict when it is over, was followed before, or is another version by now.
    """
    found = _held(identifier, at=at, expected=expected)
    draft = replace(draft, systems=found.draft.systems)  # it goes to those who were warned, so it is about the same
    problems = _problems(draft, at)
    if draft.status != found.alert.status:
        problems.append(Problem("status", _("An update cannot turn an exercise or test into something else.")))
    if problems:
        raise Invalid(problems)
    return _follow(found, draft, at=at, message="Update")


@action
def cancel_alert(
    identifier: UUID, *, reason: str, at: datetime, expected: int | None = None, language: str = ""
) -> Alert:
    """Say that an alert no longer applies, and why. Returns the cancellation. Raises as `update_alert` does.

    `language`: that of the reason; left out, the actor's.
    """
    found = _held(identifier, at=at, expected=expected)
    language = language or current_actor().language[:2]
    draft = replace(found.draft, text=reason, headline="", language=language, public=None)
    wrong = [problem for problem in _problems(draft, at) if problem.field == "text"]
    if wrong or not reason.strip():
        raise Invalid([Problem("reason", p.message) for p in wrong] or [Problem("reason", _("Say why."))])
    return _follow(found, draft, at=at, message="Cancel")


@action
def acknowledge(identifier: UUID, *, at: datetime, done: str = "") -> Acknowledgement:
    """Say for one's desk that an alert was read, and what was done. The first counts; later ones add what was done.

    Raises NotFound, Refused without an organisation, Conflict when it is over, Invalid for the text.
    """
    actor = current_actor()
    record = sharing_queries.record(identifier, KIND)
    if actor.organisation is None:
        raise Refused(_("You acknowledge for an organisation; you act for none."), kind=KIND, record=identifier)
    before = queries.own_answer(identifier)
    lines = [before.done] if before is not None and before.done else []
    done = done.strip()
    if done and done not in lines:
        lines.append(done)
    text = "\n".join(lines)
    if len(text) > DONE_LONGEST or unreadable(text):
        raise Invalid([Problem("done", _("Write at most 400 characters in all."))])
    if before is not None:
        if text != before.done:
            before.done = text
            before.save(update_fields=["done"])
            journal.write("alert.acknowledged", kind=KIND, record=identifier, at=at, added=1)
        return before
    if not shown([record.id], at=at)[0].in_force:
        raise Conflict(_("This alert is not in force any more."))
    desk = Membership.objects.values_list("facility_id", flat=True).get(id=actor.hat) if actor.hat else None
    answer = Acknowledgement(
        alert_id=identifier, organisation_id=actor.organisation, facility_id=desk, person_id=actor.person, at=at,
        done=text,
    )  # fmt: skip
    # Two of a desk may press at the same moment: the first counts, and neither is refused.
    Acknowledgement.objects.bulk_create([answer], ignore_conflicts=True)
    journal.write("alert.acknowledged", kind=KIND, record=identifier, at=at)
    return queries.own_answer(identifier) or answer


@action
def widen_alert(identifier: UUID, *, to: Addressing, at: datetime, expected: int | None = None) -> None:
    """Warn more circles or persons by the same message, or lower its TLP; nobody loses it.

    What goes to the users of a supplier goes to nobody else: only its TLP may be lowered. Raises NotFound, Refused
    (act `share`), Conflict, Invalid.
    """
    record = _held(identifier, at=at, expected=expected, act="share").record
    topics = [key for key in record.addressed if is_topic(key)]
    # Those who have it are named again when only the TLP changes, for it must go with them too.
    more = audiences.wider(record, [*topics, *(to.addressed or _reachable(record.addressed))], to.tlp)
    sharing.widen(record, more=more, at=at)


@action
def withdraw_alert(identifier: UUID, *, reason: str, at: datetime, expected: int | None = None) -> None:
    """Take a message back that should never have been sent; all who had it are told. `reason`: a code.

    What it followed stays as it is. Raises NotFound, Refused, Conflict, Invalid.
    """
    found = _held(identifier, at=at, expected=expected, newest=False)
    sharing.withdraw(found.record, reason=reason, at=at)


def _problems(draft: Draft, at: datetime) -> list[Problem]:
    return list(problems_of(draft, vocabulary(), templates(), atlas_of(known_places()), at=at))


def _held(identifier: UUID, *, at: datetime, expected: int | None, newest: bool = True, act: str = "withdraw") -> Shown:
    """Return an alert that the actor may follow, share further or withdraw, locked.

    Raises NotFound, Refused, Conflict.
    """
    record = sharing_queries.record(identifier, KIND)
    decision = decide(current_actor(), act, envelope(record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=KIND, record=identifier)
    # A column that is in the grant: locking needs the right to change.
    Record.objects.select_for_update(of=("self",)).filter(id=identifier).values_list("version").first()
    found = shown([identifier], at=at)[0]
    if expected is not None and found.record.version != expected:
        raise Conflict(_("Somebody else changed this while you were writing. Load it again; your text is kept."))
    if found.withdrawn:
        raise Conflict(_("This was withdrawn."))
    if newest and not found.in_force:
        raise Conflict(_("This alert is not in force any more. Its time line shows the newest message."))
    return found


def _follow(found: Shown, draft: Draft, *, at: datetime, message: sentences.MessageType) -> Alert:
    """Publish a message that follows an alert, to those who were warned, on the same terms."""
    record = found.record
    terms = Terms(record.purpose, record.legal_basis, Tlp(record.pap), record.personal_data)
    keys = {current_actor().person, *_reachable(record.audience)}
    audience = Audience(tuple(_reachable(record.addressed)), tuple(keys), Tlp(record.tlp))
    return _publish(
        draft,
        audience,
        terms,
        at=at,
        message=message,
        report=found.alert.report_id,
        follows=found.alert,
        provenance=record.provenance,
    )


def _reachable(keys: Iterable[UUID]) -> list[UUID]:
    """Return the keys that the actor may address itself; the database adds the others who were warned."""
    wanted, actor = list(keys), current_actor()
    circles = Circle.objects.filter(id__in=wanted, closed_at=None)
    known = {c.id for c in circles if c.id in actor.keys or c.addressed_by == "everyone" or c.kind == "everyone"}
    known |= set(Person.objects.filter(id__in=wanted, active=True).values_list("id", flat=True))
    return [key for key in wanted if key in known or is_topic(key)]


def _publish(
    draft: Draft,
    audience: Audience,
    terms: Terms,
    *,
    at: datetime,
    message: sentences.MessageType,
    report: UUID | None,
    follows: Alert | None = None,
    provenance: str = "member",
) -> Alert:
    places = known_places()
    record = sharing.publish(
        KIND,
        audience=audience,
        terms=terms,
        at=at,
        text=draft.text,
        title=titles(draft, message),
        port=port_of(draft.areas, places),
        threat=by_code(vocabulary().events, draft.event).threat,
        provenance=provenance,
    )
    alert = Alert(
        record=record,
        message=message,
        state="cancelled" if message == "Cancel" else "raised",
        report_id=report,
        follows=follows.record_id if follows is not None else None,
        series=follows.series if follows is not None else record.id,
        **values_of(draft),
    )
    alert.save(force_insert=True)
    if follows is not None:
        record.refresh_from_db(fields=["audience", "addressed", "tlp"])
    return alert


def titles(draft: Draft, message: sentences.MessageType) -> str:
    """Return what an alert is called, in whichever language it is looked for."""
    atlas = atlas_of(known_places())
    lines = [sentences.headline(draft, atlas, language, message=message) for language in LANGUAGES]
    return " ".join([*lines, draft.headline])

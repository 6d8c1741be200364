"""What is done together on a report: say, see too, link, merge, let in, hand over, answer, learn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.members.acting import action, current_actor
from port2port.reports import actions as reports
from port2port.reports.addressing import terms_for
from port2port.reports.models import Report, Revision
from port2port.reports.rules import Draft
from port2port.reports.shown import Shown, shown
from port2port.reports.stewarding import held
from port2port.reports.together import queries, rules
from port2port.reports.together.addressing import addressed_alike, addressed_own
from port2port.reports.together.models import Lesson, Link
from port2port.sharing import actions as sharing
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.models import Record
from port2port.sharing.queries import envelope
from port2port.sharing.references import reference
from port2port.sharing.rules import REASONS, decide
from port2port.sharing.tlp import Tlp

KIND = queries.KIND


@action
def say(
    report: UUID,
    *,
    text: str,
    at: datetime,
    kind: str = "note",
    reply_to: UUID | None = None,
    let_in: UUID | None = None,
) -> UUID:
    """Say something about a report that one sees: a note, a question to its owner, an answer to a question.

    `let_in`: an organisation that a question proposes to let see it. Returns the update's id. Raises NotFound,
    Refused when one's role may not report, Conflict when it was withdrawn, Invalid.
    """
    problems = rules.text_problems(text)
    if problems:
        raise Invalid(problems)
    said: UUID = _call(
        "select reports_say(%s::uuid, %s::text, %s::text, %s::uuid, %s::uuid)",
        *(report, kind, text.strip(), reply_to, let_in),
    )
    journal.write("report.said", kind=KIND, record=report, at=at, update=said, says=kind)
    return said


@action
def unsay(update: UUID, *, at: datetime) -> UUID:
    """Take back what one said; that it was said stays. Returns the report's id. Raises NotFound."""
    report: UUID = _call("select reports_unsay(%s::uuid)", update)
    journal.write("report.unsaid", kind=KIND, record=report, at=at, update=update)
    return report


@action
def propose_access(report: UUID, *, organisation: UUID, why: str, at: datetime) -> UUID:
    """Propose to a report's owner that an organisation should see it. Raises as `say`, Invalid for who sees it."""
    found = _seen(report)
    if organisation not in {one.id for one in queries.organisations_to_let_in(found)}:
        raise Invalid([Problem("organisation", _("Choose an organisation that does not see it yet."))])
    return say(report, text=why, at=at, kind="question", let_in=organisation)


@action
def let_in(update: UUID, *, at: datetime) -> UUID:
    """Share a report with the organisation that a question proposes. Returns the report's id.

    Raises NotFound, Refused without the act `share`, Invalid when it cannot be addressed or sees it already.
    """
    asked = queries.update(update)
    if asked.about_id is None:
        raise NotFound(kind="update", record=update)
    record = _seen(asked.report_id).record
    circle = queries.organisation_circle(asked.about_id)
    reports.widen_report(record.id, to=Addressing((circle.id,), Tlp(record.tlp)), at=at)
    return record.id


@dataclass(frozen=True)
class Sighting:
    """What somebody saw of the same: when, at which port, in a sentence or two."""

    port: str
    occurred_at: datetime
    text: str
    language: str


@action
def see_too(original: UUID, *, sighting: Sighting, at: datetime, own_only: bool = False) -> Report:
    """Report that the same was seen elsewhere, to whoever was addressed first (or `own_only`), and link both.

    Those who see the first report are told that it was seen elsewhere; by whom and where, only who sees both.
    Raises NotFound, Refused, Conflict when the first was withdrawn, Invalid.
    """
    first = _seen(original)
    problems = rules.text_problems(sighting.text)
    if problems:
        raise Invalid(problems)
    report = first.report
    who = reporter()
    made = reports.share_report(
        draft=Draft(
            threat=first.record.threat,
            text=sighting.text,
            place="port",
            port=sighting.port,
            occurred_at=sighting.occurred_at,
            language=sighting.language,
            nature=report.nature,
            severity=report.severity,
            modus_operandi=report.modus_operandi,
            modus_operandi_also=tuple(report.modus_operandi_also),
        ),
        to=addressed_own(first.record) if own_only else addressed_alike(first.record),
        terms=terms_for(first.record.threat, who),
        at=at,
        who=who,
    )
    _call("select reports_tell_sighting(%s::uuid, %s::uuid)", original, made.record_id)
    journal.write("report.seen_too", kind=KIND, record=original, at=at, sighting=made.record_id)
    return made


@action
def link_reports(one: UUID, other: UUID, *, kind: str, at: datetime) -> Link:
    """Say that two reports belong together (`same_event`, `related`). Only who looks after one of them.

    Raises NotFound when either is not seen, Refused, Invalid, Conflict when they are linked so already.
    """
    if kind not in ("same_event", "related"):
        raise Invalid([Problem("kind", _("Choose how they belong together."))])
    return _linked(_seen(one), _seen(other), kind, at)


@action
def mark_duplicate(duplicate: UUID, *, of: UUID, at: datetime) -> Link:
    """Merge a report into another: it is closed, and its outcome says into which. Undone by `unlink`.

    Who looks after one of them only proposes it: the owner of the other gets a question, and they are linked as the
    same event. Raises NotFound, Refused when one looks after neither, Conflict when it is closed, Invalid.
    """
    if duplicate == of:
        raise Invalid([Problem("other", _("This is the same report."))])
    found = {
        one: _seen(one) for one in sorted((duplicate, of))
    }  # in one order, so that two merges cannot lock each other
    ours = [one for one in found.values() if _stewarded(one.record, at)]
    if len(ours) == len(found):
        for one in found:
            held(one, "change")
        gone, kept = found[duplicate].record, found[of].record
        known = set(gone.audience) <= set(kept.audience) and kept.tlp <= gone.tlp
        # A reference says that a report exists: only where whoever reads it sees that report too.
        outcome = gettext("Merged into %(reference)s") % {"reference": reference(kept)} if known else ""
        outcome = outcome or gettext("Merged into another report")
        reports.close_report(duplicate, expected=gone.version, at=at, outcome=outcome)
        return _linked(found[duplicate], found[of], "duplicate", at, merged=duplicate)
    if not ours:
        raise Refused(REASONS["not-owner"], kind=KIND, record=duplicate)
    theirs = next(one for one in found.values() if one is not ours[0])
    asked = say(
        theirs.record.id, text=gettext("We think that this and a report of ours are the same. Shall they be merged?"),
        at=at, kind="question",
    )  # fmt: skip
    return _linked(found[duplicate], found[of], "same_event", at, told=asked)


@action
def unlink(identifier: UUID, *, at: datetime) -> Link:
    """Undo a link; a report that was merged by it is open again. Raises NotFound, Refused, Conflict."""
    link = queries.link(identifier)
    ends = [_seen(link.a_id).record, _seen(link.b_id).record]
    allowed = [_stewarded(end, at) for end in ends]
    if not any(allowed) or (link.merged_id and not all(allowed)):
        raise Refused(REASONS["not-owner"], kind=KIND, record=link.a_id)
    link.undone_at, link.undone_by_id = at, current_actor().person
    link.save(update_fields=["undone_at", "undone_by"])
    if link.merged_id:
        merged = next(end for end in ends if end.id == link.merged_id)
        if Report.objects.values_list("state", flat=True).get(record_id=merged.id) == "closed":
            reports.reopen_report(merged.id, expected=merged.version, at=at)
    journal.write("report.unlinked", kind=KIND, record=link.a_id, at=at, other=link.b_id, link=link.id)
    return link


@action
def hand_over(report: UUID, *, to: UUID, at: datetime, expected: int | None = None) -> None:
    """Let another organisation that sees it look after a report; its audience stays.

    Raises NotFound, Refused (act `share`), Conflict, Invalid naming `to`, with the reason.
    """
    record, _report = held(report, "share", expected)
    if record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    reason: Any = ""
    if record.tlp >= Tlp.AMBER_STRICT:
        reason = _("TLP:AMBER+STRICT and RED stay where they are. Share it wider first, if that may be.")
    elif record.personal_data == "direct":
        reason = _("What identifies a person never leaves your organisation.")
    elif to == record.owner_id:
        reason = _("Your organisation looks after it already.")
    elif to not in queries.seeing_organisations(record):
        reason = _("This organisation does not see it. Share it with them first.")
    if reason:
        raise Invalid([Problem("to", reason)])
    Revision(
        id=new_id(), report_id=record.id, version=record.version + 1, at=at, author_id=current_actor().person,
        act="handed_over", before={"owner": str(record.owner_id)},
    ).save(force_insert=True)  # fmt: skip
    sharing.hand_over(record, to=to, at=at)


@action
def answer_reporter(report: UUID, *, verdict: str, text: str = "", at: datetime) -> None:
    """Give who reported the answer that is owed: used, not used, or useful and no more can be said.

    Raises NotFound, Refused when one may not answer, Conflict when it was answered before, Invalid.
    """
    problems = rules.text_problems(text, needed=False)
    if verdict not in rules.VERDICTS:
        problems.insert(0, Problem("verdict", _("Choose an answer.")))
    if problems:
        raise Invalid(problems)
    if queries.feedback_of(_seen(report).record.id) is not None:
        raise Conflict(_("The reporter has an answer already. Add an update instead."))
    _call("select reports_answer(%s::uuid, %s::text, %s::text)", report, verdict, text.strip())
    journal.write("report.answered", kind=KIND, record=report, at=at, verdict=verdict)


@action
def learn(report: UUID, *, text: str, at: datetime) -> Lesson:
    """Write down what was learned from a report that one looks after, in the place of what stood there.

    Raises NotFound, Refused, Conflict, Invalid.
    """
    problems = rules.text_problems(text, longest=rules.LESSON_LONGEST)
    if problems:
        raise Invalid(problems)
    record, _report = held(report, "change")
    values = {"text": text.strip(), "at": at, "by_id": current_actor().person}
    lesson, _made = Lesson.objects.update_or_create(report_id=record.id, defaults=values)
    journal.write("report.learned", kind=KIND, record=record.id, at=at)
    return lesson


def _seen(report: UUID) -> Shown:
    found = shown([report])
    if not found:
        raise NotFound(kind=KIND, record=report)
    return found[0]


def _stewarded(record: Record, at: datetime) -> bool:
    return record.withdrawn_at is None and decide(current_actor(), "change", envelope(record), at=at).allowed


def _linked(
    one: Shown, other: Shown, kind: str, at: datetime, *, merged: UUID | None = None, told: UUID | None = None
) -> Link:
    a, b = rules.pair(one.record.id, other.record.id)
    if a == b:
        raise Invalid([Problem("other", _("This is the same report."))])
    if not (_stewarded(one.record, at) or _stewarded(other.record, at)):
        raise Refused(REASONS["not-owner"], kind=KIND, record=one.record.id)
    if Link.objects.filter(a=a, b=b, kind=kind, undone_at=None).exists():
        raise Conflict(gettext_lazy("They are linked so already."))
    actor = current_actor()
    if actor.organisation is None:  # who acts for none looks after nothing
        raise Refused(REASONS["no-role"])
    link = Link(
        id=new_id(), a_id=a, b_id=b, kind=kind, merged_id=merged, told_id=told, at=at,
        made_by_id=actor.person, organisation_id=actor.organisation,
    )  # fmt: skip
    link.save(force_insert=True)
    journal.write(
        "report.linked", kind=KIND, record=one.record.id, at=at, other=other.record.id, link=link.id, how=kind
    )
    return link


def _call(sql: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchone()[0]

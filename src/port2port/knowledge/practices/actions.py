"""What is done with practices: written, changed, reviewed, published by a second person, kept up to date, withdrawn.

Each is one transaction under the policy that decides, changes and journals.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.knowledge.practices.models import Practice, PracticeText
from port2port.knowledge.practices.pictures import picture_problems
from port2port.knowledge.practices.queries import KIND, words_of
from port2port.knowledge.practices.rules import (
    FIELDS,
    TURNS,
    WRITTEN,
    Draft,
    may_publish,
    problems_of,
    review_problems,
)
from port2port.knowledge.practices.shown import Shown, shown
from port2port.knowledge.practices.vocabulary import modi_codes
from port2port.measures.actions import guarded
from port2port.members.acting import action, current_actor
from port2port.members.models import Circle
from port2port.members.places import known_places
from port2port.reports.vocabulary import threats
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing import queries as sharing_queries
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, reporter, terms_problems
from port2port.sharing.models import Record
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.sharing.tlp import Tlp


@dataclass(frozen=True)
class About:
    """What is said of a practice beside its text: the threat, the port it is from, whom it will reach."""

    threat: str
    port: str
    to: Addressing


@dataclass(frozen=True)
class Original:
    """Of which practice, in which of its versions, a text is the translation."""

    practice: UUID
    number: int


def draft_problems(draft: Draft) -> list[Problem]:
    """Return what is wrong with a text, by the rules and the guard rails."""
    texts = {name: getattr(draft, name) for name in WRITTEN}
    return [*problems_of(draft, modi_codes()), *picture_problems(texts), *guarded(texts)]


@action
def write_practice(
    *,
    draft: Draft,
    about: About,
    terms: Terms,
    at: datetime,
    review_on: date | None = None,
    original: Original | None = None,
    provenance: str = "member",
) -> Practice:
    """Write a draft, which the own organisation alone sees until a second person publishes it.

    Raises Invalid with every problem at once, Refused when the actor's role may not report.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(REASONS["no-role"])
    problems = [*draft_problems(draft), *terms_problems(terms, reporter()), *_about_problems(about)]
    if review_on is not None:
        problems += review_problems(review_on, today=timezone.localdate(at))
    if original is not None:
        problems += _original_problems(original, draft.language)
    if problems:
        raise Invalid(problems)
    own = Circle.objects.get(kind="organisation", organisation_id=actor.organisation, closed_at=None)
    text = PracticeText(number=1, **_columns(draft))
    titles, words = words_of([text])
    record = sharing.publish(
        KIND, audience=audiences.build([own.id], max(about.to.tlp, Tlp.AMBER)), terms=terms, at=at, text=words,
        title=titles, threat=about.threat, port=_port(about.port), provenance=provenance,
    )  # fmt: skip
    practice = Practice(
        record=record, review_on=review_on, audience=list(about.to.addressed), audience_tlp=int(about.to.tlp),
        original_id=original.practice if original else None, original_number=original.number if original else None,
    )  # fmt: skip
    practice.save(force_insert=True)
    _write(practice, draft, number=1, at=at)
    return practice


@action
def change_practice(
    identifier: UUID,
    *,
    draft: Draft,
    about: About,
    at: datetime,
    expected: int,
    original_number: int | None = None,
) -> PracticeText:
    """Write the next version, a draft again; readers keep the published one until the next is published.

    `original_number`: the version of the original that it now says. Raises NotFound, Refused, Invalid, Conflict.
    """
    found = stewarded(identifier, at=at)
    if found.editorial:
        raise Refused(_("The platform's editors look after this one."), kind=KIND, record=identifier)
    problems = [*draft_problems(draft), *_about_problems(about)]
    if original_number is not None and found.practice.original_id is not None:
        problems += _original_problems(Original(found.practice.original_id, original_number), draft.language)
    if problems:
        raise Invalid(problems)
    changed = draft != found.draft
    made = _write(found.practice, draft, number=found.practice.number + 1, at=at) if changed else found.text
    values: dict[str, object] = {"audience": list(about.to.addressed), "audience_tlp": int(about.to.tlp)}
    if original_number is not None and found.practice.original_id is not None:
        values["original_number"] = original_number
    Practice.objects.filter(record_id=identifier).update(**values)
    # What readers have is what it is found by: of a later draft they must not learn a word.
    titles, words = words_of(found_by(identifier))
    sharing.touch(
        found.record, expected=expected, at=at, text=words, title=titles, port=_port(about.port), threat=about.threat
    )
    return made


@action
def turn_practice(identifier: UUID, turn: str, *, at: datetime, review_on: date | None = None) -> None:
    """Ask for a second person (`ask`), give it back (`back`), or publish it (`publish`) until a day of review.

    Raises NotFound; Refused for who wrote it last or does not look after it; Invalid, Conflict.
    """
    found = stewarded(identifier, at=at)
    practice = found.practice
    if (practice.state, turn) not in TURNS:
        raise Conflict(_("This is not possible in its state."))
    if turn == "publish":
        _publish(found, at=at, review_on=review_on or practice.review_on)
    else:
        _turn(identifier, turn)
        _said_again(found, at=at)
    journal.write(f"practice.{turn}", kind=KIND, record=identifier, at=at, number=practice.number)


def _publish(found: Shown, *, at: datetime, review_on: date | None) -> None:
    actor, practice = current_actor(), found.practice
    refusal = may_publish(actor.acts, person=actor.person, last_writer=found.text.made_by_id)
    if refusal:
        raise Refused(refusal, kind=KIND, record=found.id)
    problems = review_problems(review_on, today=timezone.localdate(at))
    if problems:
        raise Invalid(problems)
    more = audiences.build(practice.audience, Tlp(practice.audience_tlp))
    Practice.objects.filter(record_id=found.id).update(review_on=review_on)
    _turn(found.id, "publish")
    record = found.record
    if not set(more.keys) <= set(record.audience) or more.tlp != record.tlp:
        sharing.widen(record, more=more, at=at)
        record = sharing_queries.record(found.id, KIND)
    _said_again(found, at=at, record=record)


@action
def keep_practice(identifier: UUID, *, review_on: date, at: datetime) -> None:
    """Say that it still holds, and when it will be looked at again. Raises NotFound, Refused, Invalid, Conflict."""
    found = stewarded(identifier, at=at)
    problems = review_problems(review_on, today=timezone.localdate(at))
    if problems:
        raise Invalid(problems)
    Practice.objects.filter(record_id=identifier).update(review_on=review_on)
    _said_again(found, at=at)
    journal.write("practice.kept", kind=KIND, record=identifier, at=at, number=found.practice.number)


@action
def withdraw_practice(identifier: UUID, *, reason: str, at: datetime) -> None:
    """Take a practice back; all who read it are told. `reason`: a code. Raises NotFound, Refused, Invalid, Conflict."""
    sharing.withdraw(stewarded(identifier, at=at, act="withdraw").record, reason=reason, at=at)


def stewarded(identifier: UUID, *, at: datetime, act: str = "change") -> Shown:
    """Return a practice in its newest text that the actor may change. Raises NotFound, Refused; Conflict: withdrawn."""
    found = shown([identifier], newest=True)
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    decision = decide(current_actor(), act, envelope(found[0].record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=KIND, record=identifier)
    if found[0].withdrawn:
        raise Conflict(_("This was withdrawn."))
    return found[0]


def found_by(identifier: UUID) -> list[PracticeText]:
    """Return the texts by which a practice is found: the published ones, else the newest."""
    practice = Practice.objects.get(record_id=identifier)
    number = practice.published or practice.number
    return list(PracticeText.objects.filter(practice_id=identifier, number=number).order_by("id"))


def _said_again(found: Shown, *, at: datetime, record: Record | None = None) -> None:
    """Give the envelope its next version, so that who has it open is told."""
    record = record or found.record
    titles, words = words_of(found_by(found.id))
    sharing.touch(
        record, expected=record.version, at=at, text=words, title=titles, port=record.port_id, threat=record.threat
    )


def _turn(identifier: UUID, turn: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select knowledge_practice_turn(%s, %s)", [identifier, turn])


def _write(practice: Practice, draft: Draft, *, number: int, at: datetime) -> PracticeText:
    text = PracticeText(
        id=new_id(), practice=practice, number=number, made_by_id=current_actor().person, made_at=at, **_columns(draft)
    )
    text.save(force_insert=True)
    journal.write("practice.text", kind=KIND, record=practice.record_id, at=at, number=number)
    return text


def _columns(draft: Draft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in FIELDS} | {"modi": list(draft.modi)}


def _port(locode: str) -> UUID | None:
    return known_places().ports[locode].id if locode else None


def _about_problems(about: About) -> Iterable[Problem]:
    if about.threat and about.threat not in {one.code for one in threats()}:
        yield Problem("threat", _("This code is not known here."))
    if about.port and about.port not in known_places().ports:
        yield Problem("port", _("This code is not known here."))
    if about.to.tlp == Tlp.RED:
        yield Problem("tlp", _("What is for named persons only is no practice for others."))
        return
    try:
        audiences.build(about.to.addressed, about.to.tlp)
    except Invalid as error:
        yield from error.problems


def _original_problems(original: Original, language: str) -> Sequence[Problem]:
    found = shown([original.practice])
    if not found or not 1 <= original.number <= (found[0].practice.published or 0):
        return [Problem("original", _("There is no such practice that you see."))]
    if language in found[0].texts:
        return [Problem("language", _("The original is in this language already."))]
    return []

"""What is done with objectives and the texts of measures: write, change, copy, merge, split, withdraw.

Each is one transaction under the policy that decides, changes and journals.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.measures.models import Lineage, Measure, Objective, Position, Version
from port2port.measures.queries import KIND, OBJECTIVE
from port2port.measures.rules import CHANGEABLE, FIELDS, LINEAGE_KINDS, Draft, problems_of, text_problems
from port2port.measures.shown import shown
from port2port.measures.vocabulary import known_codes, terms
from port2port.members.acting import action, current_actor
from port2port.reports import vocabulary as report_words
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing import queries as sharing_queries
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, reporter, terms_problems
from port2port.sharing.guardrails.markings import marking
from port2port.sharing.guardrails.text import findings
from port2port.sharing.models import Record
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.site.reader import language


@dataclass(frozen=True)
class Source:
    """Where a published measure was told: the publication, its address, and how sure that is."""

    name: str
    url: str
    confidence: str
    identifier: str


@dataclass(frozen=True)
class Aim:
    """What an objective says."""

    title: str
    why: str
    change: str
    indicator: str
    language: str


AIM_LONGEST = {"title": 120, "why": 4000, "change": 4000, "indicator": 400}


def guarded(texts: dict[str, str]) -> list[Problem]:
    """Return what must not be shared: documents marked as secret, and what identifies a person."""
    found: list[Problem] = []
    for name, text in texts.items():
        marked = marking(text)
        if marked is not None:
            found.append(Problem(name, f"{marked.reason(language())} {marked.direction(language())}"))
        elif any(one.blocking for one in findings(text)):
            found.append(Problem(name, _("Identities are never shared. Take out what identifies a person.")))
    return found


def draft_problems(draft: Draft) -> list[Problem]:
    """Return what is wrong with a text, by the rules and the guard rails."""
    words = {name: getattr(draft, name) for name in FIELDS if isinstance(getattr(draft, name), str)}
    return [*problems_of(draft, known_codes()), *guarded(words)]


def aim_problems(aim: Aim, threat: str) -> list[Problem]:
    """Return what is wrong with an objective."""
    texts = {name: getattr(aim, name) for name in AIM_LONGEST}
    found = [*text_problems(texts, AIM_LONGEST), *guarded(texts)]
    found += [Problem(name, _("This is needed.")) for name, text in texts.items() if not text.strip()]
    if threat not in {one.code for one in report_words.threats()}:
        found.append(Problem("threat", _("This code is not known here.")))
    if aim.language not in known_codes()["language"]:
        found.append(Problem("language", _("This code is not known here.")))
    return found


@action
def set_objective(
    *, aim: Aim, threat: str, to: Addressing, terms: Terms, at: datetime, provenance: str = "member"
) -> Objective:
    """Share an objective. Raises Invalid with every problem, Refused when the role may not report."""
    problems = [*aim_problems(aim, threat), *terms_problems(terms, reporter())]
    audience = audience_of(to, terms, problems)
    record = sharing.publish(
        OBJECTIVE,
        audience=audience,
        terms=terms,
        at=at,
        text=aim_words(aim),
        title=aim.title,
        threat=threat,
        provenance=provenance,
    )
    row = Objective(
        record=record, title=aim.title, why=aim.why, change=aim.change, indicator=aim.indicator, language=aim.language
    )
    row.save(force_insert=True)
    return row


@action
def change_objective(identifier: UUID, *, aim: Aim, at: datetime, expected: int) -> None:
    """Change what an objective says. Raises NotFound, Refused, Invalid, Conflict."""
    record = stewarded(identifier, OBJECTIVE, at=at)
    problems = aim_problems(aim, record.threat)
    if problems:
        raise Invalid(problems)
    sharing.touch(
        record,
        expected=expected,
        at=at,
        text=aim_words(aim),
        title=aim.title,
        port=record.port_id,
        threat=record.threat,
    )
    Objective.objects.filter(record_id=identifier).update(
        title=aim.title, why=aim.why, change=aim.change, indicator=aim.indicator, language=aim.language
    )


def aim_words(aim: Aim) -> str:
    """Return what an objective is found by, beside its title."""
    return " ".join([aim.why, aim.change, aim.indicator])


@action
def propose(
    *,
    draft: Draft,
    threat: str,
    to: Addressing,
    terms: Terms,
    at: datetime,
    objective: UUID | None = None,
    category: str = "",
    predecessors: Sequence[UUID] = (),
    lineage: str = "",
    provenance: str = "member",
) -> Measure:
    """Share a draft of a joint measure. `predecessors` with `lineage`: what it was copied, merged or split from.

    Raises Invalid with every problem at once, Refused when the actor's role may not report.
    """
    problems = [*draft_problems(draft), *terms_problems(terms, reporter()), *_belongs(objective, category, threat)]
    if len(shown(predecessors)) != len(set(predecessors)):
        problems.append(Problem("predecessors", _("There is no such measure that you see.")))
    if (lineage in LINEAGE_KINDS) != bool(predecessors):
        problems.append(Problem("lineage", _("Say whether it was copied, merged or split, and from what.")))
    audience = audience_of(to, terms, problems)
    record = sharing.publish(
        KIND,
        audience=audience,
        terms=terms,
        at=at,
        text=words_of(draft),
        title=draft.title,
        threat=threat,
        provenance=provenance,
    )
    measure = Measure(record=record, objective_id=objective, state="draft", category=category)
    measure.save(force_insert=True)
    _write(measure, draft, number=1, at=at)
    for predecessor in dict.fromkeys(predecessors):
        Lineage.objects.create(measure=measure, predecessor_id=predecessor, kind=lineage, at=at)
        journal.write("measure.derived", kind=KIND, record=record.id, at=at, predecessor=predecessor, way=lineage)
    return measure


@action
def publish_known(
    *,
    draft: Draft,
    threat: str,
    category: str,
    source: Source,
    to: Addressing,
    terms: Terms,
    port: UUID | None,
    posted_at: datetime,
    at: datetime,
    origin: str,
) -> Measure:
    """Take in a measure that was published about a port: a fact with its source, that nobody agreed here."""
    problems = [*draft_problems(draft), *terms_problems(terms, reporter()), *_belongs(None, category, threat)]
    audience = audience_of(to, terms, problems)
    record = sharing.publish(
        KIND, audience=audience, terms=terms, at=at, text=words_of(draft), title=draft.title, threat=threat, port=port,
        provenance="published", origin=origin, origin_id=source.identifier, posted_at=posted_at,
    )  # fmt: skip
    measure = Measure(
        record=record, state="published", category=category, source_name=source.name, source_url=source.url,
        source_confidence=source.confidence,
    )  # fmt: skip
    measure.save(force_insert=True)
    _write(measure, draft, number=1, at=at)
    return measure


@action
def change_text(
    identifier: UUID, *, draft: Draft, at: datetime, expected: int, objective: UUID | None = None
) -> Version:
    """Change the text: in place until somebody has given a position, then by a new version that asks everybody again.

    Raises NotFound, Refused, Invalid; Conflict for another version of it or a state in which the text stands.
    """
    record = stewarded(identifier, KIND, at=at)
    Record.objects.select_for_update(of=("self",)).filter(id=identifier).values_list("version").first()
    found = shown([identifier])[0]
    if found.measure.state not in CHANGEABLE:
        raise Conflict(_("This text stands. Propose another one that comes from it."))
    problems = [*draft_problems(draft), *_belongs(objective, "", record.threat)]
    if problems:
        raise Invalid(problems)
    sharing.touch(
        record,
        expected=expected,
        at=at,
        text=words_of(draft),
        title=draft.title,
        port=record.port_id,
        threat=record.threat,
    )
    if objective != found.measure.objective_id:
        Measure.objects.filter(record_id=identifier).update(objective_id=objective)
    if draft == found.draft:
        return found.version
    if Position.objects.filter(consultation__version_id=found.version.id).exists():
        version = _write(found.measure, draft, number=found.measure.number + 1, at=at)
    else:
        values = {name: getattr(draft, name) for name in FIELDS} | {
            "modi": list(draft.modi),
            "phases": list(draft.phases),
        }
        Version.objects.filter(id=found.version.id).update(**values, made_by_id=current_actor().person, made_at=at)
        version = Version.objects.get(id=found.version.id)
    journal.write("measure.text", kind=KIND, record=identifier, at=at, number=version.number, text=version.hash)
    return version


@action
def withdraw_measure(identifier: UUID, *, reason: str, at: datetime) -> None:
    """Take a measure back that should never have been shared; `reason`: a code. Raises NotFound, Refused, Invalid."""
    sharing.withdraw(stewarded(identifier, KIND, at=at, act="withdraw"), reason=reason, at=at)


@action
def remark(identifier: UUID, *, text: str, at: datetime) -> None:
    """Say something about a measure without a position. Raises NotFound, Refused, Invalid."""
    record, actor = sharing_queries.record(identifier, KIND), current_actor()
    if actor.organisation is None or not (actor.may("report") or actor.may("speak")):
        raise Refused(_("None of your roles in this organisation may do that."), kind=KIND, record=record.id)
    problems = [*text_problems({"text": text}, {"text": 2000}), *guarded({"text": text})]
    if not text.strip():
        problems.append(Problem("text", _("Write what you want to say.")))
    if problems:
        raise Invalid(problems)
    number = Measure.objects.values_list("number", flat=True).get(record_id=identifier)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into measures_comment (id, measure_id, number, organisation_id, person_id, text, at)"
            " values (new_uuid7(), %s, %s, %s, %s, %s, %s)",
            [identifier, number, actor.organisation, actor.person, text.strip(), at],
        )
    journal.write("measure.remark", kind=KIND, record=identifier, at=at)


def stewarded(identifier: UUID, kind: str, *, at: datetime, act: str = "change") -> Record:
    """Return an envelope that the actor may change. Raises NotFound, Refused; Conflict when it was withdrawn."""
    record = sharing_queries.record(identifier, kind)
    decision = decide(current_actor(), act, envelope(record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=kind, record=identifier)
    if record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    return record


def audience_of(to: Addressing, terms: Terms, problems: list[Problem]) -> audiences.Audience:
    """Return the audience; raises Invalid with its problems and those found before."""
    try:
        audience = audiences.build(to.addressed, to.tlp, personal_data=terms.personal_data)
    except Invalid as error:
        raise Invalid([*problems, *error.problems]) from error
    if problems:
        raise Invalid(problems)
    return audience


def words_of(draft: Draft) -> str:
    """Return what a measure is found by beside its title: its words, and what it counters in whichever language."""
    methods = [one for one in report_words.vocabulary().modi_operandi if one.code in draft.modi]
    named = [f"{one.code} {' '.join(one.names.values())}" for one in methods]
    return " ".join([draft.problem, draft.text, draft.side_effects, draft.playbook, *named])


def _belongs(objective: UUID | None, category: str, threat: str) -> Iterable[Problem]:
    if objective is not None:
        try:
            sharing_queries.record(objective, OBJECTIVE)
        except NotFound:
            yield Problem("objective", _("There is no such objective that you see."))
    if category and category not in {one.code for one in terms().categories}:
        yield Problem("category", _("This code is not known here."))
    if threat and threat not in {one.code for one in report_words.threats()}:
        yield Problem("threat", _("This code is not known here."))


def _columns(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in FIELDS} | {"modi": list(draft.modi), "phases": list(draft.phases)}


def _write(measure: Measure, draft: Draft, *, number: int, at: datetime) -> Version:
    version = Version(
        measure=measure, number=number, made_by_id=current_actor().person, made_at=at,
        **_columns(draft),
    )  # fmt: skip
    version.save(force_insert=True)
    version.refresh_from_db(fields=["hash"])
    return version

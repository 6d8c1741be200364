"""Editorial practices: written by the platform's editors from publications, one file each, in four languages.

They are the platform operator's, TLP:CLEAR to everyone, and marked with their sources. Reading the folder again changes
what changed and nothing else.
"""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from port2port.base import journal
from port2port.base.ids import new_id
from port2port.knowledge.practices.models import Practice, PracticeText
from port2port.knowledge.practices.queries import KIND, words_of
from port2port.knowledge.practices.rules import FIELDS, LANGUAGES, PARTS, Draft, problems_of
from port2port.knowledge.practices.shown import draft_of
from port2port.knowledge.practices.vocabulary import modi_codes
from port2port.members.acting import action, current_actor
from port2port.members.data_files import raise_problems, read_document
from port2port.members.models import Circle
from port2port.reports.importing import PUBLISHED
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp

FOLDER = Path(__file__).parent / "data" / "editorial"
ORIGIN = "editorial practices"
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Written = dict[str, str]


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A publication that a practice rests on."""

    title: Annotated[str, msgspec.Meta(min_length=1)]
    publisher: Annotated[str, msgspec.Meta(min_length=1)]
    url: Annotated[str, msgspec.Meta(pattern=r"^https://[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(/[^\s<>\"]*)?$")]
    year: int


class Editorial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file: a practice with its texts in each language."""

    slug: Slug
    topic: str
    maturity: str
    threat: Literal["drug_smuggling", "cyber_attack", "drone_misuse", ""]
    modi_operandi: tuple[str, ...]
    review_on: date
    sources: Annotated[tuple[Source, ...], msgspec.Meta(min_length=1)]
    title: Written
    context: Written
    done: Written
    cost: Written
    outcome: Written
    wrong: Written
    conditions: Written

    def draft(self, language: str) -> Draft:
        """Return what it says in a language."""
        said = {name: getattr(self, name)[language].strip() for name in ("title", *PARTS)}
        return Draft(
            **said, topic=self.topic, maturity=self.maturity, language=language, modi=self.modi_operandi, contact=""
        )

    def cited(self) -> list[dict[str, object]]:
        """Return its sources as they are stored."""
        return [msgspec.to_builtins(one) for one in self.sources]


def read_editorial(folder: Path) -> tuple[Editorial, ...]:
    """Return the practices of a folder by name of file. Raises ValueError with a line per problem: file, field, why."""
    found: list[Editorial] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            one = msgspec.convert(read_document(path), Editorial)
        except (msgspec.ValidationError, ValueError) as error:
            problems.append(f"{path.name}: {error}")
            continue
        if one.slug != path.stem:
            problems.append(f"{path.name}: slug: must be the name of the file")
        wrong = [
            f"{path.name}: {name}: must say something in {', '.join(LANGUAGES)} and nothing else"
            for name in ("title", *PARTS)
            if set(getattr(one, name)) != set(LANGUAGES)
            or len({bool(text.strip()) for text in getattr(one, name).values()}) > 1
        ]
        if not wrong:
            wrong = [
                f"{path.name}: {problem.field}.{language}: {problem.message}"
                for language in LANGUAGES
                for problem in problems_of(one.draft(language), modi_codes())
            ]
        problems += wrong
        found.append(one)
    raise_problems(problems)
    return tuple(found)


@cache
def editorial() -> tuple[Editorial, ...]:
    """Return the practices that ship with the program. Raises ValueError with a line per problem."""
    return read_editorial(FOLDER)


@action
def load_editorial(practices: tuple[Editorial, ...], *, at: datetime) -> int:
    """Write what is new or says something else, as the system principal `import`. Returns how many."""
    owner = current_actor().organisation
    there = {
        one.origin_id: one
        for one in Record.objects.filter(kind=KIND, owner_id=owner, origin=ORIGIN, withdrawn_at=None)
    }  # fmt: skip
    return sum(
        _change(there[one.slug], one, at=at) if one.slug in there else _publish(one, at=at) for one in practices
    )  # fmt: skip


def _publish(one: Editorial, *, at: datetime) -> bool:
    texts = _texts(one, number=1, at=at)
    titles, words = words_of(texts)
    everyone = audiences.build([Circle.objects.get(kind="everyone").id], Tlp.CLEAR)
    record = sharing.publish(
        KIND, audience=everyone, terms=PUBLISHED, at=at, text=words, title=titles, threat=one.threat,
        provenance="published", origin=ORIGIN, origin_id=one.slug,
    )  # fmt: skip
    Practice(
        record=record, state="published", published=1, published_at=at, review_on=one.review_on,
        audience=list(everyone.addressed), audience_tlp=int(Tlp.CLEAR), sources=one.cited(),
    ).save(force_insert=True)  # fmt: skip
    _keep(texts, record, at=at)
    return True


def _change(record: Record, one: Editorial, *, at: datetime) -> bool:
    practice = Practice.objects.get(record=record)
    written = PracticeText.objects.filter(practice=practice, number=practice.number)
    same = {text.language: draft_of(text) for text in written} == {code: one.draft(code) for code in LANGUAGES}
    if same and practice.sources == one.cited() and practice.review_on == one.review_on:
        return False
    if not same:
        _keep(_texts(one, number=practice.number + 1, at=at), record, at=at)
    Practice.objects.filter(record=record).update(sources=one.cited(), review_on=one.review_on)
    titles, words = words_of(list(PracticeText.objects.filter(practice=practice, number=practice.number + (not same))))
    sharing.touch(record, expected=record.version, at=at, text=words, title=titles, port=None, threat=one.threat)
    return True


def _texts(one: Editorial, *, number: int, at: datetime) -> list[PracticeText]:
    texts = []
    for language in LANGUAGES:
        draft = one.draft(language)
        values = {name: getattr(draft, name) for name in FIELDS} | {"modi": list(draft.modi)}
        texts.append(PracticeText(id=new_id(), number=number, made_by_id=current_actor().person, made_at=at, **values))
    return texts


def _keep(texts: list[PracticeText], record: Record, *, at: datetime) -> None:
    for text in texts:
        text.practice_id = record.id
        text.save(force_insert=True)
    journal.write("practice.text", kind=KIND, record=record.id, at=at, number=texts[0].number)

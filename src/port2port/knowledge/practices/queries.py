"""Reading practices: lists, one, its versions, who uses it, what it belongs to. The policy says what one sees."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, NotFound, Problem
from port2port.knowledge.practices.models import Endorsement, Practice, PracticeFile, PracticeLink, PracticeText
from port2port.knowledge.practices.rules import LANGUAGES, MATURITIES, SOON, STATES, TOPICS
from port2port.knowledge.practices.shown import Shown, shown
from port2port.knowledge.practices.vocabulary import modi_codes
from port2port.members.acting import current_actor
from port2port.members.facts import facts, remember
from port2port.members.places import known_places
from port2port.reports.vocabulary import vocabulary
from port2port.sharing import queries as sharing
from port2port.sharing.queries import Slice, Where
from port2port.workgroups.links import Linked, resolved

KIND = "practice"
MOST_FOUND = 1000
MOST = 100
_JOINED = "join knowledge_practice pr on pr.record_id = p.record_id"
_SAYS = (
    "exists (select 1 from knowledge_practicetext t where t.practice_id = pr.record_id"
    " and t.number = coalesce(pr.published, pr.number) and {})"
)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: everything."""

    q: str = ""
    topic: str = ""
    maturity: str = ""
    language: str = ""
    port: str = ""
    modus_operandi: str = ""
    state: str = ""

    @property
    def any(self) -> bool:
        """Tell whether something is narrowed."""
        return self != Filters()


@dataclass(frozen=True)
class Listing:
    """A page of practices, and how many fit in all (more than 1,000 are not counted out)."""

    rows: list[Shown]
    slice: Slice
    count: int


def filter_problems(filters: Filters) -> list[Problem]:
    """Return what in these filters names nothing known."""
    return [
        Problem(name, _("This code is not known here."))
        for name, value, known in (
            ("topic", filters.topic, TOPICS),
            ("maturity", filters.maturity, MATURITIES),
            ("language", filters.language, LANGUAGES),
            ("port", filters.port, known_places().ports),
            ("modus_operandi", filters.modus_operandi, modi_codes()),
            ("state", filters.state, STATES),
        )
        if value and value not in known
    ]


def page(filters: Filters, *, at: datetime, cursor: str = "", size: int = 25) -> Listing:
    """Return a page of practices, newest first. Reading AMBER is journalled. Raises Invalid for what is unknown."""
    facets, where = _narrowed(filters)
    part = sharing.newest(KIND, facets=facets, where=where, cursor=cursor, size=size)
    found = shown(part.ids)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return Listing(found, part, sharing.count(KIND, facets=facets, where=where))


def practice(identifier: UUID, *, at: datetime, newest: bool = False) -> Shown:
    """Return one practice; reading AMBER is journalled. Raises NotFound, the same for absent and hidden."""
    found = shown([identifier], newest=newest)
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    sharing.note_reading(KIND, [found[0].record], at=at)
    return found[0]


def version_of(identifier: UUID) -> int:
    """Return the version of its envelope, for an ETag. Raises NotFound."""
    found = Practice.objects.filter(record_id=identifier).values_list("record__version", flat=True).first()
    if found is None:
        raise NotFound(kind=KIND, record=identifier)
    return int(found)


def published_number(identifier: UUID) -> int | None:
    """Return the version of a practice that readers have; None when there is none that the actor sees."""
    return Practice.objects.filter(record_id=identifier).values_list("published", flat=True).first()


def comparable(found: Shown) -> list[PracticeText]:
    """Return the texts of a practice that are compared with each other: of an editorial one those in one language."""
    return [one for one in versions(found.id) if one.language == found.text.language or not found.editorial]


def versions(identifier: UUID) -> list[PracticeText]:
    """Return the texts of a practice that the actor sees, oldest first, then by language."""
    return list(PracticeText.objects.filter(practice_id=identifier).order_by("number", "id"))


def endorsements(identifier: UUID) -> list[Endorsement]:
    """Return who says that it uses a practice, newest first."""
    found = list(Endorsement.objects.filter(practice_id=identifier).order_by("-at", "id"))
    for one in found:
        remember(one, "organisation", facts().organisations)
    return found


def own_endorsement(identifier: UUID) -> Endorsement | None:
    """Return what the own organisation says of its use."""
    organisation = current_actor().organisation
    if organisation is None:
        return None
    return Endorsement.objects.filter(practice_id=identifier, organisation_id=organisation).first()


def translations(identifier: UUID) -> list[Shown]:
    """Return the practices that say this one in another language."""
    ids = Practice.objects.filter(original_id=identifier).order_by("record_id").values_list("record_id", flat=True)
    return shown(list(ids[:MOST]))


@dataclass(frozen=True)
class Tie:
    """A link of a practice with what it leads to, for somebody who sees both."""

    id: UUID
    to: Linked


def ties(identifier: UUID) -> list[Tie]:
    """Return what a practice belongs to, as far as the actor sees it."""
    links = list(PracticeLink.objects.filter(practice_id=identifier).order_by("at", "id"))
    found = {one.id: one for one in resolved((link.kind, link.target_id) for link in links)}
    return [Tie(link.id, found[link.target_id]) for link in links if link.target_id in found]


def linked_to(target: UUID) -> list[Shown]:
    """Return the practices that belong to a record, newest first."""
    ids = PracticeLink.objects.filter(target_id=target).order_by("-at").values_list("practice_id", flat=True)
    return shown(list(ids[:MOST]))


def files(identifier: UUID) -> list[PracticeFile]:
    """Return the pictures and documents of a practice, in the order in which they were added."""
    return list(PracticeFile.objects.filter(practice_id=identifier).order_by("added_at", "id"))


def to_review() -> list[Shown]:
    """Return the own organisation's practices that wait for a second person who is not the actor's own writing."""
    actor = current_actor()
    ids = Practice.objects.filter(
        state="review", record__owner_id=actor.organisation, record__withdrawn_at=None
    ).values_list("record_id", flat=True)
    return [row for row in shown(list(ids[:MOST]), newest=True) if row.text.made_by_id != actor.person]


def to_look_at(*, today: date) -> list[Shown]:
    """Return the own organisation's published practices whose day of review comes near or has passed, oldest first."""
    ids = Practice.objects.filter(
        review_on__lte=today + SOON, published__isnull=False, record__owner_id=current_actor().organisation,
        record__withdrawn_at=None,
    ).order_by("review_on", "record_id").values_list("record_id", flat=True)  # fmt: skip
    return shown(list(ids[:MOST]))


def moved_on() -> list[Shown]:
    """Return the own organisation's translations of which the original says something newer."""
    ids = Practice.objects.filter(
        original__published__gt=F("original_number"), record__owner_id=current_actor().organisation,
        record__withdrawn_at=None,
    ).order_by("record_id").values_list("record_id", flat=True)  # fmt: skip
    return shown(list(ids[:MOST]))


def words_of(texts: list[PracticeText]) -> tuple[str, str]:
    """Return by what a practice is found: its titles, and what it says in every language it is written in."""
    titles = " ".join(one.title for one in texts)
    codes = {code for one in texts for code in one.modi}
    methods = [one for one in vocabulary().modi_operandi if one.code in codes]
    named = [f"{one.code} {' '.join(one.names.values())}" for one in methods]
    said = [
        " ".join((one.context, one.done, one.cost, one.outcome, one.wrong, one.conditions)) for one in texts
    ]  # fmt: skip
    return titles, " ".join([*said, *named])


def _narrowed(filters: Filters) -> tuple[dict[str, Any], Where]:
    conditions: list[str] = []
    arguments: list[Any] = []
    for condition, value in (
        (_SAYS.format("t.topic = %s"), filters.topic),
        (_SAYS.format("t.maturity = %s"), filters.maturity),
        (_SAYS.format("t.language = %s"), filters.language),
        (_SAYS.format("t.modi @> array[%s]::varchar[]"), filters.modus_operandi),
        ("case when knowledge_practice_own(pr.record_id) then pr.state else 'published' end = %s", filters.state),
    ):
        if value:
            conditions.append(condition)
            arguments.append(value)
    if filters.q:
        conditions.append("pr.record_id = any(%s)")
        arguments.append(sharing.found(filters.q, [KIND], most=MOST_FOUND))
    wrong = filter_problems(filters)
    if wrong:
        raise Invalid(wrong)
    facets = {"port": known_places().ports[filters.port].id} if filters.port else {}
    return facets, Where(_JOINED, " and ".join(conditions) or "true", tuple(arguments))

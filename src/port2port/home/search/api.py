"""The search of the API: it translates, calls the one query, and translates back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.home.search import queries
from port2port.home.search.beside import beside
from port2port.home.search.queries import Filters
from port2port.knowledge.experts.api import ExpertOut, expert_out
from port2port.members.data_files import label
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.sharing.api_shapes import Day, tlp_name
from port2port.site.reader import language

router = Router()
WORDS = "Words, all of which must occur; the last may be a beginning"
PARAMETERS = ("q", "kind", "port", "threat", "since", "until", "all", "size")


class SnippetPieceOut(Schema):
    """A piece of a text, and whether it is what was looked for."""

    text: str
    found: bool


class FoundOut(Schema):
    """Something that holds the words."""

    kind: str
    id: UUID
    url: str
    reference: str
    title: str
    snippet: list[SnippetPieceOut] = Field(description="The stretch of the text that holds most of the words, in order")
    language: str = Field(description='In which language it was written; "": in that of the answer')
    tlp: str
    shared_at: datetime


class SearchCorrectionOut(Schema):
    """A word that is not known, and the public words of the trade that were looked for too."""

    written: str
    words: list[str]


class ExplainedOut(Schema):
    """An acronym that was asked for, and what it means, in the language of the answer."""

    word: str
    means: str


class SearchCourseOut(Schema):
    """A course about what was asked for, named in the language of the answer."""

    slug: str = Field(description="As in `GET /courses/{slug}`")
    name: str
    minutes: int


class SearchReadyOut(Schema):
    """A campaign or page of the platform about what was asked, named in the language of the answer."""

    kind: str = Field(description='"campaign" or "culture"')
    slug: str
    name: str
    url: str = Field(description="Its address in this API")


class SearchOut(Schema):
    """What was found, best first."""

    items: list[FoundOut]
    count: int = Field(description="How many of the records you see match")
    capped: bool = Field(description="Whether only the newest 2,000 of them were ranked; `all` ranks every one")
    relaxed: bool = Field(description="Whether none holds all words, and these hold all but one")
    corrections: list[SearchCorrectionOut]
    topics: list[str] = Field(description="What the question is about: codes of `GET /experts/topics`, three at most")
    people: list[ExpertOut] = Field(description="Who declared to know about these topics, five at most")
    explained: list[ExplainedOut]
    courses: list[SearchCourseOut] = Field(
        description="Courses whose name or summary holds all the words, at most three"
    )
    ready: list[SearchReadyOut] = Field(
        description="Awareness campaigns and pages of the platform that hold all the words, at most three"
    )


class SearchQuery(Schema):
    """What a search is narrowed to."""

    kind: str = Field(
        "",
        max_length=20,
        description="Only this kind, as the hits name it; an unknown one is refused",
    )
    port: str = Field("", max_length=5, description="UN/LOCODE of a port")
    threat: str = Field("", max_length=40, description="Code of a threat")
    since: Day | None = Field(None, description="First day of sharing")
    until: Day | None = Field(None, description="Last day of sharing")
    every: bool = Field(False, alias="all", description="Rank all that match, not only the newest 2,000")

    def filters(self) -> Filters:
        """Return them as the query takes them."""
        return Filters(self.kind, self.port, self.threat, self.since, self.until, self.every)


@router.get("/search", response={200: SearchOut} | problems(), tags=["search"], operation_id="search")
def search(
    request: HttpRequest,
    narrowed: Query[SearchQuery],
    q: str = query(max_length=queries.LONGEST_QUERY, description=WORDS),
    size: int = query(25, ge=1, le=100, description="How many at most"),
) -> Any:
    """Return what you see that holds all the words, in any of the four languages, best first. Scope: read."""
    needs(request, "read")
    known_parameters(request, *PARAMETERS)
    if not q.strip():
        raise Invalid([Problem("q", _("Give at least one word."))])
    at = now()
    found = queries.search(q, narrowed.filters(), at=at, size=size)
    around = beside(found.asked, q, language=language(), today=at.date())
    return {
        "items": [
            {
                "kind": row.hit.kind,
                "id": row.hit.record.id,
                "url": row.hit.api,
                "reference": row.hit.reference,
                "title": row.hit.title,
                "snippet": [{"text": piece.text, "found": piece.found} for piece in row.snippet],
                "language": row.hit.language,
                "tlp": tlp_name(row.hit.record.tlp),
                "shared_at": row.hit.record.at,
            }
            for row in found.rows
        ],
        "count": found.count,
        "capped": found.capped,
        "relaxed": found.relaxed,
        "corrections": [{"written": written, "words": list(words)} for written, words in found.corrections],
        "topics": around.topics,
        "people": [expert_out(one) for one in around.people],
        "explained": [{"word": one.word, "means": one.means} for one in around.explained],
        "courses": [
            {"slug": one.head.slug, "name": one.head.label(language()), "minutes": one.head.minutes}
            for one in around.courses
        ],
        "ready": [
            {"kind": one.kind, "slug": one.slug, "name": label(one.names, language()), "url": one.api}
            for one in around.ready
        ],
    }

"""The API of the weakest link: the same cells as its page, by the same policy. It only translates."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.measures import queries as measure_queries
from port2port.measures.api_adoption_shapes import RestOut, rest_out
from port2port.measures.matrix import countries, queries
from port2port.measures.matrix.countries import CountryCell
from port2port.measures.matrix.queries import Chosen, Countered, Matrix, Row
from port2port.measures.matrix.rules import Cell, Cover
from port2port.measures.queries import Filters
from port2port.sharing.api_ground import known_parameters, needs, problems

router = Router(tags=["measures"])


class ChosenQuery(Schema):
    """What a matrix is narrowed to."""

    threat: str = Field("", description="Code of a threat")
    phase: str = Field("", description="Code of a phase the measures counter")
    objective: UUID | None = Field(None, description="Only measures that serve it")
    circle: UUID | None = Field(None, description="Only measures addressed to it")
    group: UUID | None = Field(None, description="Only measures put to the members in this working group's name")

    def chosen(self) -> Chosen:
        """Return it as a value. Raises Invalid for a code that is not known."""
        wrong = measure_queries.filter_problems(Filters(threat=self.threat, phase=self.phase))
        if wrong:
            raise Invalid(wrong)
        return Chosen(self.threat, self.phase, self.objective, self.circle, self.group)


class MatrixPortOut(Schema):
    """A port that you see whole, or a facility of yours."""

    code: str
    names: dict[str, str]
    country: str
    own: bool
    facility: bool
    neighbours: list[str]


class FoldedOut(Schema):
    """A measure at a place. `state` may be untold; `by`: on whose word (own, facilities, published or none)."""

    place: str
    state: str
    covers_at_least: float
    covers_at_most: float
    by: str
    since: date | None
    due: date | None
    progress: int | None
    facilities: int
    facilities_told: int
    facilities_in_place: int
    gap_since: date | None = Field(description="Since when more than half of its neighbours have closed it")


class MatrixRowOut(Schema):
    """A measure with its cells, and the others without names (null to whoever sees all by name)."""

    measure: UUID
    title: str
    state: str
    modi: list[str]
    cells: list[FoldedOut]
    rest: RestOut | None


class MatrixOut(Schema):
    """Measures by places. `named`: others stand in it by name; then it is TLP:RED for one circle of persons."""

    named: bool
    tlp: str
    places: list[MatrixPortOut]
    measures: list[MatrixRowOut]


class CoverOut(Schema):
    """What measures cover together at a place: bounds for any overlap, and the value if they were independent."""

    place: str
    at_least: float
    if_independent: float
    at_most: float
    measures_that_apply: int
    measures_told: int
    gap_since: date | None


class CounteredOut(Schema):
    """A modus operandi: the measures that counter it, and what they cover at each place."""

    modus_operandi: str
    measures: list[UUID]
    covers: list[CoverOut]


class CoverageOut(Schema):
    """What is countered where. `formula`: how the bounds are reckoned."""

    named: bool
    tlp: str
    formula: str
    places: list[MatrixPortOut]
    modi_operandi: list[CounteredOut]


class CountryCellOut(Schema):
    """A measure in a country: ports to which it applies, ports that have it in place, and mean bounds."""

    country: str
    ports: int
    in_place: int
    covers_at_least: float
    covers_at_most: float


class CountryRowOut(Schema):
    """A measure by country."""

    measure: UUID
    title: str
    countries: list[CountryCellOut]


class CountriesOut(Schema):
    """All member ports by country, at most 10,000 cells; `left_out`: measures that did not fit."""

    measures: list[CountryRowOut]
    left_out: int


FORMULA = "max(low) <= 1 - product(1 - (low + high) / 2) <= min(1, sum(high))"
PARAMETERS = tuple(ChosenQuery.model_fields)


@router.get("/matrix", response={200: MatrixOut} | problems(), summary="Measures by ports",
            operation_id="read_measure_matrix")  # fmt: skip
def matrix(request: HttpRequest, narrowed: Query[ChosenQuery]) -> Any:
    """Return the joint measures by the places you see, and the other ports as counts. Scope: read."""
    needs(request, "read")
    known_parameters(request, *PARAMETERS)
    found = queries.matrix(narrowed.chosen(), at=now())
    return _head(found) | {"measures": [_row(found, row) for row in found.rows]}


@router.get("/coverage", response={200: CoverageOut} | problems(), summary="What is countered where",
            operation_id="read_measure_coverage")  # fmt: skip
def coverage(request: HttpRequest, narrowed: Query[ChosenQuery]) -> Any:
    """Return by modus operandi what the measures against it cover together at the places you see. Scope: read."""
    needs(request, "read")
    known_parameters(request, *PARAMETERS)
    found, countered = queries.coverage(narrowed.chosen(), at=now())
    return _head(found) | {"formula": FORMULA, "modi_operandi": [_countered(found, one) for one in countered]}


@router.get("/matrix/countries", response={200: CountriesOut} | problems(403), summary="Measures by countries",
            operation_id="read_measure_countries")  # fmt: skip
def by_country(request: HttpRequest, narrowed: Query[ChosenQuery]) -> Any:
    """Return the joint measures by country, to whoever reads all ports by name. Scope: read."""
    needs(request, "read")
    known_parameters(request, *PARAMETERS)
    found = countries.by_country(narrowed.chosen(), at=now())
    rows = [
        {
            "measure": shown.id,
            "title": shown.version.title,
            "countries": [_country(code, cell) for code, cell in zip(found.codes, cells, strict=True)],
        }
        for shown, cells in found.rows
    ]
    return {"measures": rows, "left_out": found.left_out}


def _head(found: Matrix) -> dict[str, Any]:
    codes = {place.id: place.code for place in found.places}
    return {
        "named": found.named,
        "tlp": "RED" if found.named else "AMBER+STRICT",
        "places": [
            {
                "code": place.code, "names": dict(place.names), "country": place.country, "own": place.own,
                "facility": place.facility,
                "neighbours": [codes[key] for key in found.neighbours.get(place.id, ()) if key in codes],
            }
            for place in found.places
        ],
    }  # fmt: skip


def _row(found: Matrix, row: Row) -> dict[str, Any]:
    return {
        "measure": row.shown.id,
        "title": row.shown.version.title,
        "state": row.shown.measure.state,
        "modi": row.shown.version.modi,
        "cells": [
            _cell(place.code, cell, since) for place, cell, since in zip(found.places, row.cells, row.gaps, strict=True)
        ],
        "rest": rest_out(row.rest),
    }


def _cell(code: str, cell: Cell, since: date | None) -> dict[str, Any]:
    return {
        "place": code, "state": cell.state, "covers_at_least": cell.share.low, "covers_at_most": cell.share.high,
        "by": cell.by, "since": cell.since, "due": cell.due, "progress": cell.progress,
        "facilities": cell.facilities.total, "facilities_told": cell.facilities.told,
        "facilities_in_place": cell.facilities.states.get("in_place", 0), "gap_since": since,
    }  # fmt: skip


def _countered(found: Matrix, one: Countered) -> dict[str, Any]:
    return {
        "modus_operandi": one.code,
        "measures": [row.id for row in one.measures],
        "covers": [
            _cover(place.code, cover, since)
            for place, cover, since in zip(found.places, one.covers, one.gaps, strict=True)
        ],
    }


def _cover(code: str, cover: Cover, since: date | None) -> dict[str, Any]:
    return {
        "place": code, "at_least": cover.low, "if_independent": cover.middle, "at_most": cover.high,
        "measures_that_apply": cover.asked, "measures_told": cover.told, "gap_since": since,
    }  # fmt: skip


def _country(code: str, cell: CountryCell) -> dict[str, Any]:
    return {
        "country": code, "ports": cell.apply, "in_place": cell.states.get("in_place", 0),
        "covers_at_least": cell.low, "covers_at_most": cell.high,
    }  # fmt: skip

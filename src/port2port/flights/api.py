"""The API of flights: it translates, calls one query or one action, and translates back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.flights import actions, importing, queries
from port2port.flights.actions import Entry
from port2port.flights.api_shapes import (
    JSON_PATHS,
    FilterQuery,
    FlightIn,
    FlightPage,
    FlightsOut,
    FlightStateIn,
    FlightWithIdentifiers,
    ImportIn,
    ImportOut,
    SightingQuery,
    draft_from,
    flight_out,
    with_identifiers,
)
from port2port.flights.near import Sighting, window
from port2port.flights.rules import repeated
from port2port.flights.shown import shown
from port2port.flights.vocabulary import words
from port2port.members.places import known_places
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import named
from port2port.sharing.api_ground import (
    around,
    by_path,
    etag,
    expected_version,
    gone,
    has_already,
    known_parameters,
    needs,
    problems,
)
from port2port.sharing.tlp import Tlp

router = Router(tags=["flights"])
LARGEST_PAGE = 100


@router.get(
    "", response={200: FlightPage} | problems(), url_name="flights", summary="Flights you see, latest first",
    operation_id="list_flights",
)  # fmt: skip
def list_flights(
    request: HttpRequest,
    narrowed: Query[FilterQuery],
    cursor: str = query("", max_length=300, description="From `next` or `previous` of a page"),
    size: int = query(25, ge=1, le=LARGEST_PAGE, description="Flights on a page"),
) -> Any:
    """Return a page of the authorised flights this token's holder sees, the latest to begin first. Scope: read."""
    needs(request, "read")
    known_parameters(request, *FilterQuery.model_fields, "cursor", "size")
    filters = narrowed.filters()
    wrong = queries.filter_problems(filters)
    if wrong:
        raise Invalid(wrong)
    found = queries.page(filters, at=now(), cursor=cursor, size=size)

    return {
        "items": [flight_out(row) for row in found.rows],
        "count": found.count,
        **around(request, found.slice),
    }


@router.post("", response={201: FlightWithIdentifiers} | problems(409), summary="Enter an authorised flight",
             operation_id="enter_flight")  # fmt: skip
def enter(request: HttpRequest, sent: FlightIn) -> Any:
    """Enter a flight, on each day to `repeat_until`; the answer is the first. All or none. Scope: report."""
    needs(request, "report")
    at = now()
    draft, until = draft_from(sent, known_places())
    drafts = [draft]
    if until is not None:
        zone, most = timezone.get_default_timezone(), words().limits.most_repeats
        first = draft.starts_at.astimezone(zone).date()
        if until < first:
            raise Invalid([Problem("repeat_until", _("This lies before the first day."))])
        if (until - first).days >= most:
            raise Invalid([Problem("repeat_until", _("At most %(n)d days at a time.") % {"n": most})])
        drafts = repeated(draft, until, zone)
    to = sent.audience
    try:
        made = actions.enter_flights(
            entries=[Entry(one) for one in drafts],
            to=named(to.circles, to.persons, Tlp.parse(to.tlp)) if to is not None else None,
            at=at,
        )
    except Invalid as error:
        raise by_path(error, JSON_PATHS) from error
    return Status(201, with_identifiers(shown([made[0].record_id], at=at)[0]))


@router.get("/at", response={200: FlightsOut} | problems(), url_name="flights_at",
            summary="Authorised flights at a place and time", operation_id="flights_at")  # fmt: skip
def flights_at(request: HttpRequest, seen: Query[SightingQuery]) -> Any:
    """Return the authorised flights that may be what somebody saw, as the report form shows them. Scope: read.

    The time is widened by a quarter of an hour, the place by a kilometre and a half. None that you may not see.
    """
    needs(request, "read")
    known_parameters(request, *SightingQuery.model_fields)
    if (seen.lat is None) != (seen.lon is None):
        raise Invalid([Problem("lon" if seen.lon is None else "lat", _("This is needed."))])
    if seen.lat is None and seen.port not in known_places().ports:
        raise Invalid([Problem("port", _("Give a position, or a port of the network."))])
    around = window(
        seen.occurred_at, seen.occurred_precision, seen.occurred_margin, words().near, timezone.get_default_timezone()
    )
    if around is None:
        return {"items": []}
    found = queries.authorised(Sighting(*around, seen.port, seen.lat, seen.lon), at=now())
    return {"items": [flight_out(one) for one in found]}


@router.post("/import", response={200: ImportOut} | problems(409, 413), summary="Take in a CSV of flights",
             operation_id="import_flights")  # fmt: skip
def import_csv(request: HttpRequest, sent: ImportIn) -> Any:
    """Say what a file would do, or do it: all rows or none. A second time changes nothing. Scope: report."""
    needs(request, "report")
    data = sent.csv.encode()
    done = importing.plan(data, at=now()) if sent.dry_run else importing.import_flights(data=data, at=now())
    return {
        "dry_run": sent.dry_run,
        "new": [line.draft.reference for line in done.new],
        "known": [line.draft.reference for line in done.known],
    }


@router.get(
    "/{uuid:flight}", response={200: FlightWithIdentifiers} | problems(404, 410), url_name="flight",
    summary="One flight", operation_id="read_flight",
    openapi_extra={"responses": {304: {"description": "You have this version already"}}},
)  # fmt: skip
def read(
    request: HttpRequest,
    response: HttpResponse,
    flight: UUID,
    if_none_match: str = header("", alias="If-None-Match", description="ETag you have already"),
) -> Any:
    """Return a flight, with its version as ETag; 304 when you have it, 410 when it was withdrawn. Scope: read."""
    needs(request, "read")
    try:
        version = queries.version_of(flight)
        if has_already(if_none_match, version):
            return HttpResponse(status=304, headers={"ETag": etag(version)})
        found = queries.flight(flight, at=now())
    except NotFound as error:
        raise gone(flight, error) from error
    response["ETag"] = etag(found.record.version)
    return with_identifiers(found)


@router.post("/{uuid:flight}/state", response={200: FlightWithIdentifiers} | problems(404, 409, 412),
             summary="Say that a flight began, ended, or does not fly", operation_id="turn_flight")  # fmt: skip
def turn(
    request: HttpRequest,
    response: HttpResponse,
    flight: UUID,
    sent: FlightStateIn,
    if_match: str = header("", alias="If-Match", description="ETag; left out: whatever the version is"),
) -> Any:
    """Turn a flight that your organisation looks after; all who know of it see it. Scope: report."""
    needs(request, "report")
    at, record = now(), sharing.record(flight, queries.KIND)
    expected = expected_version(if_match, record) if if_match else None
    actions.turn_flight(flight, act=sent.act, at=at, expected=expected)
    found = shown([flight], at=at)[0]
    response["ETag"] = etag(found.record.version)
    return with_identifiers(found)


@router.post("/{uuid:flight}/recognition", response={200: FlightWithIdentifiers} | problems(404, 409),
             summary="Say that what you saw was this flight", operation_id="recognise_flight")  # fmt: skip
def recognise(request: HttpRequest, flight: UUID) -> Any:
    """Count that you saw it and send no report; the desk that flies learns how many did, never who. Scope: report."""
    needs(request, "report")
    actions.recognise_flight(flight, at=now())
    return with_identifiers(shown([flight], at=now())[0])

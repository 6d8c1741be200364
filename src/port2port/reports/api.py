"""The API of reports: it translates, calls one query or one action, and translates back."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.flights.api_shapes import FlightsOut, flight_out
from port2port.members.places import known_places
from port2port.members.shielding import under_alias
from port2port.reports import actions, addressing, queries, vocabulary
from port2port.reports.api_observables import observables_from
from port2port.reports.api_shapes import (
    JSON_PATHS,
    AudienceChange,
    FilterQuery,
    ReportIn,
    ReportMade,
    ReportOut,
    ReportPage,
    ReportPatch,
    WithdrawalIn,
    changes_of,
    draft_from,
    report_out,
    reports_out,
)
from port2port.reports.authorised import flights_at
from port2port.reports.defaults import default_choice
from port2port.reports.drafts import draft_of
from port2port.reports.queries import KIND
from port2port.reports.rules import problems_of, title_of
from port2port.reports.shown import Shown, made, shown
from port2port.sharing import queries as sharing
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, Reporter, named, reporter
from port2port.sharing.api_ground import (
    Gone,
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
from port2port.sharing.api_shapes import AudienceIn
from port2port.sharing.default_bases import default_basis
from port2port.sharing.tlp import Tlp

router = Router(tags=["reports"])
LARGEST_PAGE = 100


@router.get(
    "", response={200: ReportPage} | problems(), url_name="reports", summary="Reports you see, newest first",
    operation_id="list_reports",
)  # fmt: skip
def list_reports(
    request: HttpRequest,
    narrowed: Query[FilterQuery],
    cursor: str = query("", max_length=300, description="From `next` or `previous` of a page"),
    size: int = query(25, ge=1, le=LARGEST_PAGE, description="Reports on a page"),
) -> Any:
    """Return a page of the reports this token's holder sees, newest shared first. Scope: read."""
    needs(request, "read")
    known_parameters(request, *FilterQuery.model_fields, "cursor", "size")
    filters = narrowed.filters()
    wrong = queries.filter_problems(filters, vocabulary.vocabulary(), known_places())
    if wrong:
        raise Invalid(wrong)
    found = queries.open_reports(filters, at=now(), cursor=cursor, size=size)

    return {
        "items": reports_out(found.rows),
        "count": found.count,
        **around(request, found.slice),
    }


@router.post(
    "", response={201: ReportMade} | problems(409), summary="Share a report", operation_id="share_report",
)  # fmt: skip
def share(request: HttpRequest, sent: ReportIn) -> Any:
    """Make a report with its audience from the first moment. Scope: report.

    The answer holds the authorised flights at that place and time; ask for them before with `GET /flights/at`.
    """
    needs(request, "report")
    at = now()
    who = reporter()
    draft = draft_from(sent)
    try:
        to = addressed(sent.audience or AudienceIn.model_validate({}), sent.threat, who, port=sent.place.port)
        observables = observables_from(sent.observables)
        with under_alias(sent.protect.may_know if sent.protect else None):
            report = actions.share_report(
                draft=draft,
                to=to,
                terms=terms_of(sent, who),
                at=at,
                who=who,
                observables=observables,
                nobodys=sent.nobodys,
                flights_shown=sent.flights_shown,
            )
            found = made(report)
            answer = report_out(found, fresh=True) | {"flights": [flight_out(one) for one in flights_at(found, at=at)]}
    except Invalid as error:  # whatever was refused first, everything that is wrong is named
        wrong = problems_of(draft, vocabulary.vocabulary(), known_places(), at=at)
        there = {p.field for p in wrong}
        raise by_path(Invalid([*wrong, *(p for p in error.problems if p.field not in there)]), JSON_PATHS) from error
    return Status(201, answer)


@router.get(
    "/{uuid:report}", response={200: ReportOut} | problems(404, 410), url_name="report", summary="One report",
    operation_id="read_report", openapi_extra={"responses": {304: {"description": "You have this version already"}}},
)  # fmt: skip
def read(
    request: HttpRequest,
    response: HttpResponse,
    report: UUID,
    if_none_match: str = header("", alias="If-None-Match", description="ETag you have already"),
) -> Any:
    """Return a report, with its version as ETag; 304 when you have it, 410 when it was withdrawn. Scope: read."""
    needs(request, "read")
    try:
        version = queries.version_of(report)
        if has_already(if_none_match, version):
            return HttpResponse(status=304, headers={"ETag": etag(version)})
        found = queries.report(report, at=now())
    except NotFound as error:
        raise gone(report, error) from error
    response["ETag"] = etag(found.record.version)
    return report_out(found)


@router.get(
    "/{uuid:report}/flights", response={200: FlightsOut} | problems(404), url_name="report_flights",
    summary="Authorised flights at a report's place and time", operation_id="report_flights",
)  # fmt: skip
def flights_of(request: HttpRequest, report: UUID) -> Any:
    """Return the authorised flights at the place and time of a report about a drone that you see too. Scope: read."""
    needs(request, "read")
    at = now()
    return {"items": [flight_out(one) for one in flights_at(queries.report(report, at=at), at=at)]}


@router.patch(
    "/{uuid:report}", response={200: ReportOut} | problems(404, 409, 412, 428), summary="Change a report",
    operation_id="change_report",
)  # fmt: skip
def change(
    request: HttpRequest,
    response: HttpResponse,
    report: UUID,
    sent: ReportPatch,
    if_match: str = header("", alias="If-Match", description="ETag of the version you are changing"),
) -> Any:
    """Change what you name; the history keeps what stood there before. Scope: report."""
    needs(request, "report")
    at = now()
    found = queries.report(report, at=at)
    expected = expected_version(if_match, found.record)
    changes = changes_of(sent)
    try:
        if changes:
            before = draft_of(found.report, found.record, known_places())
            if "title" not in changes and "text" in changes and before.title == title_of(replace(before, title="")):
                changes["title"] = ""  # it was the first sentence; it follows the text
            draft = replace(before, **changes)
            actions.edit_report(report, draft=draft, expected=expected, at=at, nobodys=sent.nobodys)
            expected = queries.version_of(report)
        if sent.state == "closed":
            actions.close_report(report, expected=expected, at=at, outcome=sent.outcome)
        elif sent.state == "open":
            actions.reopen_report(report, expected=expected, at=at)
    except Invalid as error:
        raise by_path(error, JSON_PATHS) from error
    return _answer(report, response)


@router.post(
    "/{uuid:report}/withdrawal", response={200: ReportOut} | problems(404, 409, 412), summary="Withdraw a report",
    operation_id="withdraw_report",
)  # fmt: skip
def withdraw(
    request: HttpRequest,
    response: HttpResponse,
    report: UUID,
    sent: WithdrawalIn,
    if_match: str = header("", alias="If-Match", description="ETag; left out: whatever the version is"),
) -> Any:
    """Take it back: all who had it are told, only its author still reads it. Scope: report."""
    needs(request, "report")
    expected = expected_version(if_match, sharing.record(report, KIND)) if if_match else None
    actions.withdraw_report(report, reason=sent.reason, at=now(), expected=expected)
    return _answer(report, response)


@router.post(
    "/{uuid:report}/audience", response={200: ReportOut} | problems(404, 409, 412), summary="Share with more or fewer",
    operation_id="change_audience",
)  # fmt: skip
def change_audience(
    request: HttpRequest,
    response: HttpResponse,
    report: UUID,
    sent: AudienceChange,
    if_match: str = header("", alias="If-Match", description="ETag; left out: whatever the version is"),
) -> Any:
    """Let more circles or persons see it, or keep only some. Scope: report; widening needs a role that may share."""
    needs(request, "report")
    record = sharing.record(report, KIND)
    expected = expected_version(if_match, record) if if_match else None
    tlp = Tlp.parse(sent.tlp) if sent.tlp else Tlp(record.tlp)
    to = named(sent.circles, sent.persons, tlp)
    try:
        if sent.act == "widen":
            to = to if to.addressed else Addressing(tuple(record.addressed), tlp)
            actions.widen_report(report, to=to, at=now(), expected=expected, nobodys=sent.nobodys)
        else:
            actions.narrow_report(report, keep=to.addressed, tlp=tlp, at=now(), expected=expected)
    except Invalid as error:
        names = {"audience": "circles"}
        raise Invalid([Problem(names.get(p.field, p.field), p.message) for p in error.problems]) from error
    return _answer(report, response)


def addressed(sent: AudienceIn, threat: str, who: Reporter, *, port: str = "") -> Addressing:
    """Return who should know: by hand, by choice, or the default for the threat. Raises Invalid."""
    tlp = Tlp.parse(sent.tlp) if sent.tlp else None
    if sent.circles or sent.persons:
        if sent.choice:
            raise Invalid([Problem("audience.choice", _("Give a choice, or circles and persons, not both."))])
        return named(sent.circles, sent.persons, tlp if tlp is not None else Tlp.AMBER)
    if not sent.choice and threat not in {t.code for t in vocabulary.threats()}:
        raise Invalid([])  # the threat itself is refused; nothing more can be said of the audience
    choice = sent.choice or default_choice(vocabulary.threat(threat), who.roles)
    offers = addressing.offered(who, known_places(), port=port, only=choice)
    if not offers and not sent.choice:
        offers = addressing.offered(who, known_places(), port=port)
        choice = addressing.suggested(threat, who, offers)
    found = addressing.addressing_of(choice, offers)
    return Addressing(found.addressed, tlp if tlp is not None else found.tlp, found.read)


def terms_of(sent: ReportIn, who: Reporter) -> Terms:
    """Return the terms as sent; what was left out follows from threat and organisation."""
    default = addressing.terms_for(sent.threat, who, personal_data=sent.personal_data)
    purpose = sent.purpose or default.purpose
    organisation = who.organisation
    basis = sent.legal_basis or default_basis(
        purpose,
        organisation_kind=organisation.kind if organisation else "",
        public=organisation.public if organisation else True,
    )
    pap = Tlp[sent.pap] if sent.pap else default.pap
    return Terms(purpose=purpose, legal_basis=basis, pap=pap, personal_data=sent.personal_data)


def _answer(report: UUID, response: HttpResponse) -> dict[str, Any]:
    found: list[Shown] = shown([report])
    if not found:  # narrowed or withdrawn by someone who does not keep it
        raise Gone(_("Done; you do not see it any more."))
    response["ETag"] = etag(found[0].record.version)
    return report_out(found[0])

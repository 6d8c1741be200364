"""The API of alerts: it translates, calls one query or one action, and translates back."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.alerts import actions, queries
from port2port.alerts.api_shapes import (
    AcknowledgementIn,
    AlertIn,
    AlertOut,
    AlertPage,
    AlertWithAnswers,
    CancellationIn,
    ContentIn,
    FilterQuery,
    WideningIn,
    alert_out,
    draft_from,
    with_answers,
)
from port2port.alerts.exporting import take_out
from port2port.alerts.models import Alert
from port2port.alerts.shown import shown
from port2port.alerts.suppliers.addressing import DEFAULT_TLP
from port2port.alerts.vocabulary import vocabulary
from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.reports import addressing
from port2port.reports.api import addressed
from port2port.reports.api_shapes import WithdrawalIn
from port2port.reports.pages_files import FORMS
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing, named, reporter
from port2port.sharing.api_ground import (
    around,
    etag,
    expected_version,
    gone,
    has_already,
    known_parameters,
    needs,
    problems,
)
from port2port.sharing.api_shapes import AudienceIn
from port2port.sharing.tlp import Tlp
from port2port.site.downloads import as_download

router = Router(tags=["alerts"])
LARGEST_PAGE = 100
FILE_TYPES: dict[str, Any] = {kind.split(";")[0]: {} for kind in FORMS.values()}


@router.get(
    "", response={200: AlertPage} | problems(), url_name="alerts", summary="Alerts you see, newest first",
    operation_id="list_alerts",
)  # fmt: skip
def list_alerts(
    request: HttpRequest,
    narrowed: Query[FilterQuery],
    cursor: str = query("", max_length=300, description="From `next` or `previous` of a page"),
    size: int = query(25, ge=1, le=LARGEST_PAGE, description="Alerts on a page"),
) -> Any:
    """Return a page of the alerts this token's holder sees, newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request, *FilterQuery.model_fields, "cursor", "size")
    filters = narrowed.filters()
    wrong = queries.filter_problems(filters)
    if wrong:
        raise Invalid(wrong)
    found = queries.page(filters, at=now(), cursor=cursor, size=size)

    return {
        "items": [alert_out(row) for row in found.rows],
        "count": found.count,
        **around(request, found.slice),
    }


@router.post("", response={201: AlertOut} | problems(409), summary="Raise an alert", operation_id="raise_alert")
def raise_alert(request: HttpRequest, sent: AlertIn) -> Any:
    """Warn those who must know. Scope: report."""
    needs(request, "report")
    at = now()
    draft = draft_from(sent, at=at)
    who = reporter()
    threat = next((event.threat for event in vocabulary().events if event.code == draft.event), "")
    port = next((area.port for area in sent.areas if area.port), "")
    who_else = sent.audience or AudienceIn.model_validate({})
    if sent.systems:
        draft = replace(draft, systems=tuple(system.system() for system in sent.systems))
        to = _mark_of(who_else)
    else:
        to = addressed(who_else, threat or "other", who, port=port)
    raised = actions.raise_alert(
        draft=draft, to=to, terms=addressing.terms_for(threat, who), at=at, report=sent.report
    )  # fmt: skip
    return Status(201, _out(raised))


def _mark_of(sent: AudienceIn) -> Addressing:
    """Return the TLP of a supplier alert. Raises Invalid when somebody was chosen besides."""
    if sent.choice or sent.circles or sent.persons:
        message = _("What goes to the users of a supplier goes to nobody else but your own organisation.")
        raise Invalid([Problem("audience", message)])
    return Addressing((), Tlp.parse(sent.tlp) if sent.tlp else DEFAULT_TLP)


@router.get(
    "/file", response={200: Any} | problems(), url_name="alerts_file", summary="The alerts you see as a file",
    operation_id="export_alerts", openapi_extra={"responses": {200: {"content": FILE_TYPES}}},
)  # fmt: skip
def take_file(
    request: HttpRequest, narrowed: Query[FilterQuery], format: str = query("csv", description="csv or xlsx")
) -> Any:
    """Return the alerts that fit, at most 10,000, without TLP:RED, numbered and journalled. Scope: export."""
    needs(request, "export")
    known_parameters(request, *FilterQuery.model_fields, "format")
    filters = narrowed.filters()
    wrong = queries.filter_problems(filters)
    if format not in FORMS:
        wrong.append(Problem("format", _("Choose csv or xlsx.")))
    if wrong:
        raise Invalid(wrong)
    file = take_out(filters, format, at=now())
    return as_download(file.body, file.name, FORMS[format])


@router.get(
    "/{uuid:alert}", response={200: AlertWithAnswers} | problems(404, 410), url_name="alert", summary="One alert",
    operation_id="read_alert", openapi_extra={"responses": {304: {"description": "You have this version already"}}},
)  # fmt: skip
def read(
    request: HttpRequest,
    response: HttpResponse,
    alert: UUID,
    if_none_match: str = header("", alias="If-None-Match", description="ETag you have already"),
) -> Any:
    """Return an alert and the answers you may see; 410 when it was withdrawn. Scope: read.

    Its ETag is its version, which answers of desks do not change: ask without If-None-Match to read new ones.
    """
    needs(request, "read")
    try:
        version = queries.version_of(alert)
        if has_already(if_none_match, version):
            return HttpResponse(status=304, headers={"ETag": etag(version)})
        found = queries.alert(alert, at=now())
    except NotFound as error:
        raise gone(alert, error) from error
    response["ETag"] = etag(found.record.version)
    return with_answers(found)


@router.post(
    "/{uuid:alert}/acknowledgement", response={200: AlertWithAnswers} | problems(404, 409),
    summary="Acknowledge an alert", operation_id="acknowledge_alert",
)  # fmt: skip
def acknowledge(request: HttpRequest, alert: UUID, sent: AcknowledgementIn) -> Any:
    """Say for your desk that the alert was read, and what was done. The first counts, later ones add. Scope: report."""
    needs(request, "report")
    actions.acknowledge(alert, done=sent.done, at=now())
    return with_answers(shown([alert], at=now())[0])


@router.post(
    "/{uuid:alert}/update", response={201: AlertOut} | problems(404, 409, 412), summary="Update an alert",
    operation_id="update_alert",
)  # fmt: skip
def update(
    request: HttpRequest,
    alert: UUID,
    sent: ContentIn,
    if_match: str = header("", alias="If-Match", description="ETag; left out: whatever the version is"),
) -> Any:
    """Put a new version in its place, for exactly those who were warned; it is a message of its own. Scope: report."""
    needs(request, "report")
    at, record = now(), sharing.record(alert, queries.KIND)
    expected = expected_version(if_match, record) if if_match else None
    draft = draft_from(sent, at=at, status=shown([alert], at=at)[0].alert.status)
    return Status(201, _out(actions.update_alert(alert, draft=draft, at=at, expected=expected)))


@router.post(
    "/{uuid:alert}/cancellation", response={201: AlertOut} | problems(404, 409, 412), summary="Cancel an alert",
    operation_id="cancel_alert",
)  # fmt: skip
def cancel(
    request: HttpRequest,
    alert: UUID,
    sent: CancellationIn,
    if_match: str = header("", alias="If-Match", description="ETag; left out: whatever the version is"),
) -> Any:
    """Say that it no longer applies, to exactly those who were warned; it is a message of its own. Scope: report."""
    needs(request, "report")
    record = sharing.record(alert, queries.KIND)
    expected = expected_version(if_match, record) if if_match else None
    made = actions.cancel_alert(alert, reason=sent.reason, at=now(), expected=expected, language=sent.language)
    return Status(201, _out(made))


@router.post(
    "/{uuid:alert}/audience", response={200: AlertOut} | problems(404, 409, 412), summary="Warn more",
    operation_id="widen_alert",
)  # fmt: skip
def widen(
    request: HttpRequest,
    alert: UUID,
    sent: WideningIn,
    if_match: str = header("", alias="If-Match", description="ETag; left out: whatever the version is"),
) -> Any:
    """Warn more circles or persons by the same message. Scope: report; it needs a role that may share."""
    needs(request, "report")
    record = sharing.record(alert, queries.KIND)
    expected = expected_version(if_match, record) if if_match else None
    to = named(sent.circles, sent.persons, Tlp.parse(sent.tlp) if sent.tlp else Tlp(record.tlp))
    actions.widen_alert(alert, to=to, at=now(), expected=expected)
    return alert_out(shown([alert], at=now())[0])


@router.post(
    "/{uuid:alert}/withdrawal", response={200: AlertOut} | problems(404, 409, 412), summary="Withdraw an alert",
    operation_id="withdraw_alert",
)  # fmt: skip
def withdraw(
    request: HttpRequest,
    alert: UUID,
    sent: WithdrawalIn,
    if_match: str = header("", alias="If-Match", description="ETag; left out: whatever the version is"),
) -> Any:
    """Take back what should never have been sent; all who had it are told, and read it no more. Scope: report."""
    needs(request, "report")
    record = sharing.record(alert, queries.KIND)
    expected = expected_version(if_match, record) if if_match else None
    actions.withdraw_alert(alert, reason=sent.reason, at=now(), expected=expected)
    return alert_out(shown([alert], at=now())[0])


def _out(alert: Alert) -> dict[str, Any]:
    return alert_out(shown([alert.record_id], at=now())[0])

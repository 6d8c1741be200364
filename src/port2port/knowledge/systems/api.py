"""The API of the register of systems: it translates, calls one query or one action, and translates back.

It stands beside `/systems`, the private register by which alerts find the users of a supplier.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.knowledge.systems import actions, queries
from port2port.knowledge.systems.api_shapes import (
    InstallationIn,
    InstallationOut,
    InstallationWithProcurement,
    InstalledIn,
    MeasurementOut,
    ProcurementIn,
    ProcurementOut,
    ProductList,
    ProductWithSites,
    ResultIn,
    installation_out,
    procurement_out,
    product_out,
    result_out,
    with_sites,
)
from port2port.knowledge.systems.exporting import take_out
from port2port.knowledge.systems.queries import KIND, MEASUREMENT, PROCUREMENT, Filters
from port2port.knowledge.systems.vocabulary import codes, threat_of
from port2port.reports.api import addressed
from port2port.reports.api_shapes import WithdrawalIn
from port2port.reports.pages_files import FORMS
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing, named, reporter
from port2port.sharing.api_ground import (
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
from port2port.sharing.tlp import Tlp
from port2port.site.downloads import as_download

router = Router(tags=["systems compared"])
PATHS = {
    "rights": "rights_assessment.state", "rights_on": "rights_assessment.on",
    "rights_reason": "rights_assessment.reason", "privacy": "privacy_assessment.state",
    "privacy_on": "privacy_assessment.on", "privacy_reason": "privacy_assessment.reason",
}  # fmt: skip
FILE_TYPES: dict[str, Any] = {kind.split(";")[0]: {} for kind in FORMS.values()}
BASED_ON = header("", alias="If-Match", description="ETag of what is changed")
KNOWN = header("", alias="If-None-Match", description="ETag you have already")
WORDS = query("", max_length=200, description="Words, all of which must occur")
KIND_QUERY = query("", max_length=20, description="Code of a kind of system")


def _filters(kind: str, q: str) -> Filters:
    if kind and kind not in codes("kinds"):
        raise Invalid([Problem("kind", _("This code is not known here."))])
    return Filters(kind, q)


def _to(sent: AudienceIn | None, kind: str, otherwise: Addressing) -> Addressing:
    return otherwise if sent is None else addressed(sent, threat_of(kind) or "other", reporter())


@router.get("/products", response={200: ProductList} | problems(), url_name="system_products",
            summary="Systems compared over the sites you see", operation_id="list_system_products")  # fmt: skip
def list_products(request: HttpRequest, kind: str = KIND_QUERY, q: str = WORDS) -> Any:
    """Return products with what their sites tell together, pooled over what this token sees. Scope: read."""
    needs(request, "read")
    known_parameters(request, "kind", "q")
    return {"items": [product_out(one) for one in queries.products(_filters(kind, q), at=now())]}


@router.get("/products/{product}", response={200: ProductWithSites} | problems(404), url_name="system_product",
            summary="One product, site by site", operation_id="read_system_product")  # fmt: skip
def read_product(request: HttpRequest, product: str) -> Any:
    """Return a product with the sites this token sees. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return with_sites(queries.product(product, at=now()))


@router.get("/file", response={200: Any} | problems(), url_name="systems_file", summary="The comparison as a file",
            operation_id="export_systems",
            openapi_extra={"responses": {200: {"content": FILE_TYPES}}})  # fmt: skip
def take_file(request: HttpRequest, format: str = query("csv", description="csv or xlsx"), kind: str = KIND_QUERY,
              q: str = WORDS) -> Any:  # fmt: skip
    """Return the comparison as CSV or XLSX, numbered and journalled. Scope: export."""
    needs(request, "export")
    known_parameters(request, "format", "kind", "q")
    if format not in FORMS:
        raise Invalid([Problem("format", _("Choose csv or xlsx."))])
    file = take_out(_filters(kind, q), format, at=now())
    return as_download(file.body, file.name, FORMS[format])


@router.post("/installations", response={201: InstallationOut} | problems(409), url_name="installations",
             summary="Enter a system in use", operation_id="enter_installation")  # fmt: skip
def install(request: HttpRequest, sent: InstallationIn) -> Any:
    """Enter a system that your organisation uses. Scope: report."""
    needs(request, "report")
    to = _to(sent.audience, sent.kind, named(["all-members"], [], Tlp.GREEN))
    try:
        made = actions.install(one=sent.value(), place=sent.place, to=to, at=now())
    except Invalid as error:
        raise by_path(error, PATHS) from error
    return Status(201, installation_out(queries.shown([made.record_id])[0]))


@router.get("/installations/{uuid:installation}", response={200: InstallationWithProcurement} | problems(404, 410),
            url_name="installation", summary="One installation", operation_id="read_installation",
            openapi_extra={"responses": {304: {"description": "You have this version already"}}})  # fmt: skip
def read(request: HttpRequest, response: HttpResponse, installation: UUID, if_none_match: str = KNOWN) -> Any:
    """Return an installation with the results and the procurement this token sees; 410 when it was withdrawn.

    Its ETag is its own version, which results do not change: ask without If-None-Match to read new ones. Scope: read.
    """
    needs(request, "read")
    try:
        version = sharing.record(installation, KIND).version
        if has_already(if_none_match, version):
            return HttpResponse(status=304, headers={"ETag": etag(version)})
        found = queries.installation(installation, at=now())
    except NotFound as error:
        raise gone(installation, error) from error
    response["ETag"] = etag(version)
    annexes = [one for one in queries.annexes(installation, at=now()) if not one.withdrawn]
    return {**installation_out(found), "procurement": [procurement_out(one) for one in annexes]}


@router.put("/installations/{uuid:installation}", response={200: InstallationOut} | problems(404, 409, 412, 428),
            summary="Change what is said of an installation", operation_id="change_installation")  # fmt: skip
def change(request: HttpRequest, installation: UUID, sent: InstalledIn, if_match: str = BASED_ON) -> Any:
    """Change what is said of an installation; who sees it stays. Scope: report."""
    needs(request, "report")
    expected = expected_version(if_match, sharing.record(installation, KIND))
    try:
        actions.change_installation(installation, one=sent.value(), place=sent.place, at=now(), expected=expected)
    except Invalid as error:
        raise by_path(error, PATHS) from error
    return installation_out(queries.shown([installation])[0])


@router.post("/installations/{uuid:installation}/results", response={201: MeasurementOut} | problems(404, 409),
             url_name="installation_results", summary="Add a measured result",
             operation_id="add_system_result")  # fmt: skip
def add_result(request: HttpRequest, installation: UUID, sent: ResultIn) -> Any:
    """Add what an installation of your organisation did in a period. Scope: report."""
    needs(request, "report")
    of = queries.installation(installation, at=now())
    same = Addressing(tuple(of.record.addressed), Tlp(of.record.tlp))
    to = _to(sent.audience, of.installation.kind, same)
    made = actions.add_result(installation, one=sent.value(), to=to, at=now())
    return Status(201, result_out(queries.result(made.record_id)))


@router.post("/installations/{uuid:installation}/procurement", response={201: ProcurementOut} | problems(404, 409),
             url_name="installation_procurement", summary="Add a procurement annex",
             operation_id="add_procurement")  # fmt: skip
def add_procurement(request: HttpRequest, installation: UUID, sent: ProcurementIn) -> Any:
    """Add what is sensitive in procurement, for an audience of its own. Scope: report."""
    needs(request, "report")
    of = queries.installation(installation, at=now())
    to = addressed(sent.audience or AudienceIn.model_validate({"choice": "my-organisation"}), "other", reporter())
    made = actions.add_procurement(of.id, one=sent.value(), to=to, at=now())
    return Status(201, procurement_out(queries.annex(made.record_id)))


@router.post("/installations/{uuid:installation}/withdrawal", response={204: None} | problems(404, 409),
             url_name="installation_withdrawal", summary="Withdraw an installation with its parts",
             operation_id="withdraw_installation")  # fmt: skip
def withdraw(request: HttpRequest, installation: UUID, sent: WithdrawalIn) -> Any:
    """Take an installation back with all that was measured there; all who had it are told. Scope: report."""
    needs(request, "report")
    actions.withdraw(installation, KIND, reason=sent.reason, at=now())
    return Status(204, None)


@router.post("/results/{uuid:measurement}/withdrawal", response={204: None} | problems(404, 409),
             url_name="system_result_withdrawal", summary="Withdraw a result",
             operation_id="withdraw_system_result")  # fmt: skip
def withdraw_result(request: HttpRequest, measurement: UUID, sent: WithdrawalIn) -> Any:
    """Take a result back that was wrong; enter it again. Scope: report."""
    needs(request, "report")
    actions.withdraw(measurement, MEASUREMENT, reason=sent.reason, at=now())
    return Status(204, None)


@router.post("/procurement/{uuid:procurement}/withdrawal", response={204: None} | problems(404, 409),
             url_name="procurement_withdrawal", summary="Withdraw a procurement annex",
             operation_id="withdraw_procurement")  # fmt: skip
def withdraw_procurement(request: HttpRequest, procurement: UUID, sent: WithdrawalIn) -> Any:
    """Take a procurement annex back. Scope: report."""
    needs(request, "report")
    actions.withdraw(procurement, PROCUREMENT, reason=sent.reason, at=now())
    return Status(204, None)

"""The API under /api/v1/: one document (OpenAPI 3.1), one way of failing (RFC 9457), one way of sending twice.

Each domain brings a router; who asks and in whose name it runs is the gate's business (`config/gate.py`).
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as ShapeError
from ninja.parser import Parser

from port2port.alerts.api import router as alerts_router
from port2port.alerts.suppliers.api import router as systems_router
from port2port.base import idempotency
from port2port.base.access import public
from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Port2PortError, Problem
from port2port.compliance.api import router as deadlines_router
from port2port.compliance.screening.api import router as screening_router
from port2port.config.edge import PROBLEM_TYPE, BadRequest
from port2port.displacement.api import router as displacement_router
from port2port.displacement.api_what_if import router as what_if_router
from port2port.exchange.api import router as exchange_router
from port2port.exchange.files.api import router as files_router
from port2port.exchange.mail.api import router as mail_router
from port2port.exchange.misp.group_api import router as groups_router
from port2port.exchange.partners.api import router as partners_router
from port2port.exchange.peers.api import router as peers_router
from port2port.exchange.tak.api import router as tak_router
from port2port.flights.api import router as flights_router
from port2port.governance.charter.api import router as charter_router
from port2port.governance.desk.api import router as desk_router
from port2port.governance.desk.api_breaches import router as breaches_router
from port2port.governance.health.api import router as health_router
from port2port.governance.processing.api import router as processing_router
from port2port.helpdesk.api import router as helpdesk_router
from port2port.home.direction_api import router as direction_router
from port2port.home.news.api import digest_router, following_router
from port2port.home.news.api import router as news_router
from port2port.home.search.api import router as search_router
from port2port.knowledge.experts.api import router as experts_router
from port2port.knowledge.practices.api import router as practices_router
from port2port.knowledge.questions.api import router as questions_router
from port2port.knowledge.systems.api import router as systems_compared_router
from port2port.levels.api import router as levels_router
from port2port.levels.declarations.api import router as declarations_router
from port2port.measures.api import objectives_router
from port2port.measures.api import router as measures_router
from port2port.measures.api_adoption import router as adoption_router
from port2port.measures.api_audience import router as measure_audience_router
from port2port.measures.matrix.api import router as matrix_router
from port2port.measures.operations.api import router as operations_router
from port2port.measures.operations.api_aid import router as aid_router
from port2port.members.actor import current_actor
from port2port.reports.api import router as reports_router
from port2port.reports.api_facts import router as facts_router
from port2port.reports.api_observables import router as observables_router
from port2port.reports.api_occasions import router as occasions_router
from port2port.reports.attachments.api import router as attachments_router
from port2port.reports.clocks.api import router as clocks_router
from port2port.reports.routing.api import router as routing_router
from port2port.reports.together.api import router as together_router
from port2port.training.authoring.api import router as own_courses_router
from port2port.training.campaigns.api import router as campaigns_router
from port2port.training.courses.api import router as courses_router
from port2port.training.courses.api_records import router as course_files_router
from port2port.training.courses.api_xapi import router as xapi_router
from port2port.training.culture.api import router as culture_router
from port2port.training.exercises.api import router as exercises_router
from port2port.training.exercises.api_after import router as exercises_after_router
from port2port.training.exercises.api_learning import router as lessons_router
from port2port.training.exercises.api_library import router as scenarios_router
from port2port.training.exercises.api_live import router as exercises_live_router
from port2port.training.packages.api import router as course_packages_router
from port2port.training.stores.api import router as record_store_router
from port2port.training.year.api import router as training_year_router
from port2port.workgroups.api import router as workgroups_router
from port2port.workgroups.api_work import router as group_work_router

VERSION = "1"
CREATED, FIRST_ERROR = 201, 400
KEY_HEADER = "Idempotency-Key"


class MethodNotAllowed(Port2PortError):
    """This address does not know this method."""

    status = 405
    code = "method-not-allowed"
    title = _("This address does not know this method")


class Utf8Parser(Parser):
    """JSON in UTF-8 and nothing else (RFC 8259 section 8.1); Python's reader would take UTF-16 too."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body's value. Raises UnicodeDecodeError or JSONDecodeError, which become a 400."""
        return json.loads(request.body.decode("utf-8"))


class Api(NinjaAPI):
    """Ninja's, with our errors, idempotency on every POST, and a document that says both."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        """Return the addresses of the operations, wrapped, and of the document, which anybody may read.

        Those below one first part stand together, so that a request tries some ninety and not three hundred.
        """
        found: list[URLResolver | URLPattern] = [path("openapi.json", document, name="openapi")]
        below: dict[str, list[URLPattern]] = {}
        for pattern in super()._get_urls():
            if isinstance(pattern, URLPattern) and pattern.name != "api-root":
                part, slash, rest = str(pattern.pattern).partition("/")
                beside = below.setdefault(part + slash, []) if slash else found
                beside.append(path(rest if slash else part, once(pattern.callback), name=pattern.name))
            elif isinstance(pattern, URLPattern):
                found.append(path("", root, name="api-root"))
        return found + [path(part, include(patterns)) for part, patterns in below.items()]

    def get_openapi_schema(self, **arguments: Any) -> Any:
        """Return the document, completed: how to sign in, the key of every POST, and problems as problems."""
        schema = super().get_openapi_schema(**arguments)
        components = schema.setdefault("components", {})
        components["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "A token made on your account's page."}
        }
        schema["security"] = [{"token": []}]
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _complete(method, operation)
        return schema


def _complete(method: str, operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if int(status) >= FIRST_ERROR and "application/json" in answer.get("content", {}):
            answer["content"] = {PROBLEM_TYPE: answer["content"]["application/json"]}
    if method == "post":
        operation.setdefault("parameters", []).append(
            {
                "in": "header",
                "name": KEY_HEADER,
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x20-\x7e]+$"},
                "description": "The same key and body within a day get the same answer, and the work is done once.",
            }
        )


def once(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Make a view answer a POST with an Idempotency-Key once. It runs within the actor's transaction."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.headers.get(KEY_HEADER)
        if request.method != "POST" or key is None:
            return _finished(view(request, *args, **kwargs))
        actor = current_actor()
        content = _content(request)
        before = idempotency.claim(actor.person, key, what=f"POST {request.path}", content=content, at=now())
        if before is not None and not before.same:
            raise Invalid([Problem(KEY_HEADER, _("This key was used for another request."))])
        if before is not None:
            response = HttpResponse(before.body, status=before.status, content_type=before.content_type)
            response["Idempotency-Replayed"] = "true"
            return _finished(response)
        response = _finished(view(request, *args, **kwargs))
        if response.status_code < FIRST_ERROR:  # a refusal undoes the claim together with all else
            idempotency.keep(
                actor.person,
                key,
                status=response.status_code,
                body=response.content,
                content_type=response["Content-Type"],
            )
        return response

    wrapped.csrf_exempt = True  # type: ignore[attr-defined]  # a token in a header is not sent by another site
    return wrapped


def _content(request: HttpRequest) -> bytes:
    """Return what is sent, without the boundary between its parts: clients draw another one when they try again."""
    boundary = (request.content_params or {}).get("boundary", "").encode()
    return request.body.replace(b"--" + boundary, b"--") if boundary else request.body


def _finished(response: HttpResponseBase) -> HttpResponse:
    """Return the response with ETag and Location taken from the record it holds; raise what it refused to do."""
    if isinstance(response, HttpResponseNotAllowed):
        raise MethodNotAllowed(headers={"Allow": response["Allow"]})
    if not isinstance(response, HttpResponse):
        raise TypeError("a response made inside acting_as must be complete")
    if response.status_code == CREATED:
        record = json.loads(response.content)
        response["Location"] = record["url"]
        if "version" in record:  # what is not changed has none
            response["ETag"] = f'"{record["version"]}"'
    return response


api = Api(
    title="Port 2 Port",
    parser=Utf8Parser(),
    version=VERSION,
    urls_namespace=f"api-{VERSION}",
    openapi_url=None,
    docs_url=None,
    description=(
        "Ports defend themselves together. What a token sees is what its holder sees; what it may do is less: "
        "its scopes (read, report, export). Lists are paged by cursor. Errors are problem details (RFC 9457) in the "
        "language of the token's holder. Every POST honours Idempotency-Key."
    ),
)
api.add_router("/reports", reports_router)
api.add_router("/alerts", alerts_router)
api.add_router("/systems", systems_router)
api.add_router("/knowledge/systems", systems_compared_router)
api.add_router("/flights", flights_router)
api.add_router("/deadlines", deadlines_router)
api.add_router("/deadlines", screening_router)
api.add_router("/levels", levels_router)
api.add_router("/declarations", declarations_router)
api.add_router("/exchange", exchange_router)
api.add_router("/exchange", peers_router)
api.add_router("/exchange", tak_router)
api.add_router("/exchange", partners_router)
api.add_router("/exchange", groups_router)
api.add_router("/exchange", files_router)
api.add_router("/exchange", mail_router)
api.add_router("/direction", direction_router)
api.add_router("/news", news_router)
api.add_router("/following", following_router)
api.add_router("/digest", digest_router)
api.add_router("/measures", matrix_router)
api.add_router("/measures", measures_router)
api.add_router("/measures", adoption_router)
api.add_router("/operations", operations_router)
api.add_router("/aid", aid_router)
api.add_router("/measures", measure_audience_router)
api.add_router("/objectives", objectives_router)
api.add_router("/displacement", displacement_router)
api.add_router("/displacement/what-if", what_if_router)
api.add_router("", facts_router)
api.add_router("", observables_router)
api.add_router("", routing_router)
api.add_router("", clocks_router)
api.add_router("/reports", together_router)
api.add_router("/reports", occasions_router)
api.add_router("", attachments_router)
api.add_router("", workgroups_router)
api.add_router("", group_work_router)
api.add_router("", helpdesk_router)
api.add_router("", experts_router)
api.add_router("", questions_router)
api.add_router("", search_router)
api.add_router("/exercises", exercises_router)
api.add_router("/exercises", scenarios_router)
api.add_router("/exercises", exercises_live_router)
api.add_router("/exercises", exercises_after_router)
api.add_router("/exercises", lessons_router)
api.add_router("/courses/xapi", xapi_router)
api.add_router("/courses/packages", course_packages_router)
api.add_router("/courses/own", own_courses_router)
api.add_router("/courses", course_files_router)
api.add_router("/courses", courses_router)
api.add_router("/campaigns", campaigns_router)
api.add_router("/culture", culture_router)
api.add_router("/training/record-store", record_store_router)
api.add_router("/training/year", training_year_router)
api.add_router("", practices_router)
api.add_router("/governance", charter_router)
api.add_router("/governance", health_router)
api.add_router("/processing", processing_router)
api.add_router("/desk", desk_router)
api.add_router("/desk/breaches", breaches_router)


@api.exception_handler(ShapeError)
def shape_refused(request: HttpRequest, error: ShapeError) -> NoReturn:
    """Say which fields are not as documented, by their path in what was sent."""
    raise Invalid([Problem(_where(one["loc"]), _said(one)) for one in error.errors])


@api.exception_handler(HttpError)
def body_refused(request: HttpRequest, error: HttpError) -> NoReturn:
    """Say that the body cannot be read: no JSON, or not UTF-8."""
    raise BadRequest(_("The body is not JSON in UTF-8."))


@api.exception_handler(Http404)
def nothing_there(request: HttpRequest, error: Http404) -> NoReturn:
    """Say that nothing is there."""
    raise NotFound()


def _where(location: tuple[Any, ...]) -> str:
    """Return ("body", "sent", "place", "km") as place.km, and a parameter by its name."""
    inside = [str(part) for part in location[1:]]
    if location and location[0] == "body" and len(inside) > 1:
        inside = inside[1:]
    return ".".join(inside) or "body"


_SAID = {
    "missing": _("This is needed."),
    "extra_forbidden": _("There is no such field."),
    "timezone_aware": _("Say in which time zone this is."),
    "string_too_long": _("This is too long."),
    "too_long": _("This is too long."),
    "literal_error": _("This is not one of the values possible."),
    "uuid_parsing": _("This is not an id."),
}


def _said(one: dict[str, Any]) -> Any:
    return _SAID.get(one["type"], _("This is not of the kind documented."))


@public
def document(request: HttpRequest) -> HttpResponse:
    """Answer the OpenAPI document; it says nothing that is secret."""
    return HttpResponse(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")), content_type="application/json")


@public
def root(request: HttpRequest) -> HttpResponse:
    """Say where the document is."""
    return HttpResponse(json.dumps({"openapi": "/api/v1/openapi.json"}), content_type="application/json")

"""The JSON Schemas of our extensions, for everybody: a program that meets one of our objects can look it up."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from port2port.base.access import public
from port2port.exchange.stix import extensions


@public
@require_safe
def schema(request: HttpRequest, name: str) -> HttpResponse:
    """Answer a schema. 404 for a name that is none of ours."""
    try:
        return HttpResponse(extensions.schema(name), content_type="application/schema+json")
    except KeyError as error:
        raise Http404 from error

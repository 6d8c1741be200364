"""Pages of the shell that belong to no domain: help, theme, every part once, and the barest error."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from port2port.base.access import public
from port2port.site.glossary import lines
from port2port.site.reader import language
from port2port.site.specimen import SpecimenForm, specimen
from port2port.site.theme import THEMES, keep_theme

# A status without a template of its own is told as 500.
LONGEST_WORD = 60
ERROR_PAGES = (400, 401, 403, 404, 409, 412, 413, 422, 429, 500, 503)


@public
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Show how to report, whom to call in danger, the keys and what the marks mean. Open to everyone."""
    return render(request, "site/help.html")


@public
@require_GET
def glossary_page(request: HttpRequest) -> HttpResponse:
    """Show the words of the platform and its acronyms, all or those that hold what is asked. Open to everyone."""
    asked = request.GET.get("q", "")[:LONGEST_WORD]
    found = lines(language(), asked=asked)
    told = ngettext("%(n)d word is explained here", "%(n)d words are explained here", len(found)) % {"n": len(found)}
    answer = told if found else _("No word holds “%(word)s”") % {"word": asked}
    return render(request, "site/glossary.html", {"lines": found, "q": asked, "answer": answer})


@public
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or system in a cookie and go back to where the reader was (only within this site)."""
    theme = request.POST.get("theme", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    if theme in THEMES:
        keep_theme(response, theme, secure=request.is_secure())
    return response


@public
@require_GET
def parts(request: HttpRequest) -> HttpResponse:
    """Show every part once, with errors in the form, for eyes, screenshots and axe."""
    form = SpecimenForm(request.GET) if "errors" in request.GET else SpecimenForm(specimen_values())
    form.is_valid()
    return render(request, "site/parts.html", {"form": form, **specimen()})


def specimen_values() -> dict[str, str]:
    """Return what a reader typed wrongly: nothing, and a container number with a wrong check digit."""
    return {"kind": "insider", "what": "", "container": "CSQU3054388", "audience": "named", "where": "kallo"}


def bare_error_page(status: int) -> HttpResponse:
    """Return an error page made without the request: for when the database, the session or the journal is down."""
    known = status if status in ERROR_PAGES else 500
    body = render_to_string(f"errors/{known}.html", {"status": status, "LANGUAGE_CODE": get_language() or "en"})
    return HttpResponse(body, status=status)

"""Pages of the texts: how the own organisation stands, one version, its acceptance, its paper. They only translate."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.governance.charter import actions, queries, words
from port2port.governance.charter.forms import VersionForm, begun
from port2port.governance.charter.models import CharterText
from port2port.governance.charter.papers import paper
from port2port.governance.sections import sections
from port2port.members.acting import current_actor
from port2port.members.data_files import LANGUAGES
from port2port.members.queries import called
from port2port.site.downloads import as_download
from port2port.site.markdown import marked_up
from port2port.site.reader import language
from port2port.site.sections import Section

HOME = "governance:home"
LANGUAGE_NAMES = {"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en": "English"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the texts in force and how the own organisation stands with each."""
    lines = words.lines()
    context = {
        "sections": sections(HOME), "answer": words.answer(lines), "lines": lines,
        "held": any(one.holds for one in lines),
        "accepted": [(one, words.title(one.text), words.who(one)) for one in queries.own_acceptances()],
        "proposals": [(one, words.title(one)) for one in queries.proposals()],
        "oversees": queries.oversees(), "template": any(one.text.template for one in lines),
    }  # fmt: skip
    return render(request, "governance/charter/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, charter: str, edition: int) -> HttpResponse:
    """Show one version; accept it for the organisation, as it was read."""
    found = queries.version(charter, edition)
    shown = asked_language(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        if request.POST.get("read") != "yes":
            problem = Problem("read", _("Say that you have read it and may accept it for your organisation."))
            return _text_page(request, found, shown, problem)
        actions.accept_text(found, language=shown, digest=request.POST.get("digest", ""), at=now())
        messages.success(request, _("Accepted. It stands in the journal, and below with its proof."))
        return HttpResponseRedirect(f"{words.address(found)}?language={shown}")
    return _text_page(request, found, shown)


def _text_page(request: HttpRequest, found: CharterText, shown: str, problem: Problem | None = None) -> HttpResponse:
    acceptance, before = queries.own_acceptance(found.id), queries.before(found)
    newest = found.state == "published" and queries.in_force_of(found.code) == found
    role = queries.entitled_role(found) if newest and acceptance is None else ""
    proof = queries.proof(acceptance.id) if acceptance is not None else None
    context: dict[str, Any] = {
        "sections": sections(HOME), "text": found, "title": words.title(found), "shown": shown,
        "body": marked_up(found.bodies[shown]), "digest": found.digests[shown],
        "languages": _chips(request.path, shown), "acceptance": acceptance, "before": before, "newest": newest,
        "role": words.role_words([role]) if role else "", "entitled": words.role_words(found.entitled),
        "may_take": current_actor().may("export"), "problems": [problem] if problem else [],
        "keeps": queries.keeps(), "own_proposal": found.proposed_by_id == current_actor().person,
        "versions": [(one, words.address(one)) for one in queries.versions(found.code)],
    }  # fmt: skip
    if acceptance is not None and proof is not None:
        moment = timezone.localtime(acceptance.at).strftime("%d/%m/%Y %H:%M:%S")
        context["proof"] = words.proof_facts(acceptance, proof, moment)
    return render(request, "governance/charter/text.html", context, status=422 if problem else 200)


def asked_language(asked: Any) -> str:
    """Return the language in which a text is read: the one asked for, else the reader's."""
    wanted = asked.get("language", "")
    if wanted in LANGUAGES:
        return str(wanted)
    return language() if language() in LANGUAGES else "en"


def _chips(path: str, shown: str, more: str = "") -> list[Section]:
    return [Section(name, f"{path}?language={code}{more}", code == shown) for code, name in LANGUAGE_NAMES.items()]


@require_safe
def changes(request: HttpRequest, charter: str, edition: int) -> HttpResponse:
    """Show what differs from the published version before it, in one language."""
    found, shown = queries.version(charter, edition), asked_language(request.GET)
    before = queries.before(found)
    context = {
        "sections": sections(HOME), "text": found, "title": words.title(found), "before": before, "shown": shown,
        "languages": _chips(request.path, shown), "href": words.address(found),
        "pieces": queries.changes(found, before, shown) if before is not None else (),
    }  # fmt: skip
    return render(request, "governance/charter/changes.html", context)


@require_safe
def file(request: HttpRequest, charter: str, edition: int) -> HttpResponse:
    """Answer a version as PDF, with the proof of its acceptance."""
    made = paper(queries.version(charter, edition), language=asked_language(request.GET), at=now())
    return as_download(made.body, made.name, "application/pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest, charter: str) -> HttpResponse:
    """Write the next version of a text."""
    if not queries.keeps():
        raise Refused(actions.NOT_YOURS)
    newest = queries.versions(charter)[0]
    form = VersionForm(request.POST if request.method == "POST" else None, initial=begun(newest))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.propose_version(form.draft(charter), at=now())
            except Invalid as error:
                form.put(error.problems)
            except Conflict as error:
                form.add_error(None, str(error.reason))
                status = error.status
            else:
                messages.success(request, _("Written. A second operator publishes it."))
                return HttpResponseRedirect(words.address(made))
    context = {"sections": sections(HOME), "form": form, "title": words.title(newest), "href": words.address(newest)}
    return render(request, "governance/charter/next.html", context, status=status)


@require_http_methods(["POST"])
def decision(request: HttpRequest, charter: str, edition: int) -> HttpResponse:
    """Publish a version as the second person, or decline it."""
    made = actions.decide_version(queries.version(charter, edition), act=request.POST.get("act", ""), at=now())
    if made.state == "declined":
        messages.success(request, _("Declined."))
        return HttpResponseRedirect(reverse(HOME))
    messages.success(request, _("Published. Those who must accept it are told."))
    return HttpResponseRedirect(words.address(made))


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Show who accepted what, for those who oversee it."""
    found = queries.members()
    owing = sum(one.owes for one in found)
    answer = (
        ngettext("%(n)d member has not accepted everything", "%(n)d members have not accepted everything", owing)
        % {"n": owing}
        if owing
        else _("Every member has accepted everything")
    )
    context = {
        "sections": sections(HOME), "answer": answer, "titles": [words.title(one) for one in queries.in_force()],
        "rows": [(called(one.organisation.names), one) for one in found],
    }  # fmt: skip
    return render(request, "governance/charter/members.html", context)

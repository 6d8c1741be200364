"""Pages of campaigns: the library, and what the own organisation runs. They only translate."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.members.data_files import LANGUAGES
from port2port.site.context import OWN_NAMES
from port2port.site.downloads import as_download
from port2port.site.reader import language
from port2port.training.campaigns import actions, queries
from port2port.training.campaigns.forms import DeedForm, PeriodForm, SlipsForm
from port2port.training.campaigns.library import library
from port2port.training.campaigns.models import Campaign
from port2port.training.campaigns.papers import PAPERS, poster, slips
from port2port.training.campaigns.words import (
    answer,
    campaign_row,
    deed_rows,
    material_row,
    material_whole,
    pulse_row,
    reach_rows,
)
from port2port.training.courses.queries import trainer, trains
from port2port.training.sections import sections

BOTH = ["GET", "HEAD", "POST"]
INVALID = 422
MONTH = timedelta(days=28)
PDF = "application/pdf"


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """Show the library, and what the own organisation runs."""
    today, people = timezone.localdate(), queries.run_by()
    mine = [campaign_row(one, on=today) for one in queries.campaigns()]
    running = sum(one["state"] == "runs" for one in mine)
    said = ngettext("%(n)d campaign runs here", "%(n)d campaigns run here", running) % {"n": running}
    context = {
        "sections": sections("training:campaigns"), "mine": mine,
        "answer": said if running else _("No campaign runs here now"),
        "rows": [material_row(one, people.get(one.slug)) for one in library().values()],
        "columns": [{"word": _("Campaign")}, {"word": _("For whom")}, {"word": _("Organisations"), "number": True}],
    }  # fmt: skip
    return render(request, "training/campaigns.html", context)


@require_safe
def campaign(request: HttpRequest, campaign: str) -> HttpResponse:
    """Show the material of a campaign: poster, screen, message, questions, sources."""
    found = queries.material(campaign)
    context = {
        "row": material_row(found, queries.run_by().get(campaign)), "whole": material_whole(found), "trains": trains(),
        "posters": [(one, OWN_NAMES[one]) for one in LANGUAGES], "papers": PAPERS,
    }  # fmt: skip
    return render(request, "training/campaign.html", context)


@require_safe
def campaign_poster(request: HttpRequest, campaign: str) -> HttpResponse:
    """Answer the poster of a campaign as PDF."""
    return _poster(request, campaign)


def _poster(request: HttpRequest, slug: str, tell: str = "") -> HttpResponse:
    wanted, paper = request.GET.get("language", language()), request.GET.get("paper", "a4")
    made = poster(queries.material(slug), language=wanted, paper=paper, tell=tell)
    return as_download(made, f"{slug}-{wanted}-{paper}.pdf", PDF)


@require_http_methods(BOTH)
def campaign_new(request: HttpRequest, campaign: str) -> HttpResponse:
    """Run a campaign in the own organisation."""
    trainer()
    found, today = queries.material(campaign), timezone.localdate()
    form = PeriodForm(
        request.POST if request.method == "POST" else None, material=found,
        initial={"starts_on": today, "ends_on": today + MONTH, "audiences": list(found.head.audiences),
                 "languages": [language()]},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.run_campaign(campaign, plan=form.value(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return _to(made.id)
    return _form(request, form, _("Run: %(name)s") % {"name": material_row(found)["name"]})


@require_http_methods(BOTH)
def campaign_edit(request: HttpRequest, ran: UUID) -> HttpResponse:
    """Change period, audience, languages, whom to tell."""
    row = queries.campaign(ran)
    trainer()
    form = PeriodForm(
        request.POST if request.method == "POST" else None, material=queries.material(row.slug),
        initial={"starts_on": row.starts_on, "ends_on": row.ends_on, "audiences": row.audiences,
                 "languages": row.languages, "tell": row.tell},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_campaign(ran, plan=form.value(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return _to(ran)
    return _form(request, form, _("Change: %(name)s") % {"name": campaign_row(row, on=timezone.localdate())["name"]})


def _form(request: HttpRequest, form: PeriodForm, title: str) -> HttpResponse:
    status = INVALID if form.errors else 200
    return render(request, "training/campaign_form.html", {"form": form, "title": title}, status=status)


def _to(identifier: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("training:campaign_run", args=[identifier]))


@require_safe
def campaign_run(request: HttpRequest, ran: UUID) -> HttpResponse:
    """Show a campaign of the own organisation: what was done, how far it reached, what the questions tell."""
    return _run(request, queries.campaign(ran), DeedForm(initial={"on": timezone.localdate()}),
                SlipsForm(initial={"language": language()}))  # fmt: skip


def _run(request: HttpRequest, row: Campaign, deed: DeedForm, slip: SlipsForm) -> HttpResponse:
    shown, found, done = campaign_row(row, on=timezone.localdate()), queries.pulse(row), queries.deeds(row.id)
    context = {
        "row": shown, "answer": answer(shown, found), "trains": trains(), "deeds": deed_rows(done),
        "reach": reach_rows(queries.reach(done)), "pulse": pulse_row(found), "deed_form": deed, "slips_form": slip,
        "posters": [(one, OWN_NAMES[one]) for one in row.languages], "papers": PAPERS,
    }  # fmt: skip
    return render(request, "training/campaign_run.html", context, status=INVALID if deed.errors or slip.errors else 200)


@require_safe
def run_poster(request: HttpRequest, ran: UUID) -> HttpResponse:
    """Answer the poster with the organisation's own line of whom to tell."""
    row = queries.campaign(ran)
    return _poster(request, row.slug, row.tell)


@require_POST
def deed(request: HttpRequest, ran: UUID) -> HttpResponse:
    """Write down what was done."""
    row, form = queries.campaign(ran), DeedForm(request.POST)
    trainer()
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.note_deed(ran, kind=data["kind"], number=data["number"], on=data["on"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return _to(ran)
    return _run(request, row, form, SlipsForm())


@require_POST
def deed_remove(request: HttpRequest, deed: UUID) -> HttpResponse:
    """Take back what was written down by mistake."""
    return _to(actions.remove_deed(deed, at=now()))


@require_POST
def make_slips(request: HttpRequest, ran: UUID) -> HttpResponse:
    """Answer slips for the questions as PDF; they are shown this once."""
    row, form = queries.campaign(ran), SlipsForm(request.POST)
    trainer()
    if form.is_valid():
        data = form.cleaned_data
        try:
            codes = actions.make_slips(ran, wave=data["wave"], number=data["number"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            body = slips(queries.material(row.slug), codes, language=data["language"])
            return as_download(body, f"{row.slug}-{data['wave']}.pdf", PDF)
    return _run(request, row, DeedForm(initial={"on": timezone.localdate()}), form)

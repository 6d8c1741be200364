"""Pages of routing: what is proposed for a report, its forms for download, the rules and who signed them."""

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem, Refused
from port2port.members.acting import current_actor
from port2port.members.data_files import LANGUAGES, label
from port2port.members.places import known_places
from port2port.reports import queries as reports
from port2port.reports.routing import actions, queries, rule_queries, words
from port2port.reports.routing.evaluate import Tried
from port2port.reports.routing.forms import filled, form_book
from port2port.reports.routing.models import OrganisationFact, RuleTrust
from port2port.reports.routing.rule_forms import FactsForm, SentForm
from port2port.reports.routing.rules import Rule, ruleset
from port2port.reports.shown import Shown
from port2port.reports.words import card
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.site.downloads import as_download
from port2port.site.reader import language


def section(found: Shown, *, at: datetime) -> dict[str, Any]:
    """Return what the report's page says of routing: proposals for who looks after it, else what was sent to them."""
    if not decide(current_actor(), "change", envelope(found.record), at=at).allowed or found.record.withdrawn_at:
        return {"received": _received(found)}
    made = queries.plan(found)
    code = language()
    return {
        "heading": words.heading(made, at),
        "proposals": [words.proposal_line(one, at) for one in made.proposals],
        "forms": [words.form_line(one) for one in made.forms],
        "offered": [{"name": one.label(code), "url": one.url} for one in made.offered],
        "address_missing": label(form_book().head.address_missing, code),
        "aware_since": made.aware_since,
        "may_share": decide(current_actor(), "share", envelope(found.record), at=at).allowed,
        "now": timezone.localtime(at).strftime("%Y-%m-%dT%H:%M"),
        "languages": LANGUAGES,
    }


def _received(found: Shown) -> list[dict[str, Any]]:
    rules = {(rule.code, rule.version): rule for rule in ruleset().rules}
    return [
        {"rule": rules[one.rule, one.version].label(language()), "code": one.rule, "at": one.sent_at}
        for one in queries.received(found.record.id)
        if (one.rule, one.version) in rules
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def report_routing(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """Show what is proposed for a report, and take what was decided about one of it."""
    at = now()
    found = _looked_after(report, at)
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            messages.success(request, _decided(request, report, at))
            return HttpResponseRedirect(reverse("reports:detail", args=[report]) + "#routing")
        except Invalid as error:
            problems = list(error.problems)
    context = {
        "found": found,
        "record": found.record,
        "sees": {"tlp": found.record.tlp, "audience": found.audience},
        "routing": section(found, at=at),
        "problems": problems,
    }
    return render(request, "reports/routing_report.html", context, status=422 if problems else 200)


def _decided(request: HttpRequest, report: uuid.UUID, at: datetime) -> str:
    """Do what was asked, and return the sentence that says so. Raises Invalid when nothing that we know was asked."""
    token, act = request.POST.get("proposal", ""), request.POST.get("act", "")
    if act == "share":
        actions.share_with(report, token=token, at=at)
        return _("Shared with them.")
    if act == "sent":
        form = SentForm(request.POST)
        form.is_valid()
        data = form.cleaned_data
        reference = request.POST.get("reference", "")  # too long a one is refused by the action, in its words
        actions.note_sent(report, token=token, sent_at=data.get("sent_at"), reference=reference, at=at)
        return _("Noted.")
    if act == "not_needed":
        actions.leave_out(report, token=token, reason=request.POST.get("reason", ""), at=at)
        return _("Noted.")
    if act == "again":
        actions.take_up_again(report, token=token, at=at)
        return _("Open again.")
    raise Invalid([Problem("act", _("Choose what is to be done."))])


@require_safe
def form_file(request: HttpRequest, report: uuid.UUID, form: str) -> HttpResponse:
    """Answer an authority's form filled in from the report, as a file; journalled. 404 when it is not due for it."""
    at = now()
    found = _looked_after(report, at)
    rule, step = request.GET.get("rule", ""), request.GET.get("step", "")
    due = [
        one
        for one in queries.plan(found).forms
        if one.form.code == form and rule in ("", one.rule.code) and step in ("", one.step.code)
    ]
    if not due or due[0].form.templates is None:
        raise NotFound(kind="form", record=report)
    actions.note_form_taken(report, form=form, at=at)
    wanted = request.GET.get("language", "")
    with translation.override(wanted if wanted in LANGUAGES else language()):
        body = filled(due[0].form, _values(found, due[0]), language())
    table = due[0].form.format == "csv"
    name = f"{found.reference}-{form.replace('_', '-')}.{'csv' if table else 'txt'}"
    if table:  # a spreadsheet reads UTF-8 only with its mark
        return as_download(body.encode("utf-8-sig"), name, "text/csv; charset=utf-8")
    return as_download(body.encode(), name, "text/plain; charset=utf-8")


def _values(found: Shown, one: queries.DueForm) -> Mapping[str, str]:
    return words.form_values(found, queries.own_facts(), step=one.step.label(language()), due_at=one.due_at)


def _looked_after(report: uuid.UUID, at: datetime) -> Shown:
    """Return a report that the actor looks after. Raises NotFound, Refused."""
    found = reports.report(report, at=at)
    decision = decide(current_actor(), "change", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=reports.KIND, record=report)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules in force, who signed them and what they would have done; take what the organisation is."""
    at = now()
    own = queries.own_facts()
    form = FactsForm(request.POST if request.method == "POST" else None, initial=_initial(own))
    if request.method == "POST" and form.is_valid():
        try:
            actions.say_of_ourselves(**form.said(), at=at)
        except Invalid as error:
            for one in error.problems:
                form.add_error(one.field, str(one.message))
        else:
            messages.success(request, _("Kept. It holds for reports from that day on."))
            return HttpResponseRedirect(reverse("reports:routing"))
    actor = current_actor()
    may_say = actor.organisation is not None and (actor.may("administer") or actor.may("speak"))
    if request.method == "POST" and not may_say:
        raise Refused(_("Only who administers or speaks for the organisation says this."))
    tried = {(one.rule.code, one.rule.version): one for one in rule_queries.tried_out(at)}
    in_force = rule_queries.rules_on(rule_queries.today(at))
    late = queries.late(at) if actor.organisation is not None and actor.may("steward") else []
    signed = rule_queries.signatures(in_force)
    lines = [_rule_line(rule, signed, tried[rule.code, rule.version], rule_queries.today(at)) for rule in in_force]
    n = len(late)
    heading = ngettext(
        "%(n)d report of yours must go to an authority", "%(n)d reports of yours must go to an authority", n
    ) % {"n": n}  # fmt: skip
    calm = ngettext(
        "%(n)d rule says who must get which report", "%(n)d rules say who must get which report", len(lines)
    ) % {"n": len(lines)}  # fmt: skip
    context = {
        "answer": heading if late else calm,
        "late": [
            {
                "card": card(one),
                "to": ", ".join(dict.fromkeys(words.proposal_line(p, at).who for p in proposals)),
            }
            for one, proposals in late
        ],
        "lines": lines,
        "seen": max((one.seen for one in tried.values()), default=0),
        "columns": [
            {"word": word}
            for word in (_("Rule"), _("Rests on"), _("Goes to"), _("How fast"), _("Signed by"), _("The last year"))
        ],
        "form": form,
        "may_say": may_say,
        "version": ruleset().head.version,
    }
    return render(request, "reports/routing.html", context, status=422 if request.method == "POST" else 200)


def _initial(own: OrganisationFact | None) -> dict[str, Any]:
    said = {True: "yes", False: "no", None: "unknown"}
    if own is None:
        return {"nis2": "unknown", "critical_entity": "unknown"}
    return {
        "nis2": own.nis2_category or said[own.nis2_scope], "critical_entity": said[own.critical_entity],
        "supervisor": own.supervisor, "since": own.since, "source": own.source,
    }  # fmt: skip


def _rule_line(rule: Rule, signed: list[RuleTrust], tried: Tried, on: date) -> dict[str, Any]:
    """Return a rule in force in the reader's words, with who signed it and what it would have done."""
    code, rules = language(), ruleset()
    basis = rule.basis
    return {
        "rule": rule,
        "name": rule.label(code),
        "why": label(rule.reasons, code),
        "ground": words.GROUNDS[basis.rests_on],
        "citation": basis.citation,
        "to_verify": label(rule.to_verify, code) if rule.to_verify else "",
        "recipients": [rules.recipient(one).label(code) for one in rule.recipients],
        "steps": [
            {"name": step.label(code) if len(rule.steps) > 1 else "", "fast": words.how_fast(step, rule, on=on)}
            for step in rule.steps
        ],
        "signed": [
            {"who": label(one.organisation.names, code), "role": words.ROLES[one.role], "at": one.signed_at}
            for one in signed
            if (one.rule, one.version) == (rule.code, rule.version)
        ],
        "tried": tried,
        "where": _where(tried),
    }


def _where(tried: Tried) -> list[dict[str, Any]]:
    """Return where past reports would have gone: recipient, port, how many."""
    code, ports = language(), known_places().ports
    counted: Counter[tuple[str, str]] = Counter()
    for (recipient, port), count in tried.where.items():
        place = label(ports[port].names, code) if port in ports else port
        counted[ruleset().recipient(recipient).label(code), place] += count
    return [{"who": who, "port": port, "count": count} for (who, port), count in counted.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, rule: str) -> HttpResponse:
    """Show one rule, why past reports meet it or not, and who signed it; sign it and withdraw."""
    at = now()
    found = rule_queries.rule_on(rule, rule_queries.today(at))
    actor, organisation = current_actor(), rule_queries.own_organisation()
    may_speak = organisation is not None and actor.may("speak")
    if request.method == "POST":
        return _signed(request, found, at)
    signed = rule_queries.signatures([found])
    tried = next(one for one in rule_queries.tried_out(at) if one.rule == found)
    cursor = request.GET.get("cursor", "")
    listing, explained = rule_queries.explained(found, at=at, cursor=cursor)
    own = {one.role for one in signed if organisation is not None and one.organisation_id == organisation.id}
    open_to = rule_queries.roles_open_to(found, organisation) if organisation is not None and may_speak else ()
    here = reverse("reports:routing_rule", args=[rule])
    answer = ngettext(
        "%(met)d of %(n)d report of the last year would have gone there",
        "%(met)d of %(n)d reports of the last year would have gone there",
        tried.seen,
    ) % {"met": tried.routed, "n": tried.seen}
    context = {
        "line": _rule_line(found, signed, tried, rule_queries.today(at)),
        "answer": answer,
        "roles": [{"code": one, "word": words.ROLES[one], "signed": one in own} for one in open_to],
        "rows": [
            {
                "card": card(one.shown),
                "routed": one.routed,
                "why_not": [words.condition_words(c) for c in one.conditions if not c.met],
            }
            for one in explained
        ],
        "columns": [{"word": word} for word in (_("Report"), _("What"), _("Goes there"), _("Why not"))],
        "pages": {
            "newer": f"{here}?cursor={listing.slice.previous}" if listing.slice.previous else "",
            "older": f"{here}?cursor={listing.slice.next}" if listing.slice.next else "",
        },
    }
    return render(request, "reports/routing_rule.html", context)


def _signed(request: HttpRequest, found: Rule, at: datetime) -> HttpResponse:
    version = request.POST.get("version", "")
    role = request.POST.get("role", "")
    number = int(version) if version.isascii() and version.isdigit() else 0
    if "withdraw" in request.POST:
        actions.withdraw_signature(found.code, version=number, role=role, at=at)
        messages.success(request, _("Withdrawn. Nothing more is sent by itself."))
    else:
        actions.sign_rule(found.code, version=number, role=role, at=at)
        messages.success(request, _("Signed."))
    return HttpResponseRedirect(reverse("reports:routing_rule", args=[found.code]))

"""Pages of the rules: those that hold, what administrators wrote, one tried and switched on. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.compliance import queries, rule_actions, words
from port2port.compliance.book import rules_in_force
from port2port.compliance.rule_actions import Effect
from port2port.compliance.rule_forms import RuleForm, begun, written
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.site.reader import language


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules that hold, with what each rests on, and what administrators wrote."""
    book, keeps = rules_in_force().book, queries.sight().keeps_rules
    code = language()
    shown = [
        {
            "rule": rule, "name": rule.label(code), "owed_by": words.party(book, rule.owed_by),
            "to_verify": label(rule.to_verify, code) if rule.to_verify else "",
            "next": f"{reverse('compliance:rule_new')}?from={rule.code}" if keeps else "",
        }
        for rule in book.rules
        if rule.active
    ]  # fmt: skip
    unread = sum(not one.verified for one in book.rules if one.active)
    first = ngettext("%(n)d rule holds", "%(n)d rules hold", len(shown)) % {"n": len(shown)}
    second = ngettext("%(n)d of them is not verified", "%(n)d of them are not verified", unread) % {"n": unread}
    context = {
        "answer": f"{first}, {second}", "rules": shown, "keeps": keeps,
        "changes": [words.change_line(one) for one in rule_actions.proposals()],
    }  # fmt: skip
    return render(request, "compliance/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: HttpRequest) -> HttpResponse:
    """Write a rule, or the next version of one; it is tried out before anybody switches it on."""
    if not queries.sight().keeps_rules:
        raise Refused(rule_actions.NOT_YOURS)
    book = rules_in_force().book
    versions = [rule for rule in book.rules if rule.code == request.GET.get("from", "")]
    initial = begun(versions[-1], max(rule.version for rule in versions)) if versions else None
    form = RuleForm(request.POST if request.method == "POST" else None, book=book, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = rule_actions.propose_rule(
                entry=form.entry(), events=form.events(), why=form.cleaned_data["why"], at=now()
            )
        except Invalid as error:
            form.put(error.problems)
        except Conflict as error:
            form.add_error(None, str(error.reason))
        else:
            messages.success(request, _("Proposed. This is what it would do now."))
            return HttpResponseRedirect(reverse("compliance:rule", args=[made.id]))
    return render(request, "compliance/rule_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, change: UUID) -> HttpResponse:
    """Show a change with what it would do now; a second person switches it on."""
    found, at = rule_actions.proposal(change), now()
    keeps = queries.sight().keeps_rules
    if request.method == "POST":
        decided = rule_actions.decide_rule(change, act=request.POST.get("act", ""), at=at)
        said = {
            "on": _("It is on. Everything is worked out again."),
            "off": _("It is off."),
            "declined": _("Declined."),
        }
        messages.success(request, said[decided.state])
        return HttpResponseRedirect(reverse("compliance:rule", args=[change]))
    effects: list[dict[str, object]] = []
    fault, late, subjects = "", 0, 0
    if keeps and found.state == "proposed":
        try:
            tried = rule_actions.try_out(found, at=at)
        except Invalid as error:
            fault = "; ".join(str(one.message) for one in error.problems)
        else:
            late, subjects = tried.becoming_late, tried.subjects
            names = {one.code: one.label(language()) for one in rules_in_force().book.rules}
            names[found.code] = label(found.entry["names"], language())
            effects = [_effect(one, names) for one in rule_actions.effects(tried)]
    context = {
        "line": words.change_line(found), "change": found, "effects": effects, "fault": fault, "late": late,
        "subjects": subjects, "keeps": keeps, "own": found.proposed_by_id == current_actor().person,
        "facts": written(found.entry, rules_in_force().book),
    }  # fmt: skip
    return render(request, "compliance/rule.html", context)


def _effect(one: Effect, names: dict[str, str]) -> dict[str, object]:
    return {"name": names.get(one.rule, one.rule), "effect": one}

"""The page on which stewards grade a report. It only translates."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.members.acting import current_actor
from port2port.reports import queries
from port2port.reports.forms import Choices
from port2port.reports.grading import TEXT_LONGEST, Grade, grade_report, grading_of, gradings
from port2port.reports.models import Grading
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.site.reader import language


class GradingForm(forms.Form):
    """Source and information by one scheme, and a handling code; each may be left out."""

    source = forms.ChoiceField(label=gettext_lazy("The source"), required=False)
    information = forms.ChoiceField(label=gettext_lazy("The information"), required=False)
    handling = forms.ChoiceField(label=gettext_lazy("Handling code (Europol)"), required=False)
    handling_text = forms.CharField(
        label=gettext_lazy("Which other restrictions (H3)"), required=False, max_length=TEXT_LONGEST
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known, none = gradings(), _("Not graded")
        for name, information in (("source", False), ("information", True)):
            groups: Choices = [("", none)]
            for scheme in known.schemes:
                grades = known.of(scheme.code, information=information)
                groups.append(
                    (scheme.label(language()), [(g.code, f"{g.code[-1]} {g.label(language())}") for g in grades])
                )
            self.fields[name].choices = groups  # type: ignore[attr-defined]
        codes = [(h.code, f"{h.code} {h.label(language())}") for h in known.handling]
        self.fields["handling"].choices = [("", _("None")), *codes]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def grade(request: HttpRequest, report: UUID) -> HttpResponse:
    """Ask what source and information are worth, and what may be done with them."""
    at, actor = now(), current_actor()
    found = queries.report(report, at=at)
    decision = decide(actor, "change", envelope(found.record), at=at)
    if not decision.allowed or not actor.may("steward"):
        raise Refused(REASONS["no-role"] if decision.allowed else decision.reason, kind=queries.KIND, record=report)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    status = 200
    if request.method != "POST":
        form = GradingForm(initial=_initial(grading_of(report)) | {"version": found.record.version})
    else:
        form, status = GradingForm(request.POST), Invalid.status
        if form.is_valid():
            data = dict(form.cleaned_data)
            expected = data.pop("version")
            try:
                grade_report(report, grade=Grade(**data), expected=expected, at=at)
                messages.success(request, _("Graded."))
                return HttpResponseRedirect(reverse("reports:detail", args=[report]))
            except Invalid as error:
                for problem in error.problems:
                    form.add_error(problem.field if problem.field in form.fields else None, str(problem.message))
    sees = {"tlp": found.record.tlp, "audience": found.audience}
    return render(request, "reports/grading.html", {"form": form, "found": found, "sees": sees}, status=status)


def _initial(there: Grading | None) -> dict[str, str]:
    if there is None:
        return {}
    return {
        "source": f"{there.scheme}:{there.source}" if there.scheme else "",
        "information": f"{there.scheme}:{there.information}" if there.scheme else "",
        "handling": there.handling,
        "handling_text": there.handling_text,
    }

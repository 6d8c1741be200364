"""Why is this seen, and why not: asked about oneself by anyone, about own people by administrators."""

import re
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from port2port.base.errors import NotFound, Refused
from port2port.members.acting import current_actor
from port2port.members.models import Circle, Membership
from port2port.members.people_queries import memberships
from port2port.members.queries import called
from port2port.members.topics import is_topic
from port2port.sharing.queries import Explanation, explain
from port2port.sharing.rules import REASONS

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
HEARD_BY_OTHER = gettext_lazy("It was addressed to this person, or to a circle this person is in.")


@dataclass(frozen=True)
class Said:
    """One explanation in words: under which hat, whether it is seen, why, through what."""

    organisation: str
    sees: bool
    reason: str
    through: list[str]


class ExplainForm(forms.Form):
    """Whom and what."""

    person = forms.ChoiceField(
        label=gettext_lazy("Who?"), error_messages={"invalid_choice": gettext_lazy("Choose one of your people.")}
    )
    record = forms.CharField(
        max_length=400,
        label=gettext_lazy("Which record?"),
        help_text=gettext_lazy("Its link or its number, as somebody gave it to you."),
        error_messages={"required": gettext_lazy("Give the link or the number of a record.")},
    )

    def __init__(self, *arguments: object, people: list[tuple[UUID, str]], **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.fields["person"].choices = [(str(key), name) for key, name in people]  # type: ignore[attr-defined]

    def clean_record(self) -> UUID:
        """Find the number in whatever was pasted."""
        return record_in(self.cleaned_data["record"])


def record_in(text: str) -> UUID:
    """Return the record number in a link or text. Raises ValidationError when there is none."""
    found = UUID_TEXT.findall(text)
    if not found:
        raise forms.ValidationError(_("There is no record number in this. It has five groups of letters and digits."))
    return UUID(found[-1])


@never_cache
@require_GET
def explain_page(request: HttpRequest) -> HttpResponse:
    """Ask of any of the own people and any record whether and why they see it; absent and hidden look the same."""
    actor = current_actor()
    if actor.organisation is None or not actor.may("explain"):
        raise Refused(_("Administrators and data-protection officers ask this about their people."))
    people = [(row.person_id, row.person.name) for row in memberships()]
    asked = "record" in request.GET
    initial = {"person": request.GET.get("person", "")}
    form = ExplainForm(request.GET if asked else None, people=people, initial=initial)
    context: dict[str, object] = {"form": form}
    if asked and form.is_valid():
        person = UUID(form.cleaned_data["person"])
        found = explain(person, form.cleaned_data["record"])
        context |= {
            "said": in_words(found, person),
            "sees": any(one.sees for one in found),
            "unknown": all(one.rule == "unknown" for one in found),
            "name": dict(people)[person],
        }
    return render(request, "sharing/explain.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def why(request: HttpRequest, record: UUID) -> HttpResponse:
    """Why can I see this record? A fragment for the page of the record, a page of its own without scripts."""
    actor = current_actor()
    found = [one for one in explain(actor.person, record) if one.hat == actor.hat]
    if not any(one.sees for one in found):
        raise NotFound(record=record)
    fragment = bool(getattr(request, "htmx", False))
    template = "sharing/_why.html" if fragment else "sharing/why.html"
    return render(request, template, {"said": in_words(found, actor.person), "may_explain": actor.may("explain")})


def in_words(found: list[Explanation], person: UUID) -> list[Said]:
    """Put explanations into words. A circle of confidential membership is named only to who asks about themselves."""
    actor = current_actor()
    keys = {key for one in found for key in one.via}
    circles = {circle.id: circle for circle in Circle.objects.filter(id__in=keys)}
    hats = {one.hat for one in found}
    organisations = {
        row.id: called(row.organisation.names)
        for row in Membership.objects.filter(id__in=hats).select_related("organisation")
    }

    def key_words(key: UUID) -> str:
        if key == person:
            return _("addressed by name")
        if is_topic(key) and person == actor.person:
            return _("your organisation uses what it is about")
        circle = circles.get(key)
        if circle is None or (circle.membership == "confidential" and person != actor.person):
            return _("a circle whose membership is confidential")
        if circle.kind == "sealed":
            return _("%(circle)s, as it was when this was sent") % {"circle": called(circle.names)}
        return called(circle.names)

    said = []
    for one in found:
        reason = REASONS[one.rule]
        if one.rule == "in-audience" and person != actor.person:
            reason = HEARD_BY_OTHER
        through = sorted({key_words(key) for key in one.via})
        said.append(Said(organisations.get(one.hat, ""), one.sees, str(reason), through))
    return said

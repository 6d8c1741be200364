"""The forms of courses: what a person types, turned into plain values. No decision is made here."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from port2port.measures.forms import Put
from port2port.measures.operations.forms import clean, moment_field
from port2port.training.courses.rules import LONGEST, LONGEST_SESSION, MOST_SEATS, Plan
from port2port.training.courses.words import offered_names


class EnrolForm(Put):
    """Who should take which course by when."""

    slug = forms.ChoiceField(label=gettext_lazy("Course"))
    people = forms.MultipleChoiceField(label=gettext_lazy("Who?"), widget=forms.CheckboxSelectMultiple)
    due = forms.DateField(label=gettext_lazy("By when?"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, people: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(slug=list(offered_names().items()), people=[(str(one), name) for one, name in people.items()])


class SessionForm(Put):
    """A session: which course, when, where, how many seats."""

    slug = forms.ChoiceField(label=gettext_lazy("Course"))
    starts_at = moment_field(gettext_lazy("Begins"))
    minutes = forms.IntegerField(label=gettext_lazy("How many minutes?"), min_value=1, max_value=LONGEST_SESSION)
    place = forms.CharField(label=gettext_lazy("Where?"), max_length=LONGEST["place"])
    seats = forms.IntegerField(label=gettext_lazy("How many seats?"), min_value=1, max_value=MOST_SEATS)
    instead_of = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(slug=list(offered_names().items()))

    def value(self) -> Plan:
        """Return what was typed."""
        data = self.cleaned_data
        return Plan(data["slug"], data["starts_at"], data["minutes"], clean(data["place"]), data["seats"])


class BookForm(Put):
    """Whom to expect at a session."""

    people = forms.MultipleChoiceField(label=gettext_lazy("Who?"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(people=[(str(one), name) for one, name in people.items()])


class WhyForm(Put):
    """Why something is called off or withdrawn."""

    why = forms.CharField(label=gettext_lazy("Why?"), max_length=LONGEST["why"])

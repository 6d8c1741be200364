"""The forms of the desk. No decision is made here."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.alerts.desk.actions import Entry
from port2port.alerts.desk.models import (
    HOURS_LONGEST,
    LABEL_LONGEST,
    NOTE_LONGEST,
    REMARK_LONGEST,
)
from port2port.base.errors import Problem
from port2port.members.data_files import label
from port2port.members.models import Facility
from port2port.site.reader import language

LAST_PLACE = 99


class _Form(forms.Form):
    def put(self, problems: Iterable[Problem]) -> None:
        """Show what the rules found at the fields that ask for it."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, str(problem.message))


class GiveForm(_Form):
    """What the next shift must know."""

    text = forms.CharField(
        label=gettext_lazy("What must the next shift know?"), max_length=NOTE_LONGEST, widget=forms.Textarea,
        help_text=gettext_lazy("Read by this desk only, kept for 90 days. No names of persons."),
    )  # fmt: skip


class TakeForm(_Form):
    """A remark on what was taken over, if any."""

    remark = forms.CharField(
        label=gettext_lazy("Remark"), max_length=REMARK_LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class NumberForm(_Form):
    """A duty number of the own organisation."""

    label = forms.CharField(
        label=gettext_lazy("Who answers?"), max_length=LABEL_LONGEST,
        help_text=gettext_lazy("The function, as Duty desk or Harbour master on call. Never a person's name."),
    )  # fmt: skip
    number = forms.CharField(
        label=gettext_lazy("Number"), max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("With its country, as +32. Without it, it is read as a Belgian one."),
    )  # fmt: skip
    hours = forms.CharField(
        label=gettext_lazy("When?"), max_length=HOURS_LONGEST, required=False,
        help_text=gettext_lazy("As Day and night, or Mon to Fri 8 to 18 h."),
    )  # fmt: skip
    facility = forms.ChoiceField(label=gettext_lazy("Of which facility?"), required=False)
    position = forms.IntegerField(
        label=gettext_lazy("Place in the order of calling"), min_value=1, max_value=LAST_PLACE, initial=1
    )

    def __init__(self, *args: Any, facilities: Iterable[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((label(one.names, language()), str(one.id)) for one in facilities)
        choices = [("", _("Of the whole organisation")), *((value, name) for name, value in named)]
        self.fields["facility"].choices = choices  # type: ignore[attr-defined]
        if not named:
            self.fields["facility"].widget = forms.HiddenInput()

    def entry(self) -> Entry:
        """Return what was typed."""
        data = self.cleaned_data
        facility = UUID(data["facility"]) if data["facility"] else None
        return Entry(data["label"], data["number"], data["hours"], data["position"], facility)


class SinceForm(forms.Form):
    """Since when a number counts as changed on the printed list."""

    since = forms.DateField(
        label=gettext_lazy("Mark what changed since"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

"""The forms of levels: what a person types, turned into drafts. No decision is made here."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem
from port2port.levels.book import levels
from port2port.levels.rules import HIGHEST, NORMAL, REFERENCE_LONGEST, TEXT_LONGEST, Draft
from port2port.site.reader import language

Choices = list[tuple[str, Any]]
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
NUMBERS = re.compile(r"[\s,;]+")
NUMBER = re.compile(r"\d{1,3}")


def moment_field(words: Any, **more: Any) -> forms.DateTimeField:
    """Return a field for a moment, as the browser writes it."""
    return forms.DateTimeField(
        label=words, input_formats=MOMENTS,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **more,
    )  # fmt: skip


class Put(forms.Form):
    """A form into which the problems that an action found are put, by field; others stand over the form."""

    def put(self, problems: Iterable[Problem]) -> None:
        """Show problems beside their fields."""
        for one in problems:
            self.add_error(one.field if one.field in self.fields else None, str(one.message))


class NoticeForm(Put):
    """What the official notice says. `covered`: the facilities of the port, by number."""

    level = forms.TypedChoiceField(label=gettext_lazy("Which level?"), coerce=int, widget=forms.RadioSelect)
    reference = forms.CharField(
        label=gettext_lazy("Number of the official notice"), max_length=REFERENCE_LONGEST,
        help_text=gettext_lazy("The notice itself stays where it is: here is its number alone."),
    )  # fmt: skip
    starts = moment_field(gettext_lazy("From when?"))
    until = moment_field(
        gettext_lazy("Until when?"), required=False,
        help_text=gettext_lazy("Left empty, it holds until a later notice replaces it."),
    )  # fmt: skip
    replaces = forms.ChoiceField(
        label=gettext_lazy("In place of an earlier notice?"), required=False,
        help_text=gettext_lazy("That one ends as this one begins. To lower a level, enter the lower one in its place."),
    )  # fmt: skip
    facilities = forms.MultipleChoiceField(
        label=gettext_lazy("Only these facilities"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=gettext_lazy("None chosen: the whole port."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Instruction, in a few words"), widget=forms.Textarea, required=False,
        max_length=TEXT_LONGEST,
        help_text=gettext_lazy("Read by those concerned. Nothing out of a security plan, and no names."),
    )  # fmt: skip
    exercise = forms.BooleanField(
        label=gettext_lazy("This is an exercise"), required=False,
        help_text=gettext_lazy("It is marked so in every message, and changes no level."),
    )  # fmt: skip

    def __init__(self, *args: Any, port: str, facilities: Choices, held: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.port = port
        words: Choices = [(str(one.level), one.label(language())) for one in levels()]
        self.fields["level"].choices = words  # type: ignore[attr-defined]
        self.fields["facilities"].choices = facilities  # type: ignore[attr-defined]
        self.fields["replaces"].choices = [("", _("No, it comes beside what holds")), *held]  # type: ignore[attr-defined]

    def draft(self) -> Draft:
        """Return what was typed."""
        told = self.cleaned_data
        return Draft(
            self.port, told["level"], told["starts"], told["reference"], tuple(told["facilities"]), told["until"],
            told["text"].replace("\r\n", "\n"), language(), told["exercise"],
            UUID(told["replaces"]) if told["replaces"] else None,
        )  # fmt: skip


class MomentForm(forms.Form):
    """Of which moment the levels are shown."""

    at = moment_field(gettext_lazy("As it was on"), required=False)

    def moment(self, now: datetime) -> datetime:
        """Return the moment asked for; now, where there is none or it cannot be read."""
        if not self.is_valid() or self.cleaned_data["at"] is None:
            return now
        asked: datetime = self.cleaned_data["at"]
        return asked


class TickForm(forms.Form):
    """The checklist of a facility: what is ticked is done."""

    number = forms.MultipleChoiceField(
        label=gettext_lazy("Checklist: numbers, done or not done"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, numbers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].choices = numbers  # type: ignore[attr-defined]


class ChecklistForm(Put):
    """The numbers of a port for each level, as typed: separated by spaces or commas."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in levels():
            self.fields[f"numbers_{one.level}"] = forms.CharField(
                label=one.label(language()), required=False, max_length=TEXT_LONGEST,
                help_text=_("Numbers alone, as 1 2 5 12: what they stand for is in your plans."),
            )  # fmt: skip

    def numbers(self) -> dict[int, list[int]]:
        """Return the numbers by level. Problems are put beside the fields; the level is left out then."""
        found = {}
        for level in range(NORMAL, HIGHEST + 1):
            typed = [one for one in NUMBERS.split(self.cleaned_data[f"numbers_{level}"]) if one]
            if all(one.isascii() and NUMBER.fullmatch(one) for one in typed):
                found[level] = [int(one) for one in typed]
            else:
                self.add_error(f"numbers_{level}", _("Write numbers, separated by spaces or commas."))
        return found

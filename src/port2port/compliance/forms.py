"""The forms of security files: what a person types, turned into entries. No decision is made here."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem
from port2port.compliance.actions import FUNCTIONS, LONGEST, Entry, NewSubject
from port2port.compliance.models import Happening
from port2port.compliance.obligations import EventKind
from port2port.compliance.queries import HOLDER
from port2port.compliance.words import detail_word
from port2port.site.reader import language

Choices = list[tuple[str, Any]]
FOLLOWED: dict[str, str | Promise] = {
    HOLDER: gettext_lazy("A person in a function"),
    "company": gettext_lazy("My organisation, as a company"),
    "guarding_firm": gettext_lazy("My organisation, as a guarding firm"),
    "inland_operator": gettext_lazy("My organisation, as an inland operator"),
}
ACTIVITIES: dict[str, str | Promise] = {
    "": "–",
    "inland_shipping": gettext_lazy("inland shipping"),
    "inland_terminal": gettext_lazy("inland terminal"),
    "ship_agent": gettext_lazy("ship agent"),
}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class Put(forms.Form):
    """A form into which the problems that an action found are put, by field."""

    def put(self, problems: Iterable[Problem]) -> None:
        """Show problems beside their fields; those of no field stand over the form."""
        for one in problems:
            name = self.field_of(one.field)
            self.add_error(name if name in self.fields else None, str(one.message))

    def field_of(self, name: str) -> str:
        """Return the field that a problem speaks of."""
        return name


class EventForm(Put):
    """What happened: the kinds that this subject has; each detail is asked only where a kind carries it."""

    kind = forms.ChoiceField(label=gettext_lazy("What happened?"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=DAY)
    clock = forms.TimeField(
        label=gettext_lazy("Time, where it matters"), required=False, widget=CLOCK,
        help_text=gettext_lazy("For what counts in hours, as a change of level."),
    )  # fmt: skip
    reference = forms.CharField(
        label=gettext_lazy("Reference of the decision or notice"), required=False, max_length=LONGEST,
        help_text=gettext_lazy("Its number elsewhere; never its text, and no person’s name."),
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: Iterable[EventKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(kinds)
        self.kinds = {kind.code: kind for kind in offered}
        choices: Choices = [("", _("Choose what happened")), *((k.code, k.label(language())) for k in offered)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        for name in dict.fromkeys(name for kind in offered for name in (*kind.details, *kind.optional)):
            needing = [kind.label(language()) for kind in offered if name in (*kind.details, *kind.optional)]
            self.fields[f"detail_{name}"] = forms.CharField(
                label=detail_word(name), required=False, max_length=LONGEST,
                widget=DAY if name == "on" else forms.TextInput(),
                help_text=_("For: %(kinds)s") % {"kinds": "; ".join(needing)},
            )  # fmt: skip

    @property
    def detail_fields(self) -> list[forms.BoundField]:
        """The fields of details, in the order of the rules."""
        return [self[name] for name in self.fields if name.startswith("detail_")]

    def field_of(self, name: str) -> str:
        """Return the field that a problem speaks of."""
        return "day" if name == "at" else name if name in self.fields else f"detail_{name}"

    def entry(self, zone: ZoneInfo) -> Entry:
        """Return what was typed. A detail that this kind does not carry was meant for another one and is left out."""
        from_ = self.cleaned_data
        kind = self.kinds[from_["kind"]]
        at = datetime.combine(from_["day"], from_["clock"] or time.min, zone)
        names = (*kind.details, *kind.optional)
        details = {name: from_[f"detail_{name}"].strip() for name in names if from_[f"detail_{name}"].strip()}
        return Entry(kind.code, at, details, from_["reference"])


class CorrectionForm(EventForm):
    """The same over an entry that was wrong, or that it did not happen."""

    def __init__(self, *args: Any, wrong: Happening, zone: ZoneInfo, **kwargs: Any) -> None:
        local = wrong.at.astimezone(zone)
        begins = {
            "kind": wrong.kind, "day": local.date(), "reference": wrong.reference,
            "clock": local.time() if (local.hour or local.minute) else None,
        } | {f"detail_{name}": value for name, value in wrong.details.items()}  # fmt: skip
        super().__init__(*args, initial=begins, **kwargs)


class FollowForm(Put):
    """Whom to follow: who holds a function (a colleague, or initials or a post), or the own organisation."""

    kind = forms.ChoiceField(label=gettext_lazy("Whom to follow"), choices=list(FOLLOWED.items()))
    function = forms.ChoiceField(label=gettext_lazy("Function"), required=False)
    facility = forms.ChoiceField(label=gettext_lazy("Facility"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("A colleague who is a member here"), required=False)
    holder = forms.CharField(
        label=gettext_lazy("Or initials, or a post"), required=False, max_length=LONGEST // 2,
        help_text=gettext_lazy("No name: “Post 2”, “A.B.”"),
    )  # fmt: skip
    activity = forms.ChoiceField(
        label=gettext_lazy("Activity of the organisation"), required=False, choices=list(ACTIVITIES.items())
    )

    def __init__(self, *args: Any, facilities: Choices, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none: Choices = [("", "–")]
        self.fields["function"].choices = [("", _("Choose a function.")), *FUNCTIONS.items()]  # type: ignore[attr-defined]
        self.fields["facility"].choices = none + facilities  # type: ignore[attr-defined]
        self.fields["person"].choices = none + people  # type: ignore[attr-defined]

    def new(self) -> NewSubject:
        """Return what was chosen."""
        told = self.cleaned_data
        return NewSubject(
            told["kind"], function=told["function"], facility=told["facility"], holder=told["holder"],
            person=UUID(told["person"]) if told["person"] else None, activity=told["activity"],
        )  # fmt: skip

"""The forms of declarations: what a person types, turned into drafts. No decision is made here."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.levels.declarations.rules import FLAG_LENGTH, KEPT_LONGEST, SHIP_LONGEST, Draft
from port2port.levels.declarations.shown import SIDES
from port2port.levels.declarations.vocabulary import words
from port2port.levels.forms import Choices, Put, moment_field
from port2port.levels.rules import HIGHEST, NORMAL
from port2port.site.reader import language

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
IMO_LONGEST = 12  # with "IMO" and spaces before it
LEVELS = [(level, str(level)) for level in range(NORMAL, HIGHEST + 1)]


class DeclarationForm(Put):
    """A declaration, in the order of the Code's form."""

    place = forms.ChoiceField(label=gettext_lazy("Facility or port"))
    ship = forms.CharField(label=gettext_lazy("Name of the ship"), max_length=SHIP_LONGEST)
    imo = forms.CharField(
        label=gettext_lazy("IMO number"), max_length=IMO_LONGEST,
        help_text=gettext_lazy("Seven digits, as on the hull."),
    )  # fmt: skip
    flag = forms.CharField(
        label=gettext_lazy("Flag"), required=False, max_length=FLAG_LENGTH,
        help_text=gettext_lazy("The country as two letters, as BE."),
    )  # fmt: skip
    call_from = forms.DateField(label=gettext_lazy("Call from"), required=False, widget=DAY)
    call_until = forms.DateField(label=gettext_lazy("Call until"), required=False, widget=DAY)
    starts = moment_field(gettext_lazy("Valid from"))
    ends = moment_field(gettext_lazy("Valid until"))
    facility_level = forms.TypedChoiceField(
        label=gettext_lazy("Level of the facility"), coerce=int, choices=LEVELS, initial=NORMAL
    )
    ship_level = forms.TypedChoiceField(
        label=gettext_lazy("Level of the ship"), coerce=int, choices=LEVELS, initial=NORMAL
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why is one needed?"))
    activities = forms.MultipleChoiceField(
        label=gettext_lazy("Which activities does it cover?"), widget=forms.CheckboxSelectMultiple
    )
    facility_post = forms.ChoiceField(label=gettext_lazy("Signs for the facility"))
    ship_post = forms.ChoiceField(label=gettext_lazy("Signs for the ship"))

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = words()
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        choices: dict[str, Choices] = {
            "reason": [("", _("Choose the occasion")), *((one.code, one.label(language())) for one in known.reasons)],
            "activities": [(one.code, one.label(language())) for one in known.activities],
            "facility_post": [(one.code, one.label(language())) for one in known.posts if one.side == "facility"],
            "ship_post": [(one.code, one.label(language())) for one in known.posts if one.side == "ship"],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        for one in known.measures:
            self.fields[f"measure_{one.code}"] = forms.ChoiceField(
                label=one.label(language()), choices=list(SIDES.items()), initial="both"
            )

    @property
    def measure_fields(self) -> list[forms.BoundField]:
        """The lines of the form, in the order of the Code."""
        return [self[f"measure_{one.code}"] for one in words().measures]

    def draft(self) -> Draft:
        """Return what was typed."""
        told = self.cleaned_data
        return Draft(
            place=told["place"], ship=told["ship"], imo=told["imo"], flag=told["flag"], starts=told["starts"],
            ends=told["ends"], call_from=told["call_from"], call_until=told["call_until"],
            ship_level=told["ship_level"], facility_level=told["facility_level"], reason=told["reason"],
            activities=tuple(told["activities"]), facility_post=told["facility_post"], ship_post=told["ship_post"],
            measures={one.code: told[f"measure_{one.code}"] for one in words().measures},
        )  # fmt: skip


class SignedForm(Put):
    """When the paper was signed, and where it is kept."""

    signed_on = forms.DateField(label=gettext_lazy("Signed by both on"), widget=DAY)
    kept_at = forms.CharField(
        label=gettext_lazy("Where is the paper kept?"), max_length=KEPT_LONGEST,
        help_text=gettext_lazy("A room or a file number; no name of a person."),
    )  # fmt: skip

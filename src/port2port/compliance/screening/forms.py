"""The forms of security verifications: what a person types, turned into a line. No decision is made here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from port2port.compliance.forms import DAY, Choices, Put
from port2port.compliance.screening import queries
from port2port.compliance.screening.book import functions
from port2port.compliance.screening.models import Screening
from port2port.compliance.screening.rules import Line
from port2port.compliance.screening.tabular import DAYS, NEEDED
from port2port.members.queries import called
from port2port.site.reader import language


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DAY, help_text=help_text)


class ScreeningForm(Put):
    """A staff number, its function and days."""

    number = forms.CharField(
        label=gettext_lazy("Your own number"), max_length=16,
        help_text=gettext_lazy("As PG-0412: up to three letters and seven digits. Never a name or a national number."),
    )  # fmt: skip
    function = forms.ChoiceField(label=gettext_lazy("Critical function"))
    facility = forms.ChoiceField(label=gettext_lazy("Facility"), required=False)
    since = _day(gettext_lazy("In this function since"), gettext_lazy("Empty as long as it was not taken up."))
    applied_on = _day(gettext_lazy("Applied on"), gettext_lazy("Of an application that is not decided yet."))
    verified_on = _day(
        gettext_lazy("Positive outcome of"), gettext_lazy("The newest. How long it holds is worked out.")
    )
    refused_on = _day(
        gettext_lazy("Not positive, or withdrawn, on"),
        gettext_lazy("The function ends then: delete the row. It goes by itself after a while."),
    )

    def __init__(self, *args: Any, row: Screening | None = None, **kwargs: Any) -> None:
        line = queries.line_of(row) if row is not None else None
        begins = {name: getattr(line, name) for name in (*NEEDED, "facility", *DAYS)} if line is not None else {}
        super().__init__(*args, **(kwargs | {"initial": begins}))
        kinds: Choices = [("", "–"), *((one.code, one.label(language())) for one in functions().values())]
        places: Choices = [("", "–"), *((one.code, called(one.names)) for one in queries.places())]
        self.fields["function"].choices = kinds  # type: ignore[attr-defined]
        self.fields["facility"].choices = places  # type: ignore[attr-defined]

    def line(self) -> Line:
        """Return what was typed."""
        return Line(**{name: self.cleaned_data[name] for name in (*NEEDED, "facility", *DAYS)})

"""The forms of the register. No decision is made here."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from port2port.alerts.suppliers.actions import Entry
from port2port.alerts.suppliers.models import SupplierUse
from port2port.alerts.suppliers.names import System
from port2port.alerts.suppliers.rules import IDENTIFIER_LONGEST, NAME_LONGEST, USE_LONGEST, VERSION_LONGEST
from port2port.base.errors import Problem

CRITICAL_WORDS = (
    ("", gettext_lazy("Not said")),
    ("minor", gettext_lazy("Little")),
    ("serious", gettext_lazy("Much")),
    ("vital", gettext_lazy("Everything")),
)


class UseForm(forms.Form):
    """Something that the organisation uses."""

    vendor = forms.CharField(
        label=gettext_lazy("Supplier or maker"), max_length=NAME_LONGEST, required=False,
        widget=forms.TextInput(attrs={"list": "suppliers", "autocomplete": "off"}),
    )  # fmt: skip
    product = forms.CharField(
        label=gettext_lazy("Product or system"), max_length=NAME_LONGEST, required=False,
        help_text=gettext_lazy("Left empty: you are warned about everything of this supplier."),
    )  # fmt: skip
    version = forms.CharField(label=gettext_lazy("Version"), max_length=VERSION_LONGEST, required=False)
    used_for = forms.CharField(
        label=gettext_lazy("What for, and where?"), max_length=USE_LONGEST, required=False,
        help_text=gettext_lazy("For your own people. No names of persons."),
    )  # fmt: skip
    critical = forms.ChoiceField(
        label=gettext_lazy("What stands still without it?"), choices=CRITICAL_WORDS, required=False
    )
    cpe = forms.CharField(label=gettext_lazy("CPE 2.3 name"), max_length=IDENTIFIER_LONGEST, required=False)
    package = forms.CharField(label=gettext_lazy("Package URL"), max_length=IDENTIFIER_LONGEST, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A CPE or package URL says it too; what is missing is said by the rules.
        self.fields["vendor"].required = not self.is_bound

    def entry(self) -> Entry:
        """Return what was typed."""
        data = self.cleaned_data
        system = System(data["vendor"], data["product"], data["version"], data["cpe"], data["package"])
        return Entry(system, data["used_for"], data["critical"])

    def put(self, problems: Iterable[Problem]) -> None:
        """Show what the rules found at the fields that ask for it."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, str(problem.message))


class ListForm(forms.Form):
    """A list of what the organisation uses, as a file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("UTF-8, with the columns named below, at most 300 rows. All rows are taken, or none."),
    )


def initial_of(use: SupplierUse) -> dict[str, str]:
    """Return an entry as the values of its form."""
    return {name: getattr(use, name) for name in UseForm.base_fields}

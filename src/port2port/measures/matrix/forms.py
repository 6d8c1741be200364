"""What a matrix is narrowed to and how it is laid out, from an address. No decision is made here."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.measures.matrix.queries import Chosen, Matrix
from port2port.measures.matrix.words import name_of
from port2port.measures.queries import objective_choices
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.reports import vocabulary as report_words
from port2port.reports.forms import terms as choices_of
from port2port.site.reader import language
from port2port.workgroups.queries import my_groups

VIEWS = ("measures", "modi", "gaps", "countries")
NARROWING = ("threat", "phase", "objective", "circle", "group")


class MatrixForm(forms.Form):
    """The address of a matrix: what of it, and how it is laid out."""

    view = forms.ChoiceField(required=False, choices=[(one, one) for one in VIEWS], widget=forms.HiddenInput)
    at = forms.ChoiceField(label=gettext_lazy("Port"), required=False)
    measure = forms.ChoiceField(label=gettext_lazy("One measure, all ports"), required=False)
    threat = forms.ChoiceField(label=gettext_lazy("Against what"), required=False)
    phase = forms.ChoiceField(label=gettext_lazy("In which phase"), required=False)
    objective = forms.ChoiceField(label=gettext_lazy("For which objective"), required=False)
    circle = forms.ChoiceField(label=gettext_lazy("Of which circle"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Of which working group"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = _("All")
        objectives = [(str(key), title) for key, title in objective_choices()]
        known = facts().circles
        circles = sorted(((str(key), label(names, language())) for key, names in known.items()), key=lambda c: c[1])
        for name, choices in {
            "threat": choices_of(report_words.threats(), every),
            "phase": choices_of(report_words.phases(), every),
            "objective": [("", every), *objectives],
            "circle": [("", every), *circles],
            "group": [("", every), *((str(one.id), one.name) for one in my_groups())],
        }.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name in ("at", "measure"):  # checked when the matrix is there: it says what its rows and columns are
            self.fields[name] = forms.CharField(required=False, max_length=40, label=self.fields[name].label)

    def chosen(self) -> Chosen:
        """Return what it is narrowed to; a field that cannot be read narrows nothing and says so."""
        self.is_valid()
        data = self.cleaned_data
        return Chosen(
            data.get("threat", ""),
            data.get("phase", ""),
            UUID(data["objective"]) if data.get("objective") else None,
            UUID(data["circle"]) if data.get("circle") else None,
            UUID(data["group"]) if data.get("group") else None,
        )

    def value(self, name: str) -> str:
        """Return a field that could be read, or ""."""
        return str(self.cleaned_data.get(name) or "")

    def offer(self, found: Matrix) -> None:
        """Offer the rows and columns there are, and of the circles those that the measures are addressed to."""
        every = _("All")
        ports = [(place.code, name_of(place)) for place in found.places]
        measures = [(str(row.shown.id), row.shown.version.title) for row in found.rows]
        for name, choices in {"at": ports, "measure": [("", every), *measures]}.items():
            self.fields[name].widget = forms.Select(choices=choices)
        chosen = self.value("circle")
        circle = self.fields["circle"]
        circle.choices = [  # type: ignore[attr-defined]
            one for one in circle.choices if one[0] in ("", chosen) or UUID(one[0]) in found.circles  # type: ignore[attr-defined]
        ]  # fmt: skip

    def address(self, path: str, **changes: str) -> str:
        """Return the address of the same with some values changed; empty ones are left out."""
        kept = {name: self.value(name) for name in ("view", *NARROWING, "at", "measure")} | changes
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{path}?{query}" if query else path

"""The forms of the monitor: what a person types, turned into choices and values. No decision is made here."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem
from port2port.displacement.effort_queries import Grid
from port2port.displacement.rules import OUTCOMES, SIGHTS, SOURCES, WHY_LONGEST, Choice, Foreseen, Told
from port2port.displacement.words import outcome_word, sight_word, source_word
from port2port.measures.forms import Addressed, Put, day_field
from port2port.members.data_files import LANGUAGES, label
from port2port.members.places import Places
from port2port.reports.forms import method_choices
from port2port.site.reader import language

CELL = "cell"


class RunForm(Put):
    """Other choices than those fixed beforehand."""

    sight = forms.ChoiceField(label=gettext_lazy("Who will be able to read it?"), widget=forms.RadioSelect)
    counted = forms.ChoiceField(label=gettext_lazy("Which incidents?"), widget=forms.RadioSelect)
    months_before = forms.IntegerField(label=gettext_lazy("Months before a measure"))
    months_after = forms.IntegerField(label=gettext_lazy("Months after it"))
    scale_km = forms.FloatField(
        label=gettext_lazy("How far would it move? (km)"),
        help_text=gettext_lazy("A port so far away feels about a third of what the next one feels."),
    )
    threshold = forms.FloatField(
        label=gettext_lazy("How sure before it is said? (0.5 to 0.999)"),
        help_text=gettext_lazy("The probability that it is more, and not chance."),
    )
    with_effort = forms.BooleanField(label=gettext_lazy("Take account of effort, where it is known"), required=False)
    placebos = forms.BooleanField(label=gettext_lazy("Also ask where the answer must be no"), required=False)

    def __init__(self, *args: Any, named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sights = SIGHTS if named else SIGHTS[:1]
        self.set_choices(
            sight=[(code, sight_word(code)) for code in sights], counted=[(code, source_word(code)) for code in SOURCES]
        )

    def choice(self) -> Choice:
        """Return what was chosen."""
        names = [name for name in Choice.__dataclass_fields__ if name != "data"]
        return Choice(data=self.cleaned_data["counted"], **{name: self.cleaned_data[name] for name in names})


class KeepForm(Put):
    """The name under which a variant is kept."""

    name = forms.CharField(label=gettext_lazy("Keep it under a name"), max_length=120)


class DecideForm(Put):
    """Why a warning is released or dismissed."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"), widget=forms.Textarea, max_length=WHY_LONGEST,
        help_text=gettext_lazy("It stays beside the warning, whatever comes of it."),
    )  # fmt: skip


class OutcomeForm(Put):
    """What came of a warning or a signal."""

    outcome = forms.ChoiceField(label=gettext_lazy("What came of it?"), widget=forms.RadioSelect)
    why = forms.CharField(label=gettext_lazy("How do you know?"), widget=forms.Textarea, max_length=WHY_LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(outcome=[(code, outcome_word(code)) for code in OUTCOMES])


class SignalForm(Addressed):
    """What somebody thinks moves."""

    origin = forms.ChoiceField(label=gettext_lazy("From where?"))
    port = forms.ChoiceField(label=gettext_lazy("To where?"))
    method = forms.ChoiceField(label=gettext_lazy("By which method?"))
    probability = forms.IntegerField(
        label=gettext_lazy("How sure are you? (per cent)"),
        help_text=gettext_lazy("70 means: of ten such signals, about seven come true."),
    )
    due = day_field(gettext_lazy("Until when will it have shown?"))
    why = forms.CharField(
        label=gettext_lazy("Why do you think so?"), widget=forms.Textarea,
        help_text=gettext_lazy("In your own words. No names of persons."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        ports = [
            (spot.code, label(spot.names, code))
            for spot in places.ports.values()
            if spot.lat is not None and spot.kind != "unspecified"
        ]
        self.fields["due"].required = True
        self.set_choices(
            origin=[("", _("Choose a port")), *ports], port=[("", _("Choose a port")), *ports],
            method=method_choices(_("Choose a method")), language=[(one, one.upper()) for one in LANGUAGES],
        )  # fmt: skip

    def foreseen(self) -> Foreseen:
        """Return what was written."""
        names = ("origin", "port", "method", "probability", "why", "due")
        return Foreseen(
            **{name: self.cleaned_data[name] for name in names}, language=self.cleaned_data["language"] or language()
        )


def cell_name(port: str, month: date, kind: str) -> str:
    """Return the name of a cell of the grid."""
    return f"{CELL}:{port}:{month:%Y-%m}:{kind}"


def cells_in(grids: Iterable[Grid]) -> list[tuple[str, Told]]:
    """Return the name of each cell of the grids, and what an empty one says; its row is its place among them."""
    cells = [(g.port.locode, kind.code, month) for g in grids for kind, _cells in g.rows for month in g.months]
    return [
        (cell_name(port, month, kind), Told(port, month, kind, None, place))
        for place, (port, kind, month) in enumerate(cells, start=1)
    ]


def told_in(data: Mapping[str, str], cells: Iterable[tuple[str, Told]]) -> tuple[list[Told], list[Problem]]:
    """Return what a posted grid says of each of its cells, and a problem for each that holds no number."""
    found: list[Told] = []
    problems: list[Problem] = []
    for name, empty in cells:
        if name not in data:
            continue
        text = data[name].strip().replace(",", ".").replace("\u202f", "").replace(" ", "")
        try:
            found.append(replace(empty, amount=float(text) if text else None))
        except ValueError:
            message = _("A number from 0 up; leave it empty when nobody knows.")
            problems.append(Problem("amount", message, empty.row))
    return found, problems

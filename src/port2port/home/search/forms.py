"""The question and what it is narrowed to, as they stand in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.home.search.queries import LONGEST_QUERY, Filters
from port2port.home.search.sources import kinds_shown
from port2port.members.places import known_places
from port2port.reports import vocabulary
from port2port.reports.forms import Choices, terms
from port2port.site.reader import language


class SearchForm(forms.Form):
    """What is looked for; by address, so that it can be kept and sent."""

    q = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        max_length=LONGEST_QUERY,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "data-key": "/"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    port = forms.ChoiceField(label=gettext_lazy("Port"), required=False)
    threat = forms.ChoiceField(label=gettext_lazy("Threat"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = _("All")
        choices: dict[str, Choices] = {
            "kind": [("", every), *((source.kind, source.word) for source in kinds_shown())],
            "port": [("", every), *((p.code, p.names.get(language(), p.code)) for p in known_places().ports.values())],
            "threat": terms(vocabulary.threats(), every),
        }
        for name, value in choices.items():
            self.fields[name].choices = value  # type: ignore[attr-defined]

    def filters(self, *, every: bool) -> Filters:
        """Return the filters; a field that cannot be read narrows nothing and says so."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value and name != "q"}
        found = Filters(**values, every=every)
        if found.since and found.until and found.since > found.until:
            self.add_error("until", _("This lies before the first day."))
        return found

    def narrowed(self) -> str:
        """Return in words what the search is narrowed to, without the kind, which the chips show."""
        self.use_required_attribute = False
        said = []
        for name, field in self.fields.items():
            field.required = True  # no filter is marked as one that may be left out: all may
            value = self.cleaned_data.get(name) if name not in ("q", "kind") else None
            if value:
                choice = dict(getattr(field, "choices", ())).get(value, value)
                said.append(f"{field.label}: {choice}")
        return "; ".join(said)

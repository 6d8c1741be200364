"""The small forms of reports: filters, closing, withdrawing, who sees it, a file. No decision is made here."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.members.places import Places
from port2port.reports import vocabulary
from port2port.reports.forms import Choices, method_choices, terms
from port2port.reports.queries import Filters
from port2port.reports.words import PROVENANCE
from port2port.sharing.actions import WITHDRAWAL_REASONS
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language


class FilterForm(forms.Form):
    """What the list is narrowed to; by address, so that it can be kept and sent."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200)
    threat = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    port = forms.ChoiceField(label=gettext_lazy("Port"), required=False)
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), required=False)
    nature = forms.ChoiceField(label=gettext_lazy("Nature"), required=False)
    modus_operandi = forms.ChoiceField(label=gettext_lazy("Modus operandi"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    provenance = forms.ChoiceField(label=gettext_lazy("Where from"), required=False)
    mine = forms.ChoiceField(label=gettext_lazy("Whose"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = vocabulary.vocabulary()
        every = _("All")
        choices: dict[str, Choices] = {
            "threat": terms(words.threats, every),
            "port": [("", every), *((p.code, p.names.get(language(), p.code)) for p in places.ports.values())],
            "severity": terms(words.severities, every),
            "nature": terms(words.natures, every),
            "modus_operandi": method_choices(every),
            "state": terms(words.states, every),
            "provenance": [("", every), *PROVENANCE.items()],
            "mine": [("", every), ("1", _("Our organisation only"))],
        }
        for name, value in choices.items():
            self.fields[name].choices = value  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Return the filters; a field that cannot be read narrows nothing and says so."""
        self.is_valid()
        found = Filters(**{name: value for name, value in self.cleaned_data.items() if value})
        if found.since and found.until and found.since > found.until:
            self.add_error("until", _("This lies before the first day."))
        return found

    def narrowed(self) -> str:
        """Return in words what the list is narrowed to, without the threat, which the chips show."""
        self.use_required_attribute = False
        said = []
        for name, field in self.fields.items():
            field.required = True  # no filter is marked as one that may be left out: all may
            value = self.cleaned_data.get(name)
            if value and name != "threat":
                choice = dict(_flat(getattr(field, "choices", ()))).get(value, value)
                said.append(f"{field.label}: {choice}")
        return "; ".join(said)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Return choices without their groups."""
    found: list[tuple[Any, Any]] = []
    for value, words in choices:
        found += words if isinstance(words, list) else [(value, words)]
    return found


class WithdrawForm(forms.Form):
    """Why it is withdrawn, and its reference typed again."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"), choices=[("", gettext_lazy("Choose a reason")), *WITHDRAWAL_REASONS.items()]
    )
    confirm = forms.CharField(
        max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )

    def __init__(self, *args: Any, reference: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reference = reference
        self.fields["confirm"].label = _("To go on, type %(name)s") % {"name": reference}

    def clean_confirm(self) -> str:
        """Refuse anything but the reference."""
        typed: str = self.cleaned_data["confirm"].strip()
        if typed.upper() != self.reference.upper():
            raise forms.ValidationError(_("This is not %(name)s.") % {"name": self.reference})
        return typed


class CloseForm(forms.Form):
    """What came of it."""

    outcome = forms.CharField(
        label=gettext_lazy("What came of it?"), required=False, max_length=400, widget=forms.Textarea
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AudienceForm(forms.Form):
    """Who else should see it (widen), or who should keep it (narrow)."""

    circles = forms.MultipleChoiceField(
        label=gettext_lazy("Circles"), widget=forms.CheckboxSelectMultiple, required=False
    )
    organisations = forms.MultipleChoiceField(
        label=gettext_lazy("Single organisations and facilities"), widget=forms.CheckboxSelectMultiple, required=False
    )
    persons = forms.MultipleChoiceField(
        label=gettext_lazy("Persons"), widget=forms.CheckboxSelectMultiple, required=False
    )
    tlp = forms.ChoiceField(label="TLP")
    nobodys = forms.BooleanField(
        label=gettext_lazy("Numbers and names in the text are nobody's own: a desk's, a company's"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        record: Record,
        circles: tuple[Choices, Choices],
        persons: list[tuple[UUID, str]],
        widen: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        ranks = [t for t in Tlp if (t <= record.tlp if widen else t >= record.tlp)]
        self.fields["circles"].choices = circles[0]  # type: ignore[attr-defined]
        self.fields["organisations"].choices = circles[1]  # type: ignore[attr-defined]
        self.fields["persons"].choices = [(str(i), name) for i, name in persons]  # type: ignore[attr-defined]
        self.fields["tlp"].choices = [(t.name, t.label) for t in ranks]  # type: ignore[attr-defined]

    def addressing(self) -> Addressing:
        """Return what was chosen."""
        data = self.cleaned_data
        return Addressing(
            tuple(UUID(key) for key in (*data["circles"], *data["organisations"], *data["persons"])), Tlp[data["tlp"]]
        )

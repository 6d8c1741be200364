"""The small forms of routing: what was sent when, what an organisation says of itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

SAID = [("unknown", _("not said")), ("yes", _("yes")), ("no", _("no"))]
MEANT: dict[str, bool | None] = {"unknown": None, "yes": True, "no": False}


class SentForm(forms.Form):
    """When something was sent elsewhere, and under which reference of the recipient."""

    sent_at = forms.DateTimeField(
        label=_("Sent on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    reference = forms.CharField(label=_("Their reference"), required=False, max_length=120)


class FactsForm(forms.Form):
    """What rules ask of an organisation."""

    nis2_scope = forms.ChoiceField(label=_("In scope of the NIS2 law"), choices=SAID)
    critical_entity = forms.ChoiceField(label=_("A critical entity (CER)"), choices=SAID)

    def said(self) -> dict[str, Any]:
        """Return the answers, None for what is not said."""
        return {name: MEANT[value] for name, value in self.cleaned_data.items()}

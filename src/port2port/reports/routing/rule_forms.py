"""The small forms of routing: what was sent when, what an organisation says of itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.reports.routing.actions import SAID_LONGEST
from port2port.reports.routing.models import CATEGORIES

SAID = [("unknown", _("not said")), ("yes", _("yes")), ("no", _("no"))]
SCOPE = [
    ("unknown", _("not said")),
    ("essential", _("yes, as an essential entity")),
    ("important", _("yes, as an important entity")),
    ("yes", _("yes, not known as which")),
    ("no", _("no")),
]
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

    nis2 = forms.ChoiceField(label=_("In scope of the NIS2 law"), choices=SCOPE)
    critical_entity = forms.ChoiceField(label=_("A critical entity (CER)"), choices=SAID)
    supervisor = forms.CharField(
        label=_("Competent authority"), required=False, max_length=SAID_LONGEST,
        help_text=_("Under whose authority your organisation stands for these laws."),
    )  # fmt: skip
    since = forms.DateField(
        label=_("Since when"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Reports from before that day are left as they are. Empty: always."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("What this rests on"), required=False, max_length=SAID_LONGEST,
        help_text=_("The number of the registration or decision."),
    )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """Return the answers, None for what is not said."""
        told = self.cleaned_data
        category = told["nis2"] if told["nis2"] in CATEGORIES else ""
        return {
            "nis2_scope": True if category else MEANT[told["nis2"]], "nis2_category": category,
            "critical_entity": MEANT[told["critical_entity"]], "supervisor": told["supervisor"],
            "since": told["since"], "source": told["source"],
        }  # fmt: skip

"""The form of a clock: the text as it is sent, and when, how and under which reference it was."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.compliance.forms import Put
from port2port.reports.clocks.actions import REFERENCE_LONGEST, TEXT_LONGEST, Sent
from port2port.reports.clocks.words import CHANNELS


class SentForm(Put):
    """A prepared text, and that it was sent."""

    text = forms.CharField(
        label=_("The text, as you send it"), widget=forms.Textarea, max_length=TEXT_LONGEST, strip=False
    )
    sent_at = forms.DateTimeField(
        label=_("Sent on"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )  # fmt: skip
    channel = forms.ChoiceField(label=_("How it was sent"), choices=list(CHANNELS.items()), required=False)
    reference = forms.CharField(
        label=_("Their reference"), required=False, max_length=REFERENCE_LONGEST,
        help_text=_("The number that the authority gave, if you know it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sending = not self.is_bound or self.data.get("act") == "sent"  # a file is taken out before it was sent
        for name in ("sent_at", "channel"):
            self.fields[name].required = sending

    def sent(self, kind: str, case: str, language: str) -> Sent:
        """Return what was sent."""
        told: dict[str, Any] = self.cleaned_data
        return Sent(
            kind, told["text"], told.get("sent_at"), told.get("channel") or "", told.get("reference") or "", case,
            language,
        )  # fmt: skip

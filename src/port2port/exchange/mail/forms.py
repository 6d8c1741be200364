"""The form by which a person makes a report of a message: filled with what it says, to be put right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.exchange.forms import AcceptForm
from port2port.exchange.mail.actions import Said
from port2port.exchange.mail.models import MailDraft
from port2port.reports.rules import TEXT_LONGEST, TITLE_LONGEST
from port2port.reports.vocabulary import vocabulary
from port2port.site.reader import language

SHOWN = "%Y-%m-%dT%H:%M"


class LetterForm(AcceptForm):
    """What a message is about, where and when, and its text without what is nobody's business."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LONGEST, required=False)
    text = forms.CharField(label=_("What happened?"), widget=forms.Textarea, help_text=_("No names of persons."))
    occurred_at = forms.DateTimeField(
        label=_("When?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=SHOWN),
        input_formats=[SHOWN, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    occurred_precision = forms.ChoiceField(label=_("How exactly is the time known?"), choices=())

    def __init__(self, sent: Any, *, row: MailDraft) -> None:
        super().__init__(sent, {})
        self.initial = {
            "title": row.subject[:TITLE_LONGEST], "text": row.text[:TEXT_LONGEST],
            "occurred_at": row.written_at if row.written_at and row.written_at <= row.came_at else row.came_at,
            "occurred_precision": "day",
        }  # fmt: skip
        code = language()
        for name in ("threat", "port"):  # nothing is chosen for whoever reads a stranger's message
            field: Any = self.fields[name]
            field.choices = [("", _("Choose...")), *field.choices]
        precisions = [(one.code, one.label(code)) for one in vocabulary().date_precisions]
        self.fields["occurred_precision"].choices = precisions  # type: ignore[attr-defined]

    def said(self) -> Said:
        """Return what was said."""
        return Said(**self.cleaned_data, language=language())

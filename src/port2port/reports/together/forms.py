"""The forms of working together on a report. No decision is made here."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem
from port2port.members.models import Organisation
from port2port.members.places import Places
from port2port.reports.together.actions import Sighting
from port2port.reports.together.rules import LESSON_LONGEST, LINKS, TEXT_LONGEST
from port2port.reports.together.words import LINKS as LINK_WORDS
from port2port.reports.together.words import VERDICTS, label_of
from port2port.site.reader import language


class Put(forms.Form):
    """A form that shows what the rules found."""

    def put(self, problems: Iterable[Problem]) -> None:
        """Show problems at the fields that ask for it."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, str(problem.message))


class SayForm(Put):
    """A note, a question to the owner, or an answer to a question."""

    text = forms.CharField(
        label=gettext_lazy("What do you add?"), max_length=TEXT_LONGEST, widget=forms.Textarea,
        help_text=gettext_lazy("Everyone who sees the report reads it. No names of persons."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        choices=[(code, code) for code in ("note", "question", "answer")], widget=forms.HiddenInput
    )
    reply_to = forms.UUIDField(required=False, widget=forms.HiddenInput)


class SightingForm(Put):
    """What was seen of the same: when, where, and two sentences."""

    text = forms.CharField(
        label=gettext_lazy("What did you see?"), max_length=TEXT_LONGEST, widget=forms.Textarea,
        help_text=gettext_lazy("Two sentences are enough. No names of persons."),
    )  # fmt: skip
    port = forms.ChoiceField(label=gettext_lazy("At which port?"))
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("When?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )

    who = forms.ChoiceField(
        label=gettext_lazy("Who should know?"),
        widget=forms.RadioSelect,
        choices=[
            ("alike", gettext_lazy("Who was told of the first one")),
            ("own", gettext_lazy("My organisation only, for now")),
        ],
    )

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(port.code, port.names.get(language(), port.code)) for port in places.ports.values()]
        self.fields["port"].choices = [("", _("Choose a port")), *named]  # type: ignore[attr-defined]

    def sighting(self) -> Sighting:
        """Return what was typed; the language is the reader's own."""
        data = self.cleaned_data
        typed: datetime = data["occurred_at"]
        moment = typed.astimezone(UTC) if typed.tzinfo else timezone.make_aware(typed)
        return Sighting(data["port"], moment, data["text"], language())


class LinkForm(Put):
    """Another report, and how the two belong together."""

    other = forms.CharField(
        label=gettext_lazy("Which other report?"), max_length=300,
        help_text=gettext_lazy("Its reference, as 26-1122-0A4F, or its address."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("How do they belong together?"),
        widget=forms.RadioSelect,
        choices=[
            *((code, LINK_WORDS[code]) for code in LINKS if code != "duplicate"),
            ("duplicate", gettext_lazy("This one is a duplicate of the other: merge it")),
        ],
    )


class OrganisationForm(Put):
    """An organisation that should see the report, and why."""

    organisation = forms.ChoiceField(label=gettext_lazy("Who should see it too?"))
    why = forms.CharField(
        label=gettext_lazy("Why?"), max_length=TEXT_LONGEST, widget=forms.Textarea,
        help_text=gettext_lazy("The owner decides. Everyone who sees the report reads it. No names of persons."),
    )  # fmt: skip

    def __init__(self, *args: Any, organisations: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = chosen_from(organisations)  # type: ignore[attr-defined]


class HandOverForm(Put):
    """Who looks after the report from now on, and its reference typed again."""

    to = forms.ChoiceField(label=gettext_lazy("Who looks after it from now on?"))
    confirm = forms.CharField(
        max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, organisations: Iterable[Organisation], reference: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reference = reference
        self.fields["to"].choices = chosen_from(organisations)  # type: ignore[attr-defined]
        self.fields["confirm"].label = _("To go on, type %(name)s") % {"name": reference}

    def clean_confirm(self) -> str:
        """Refuse anything but the reference."""
        typed: str = self.cleaned_data["confirm"].strip()
        if typed.upper() != self.reference.upper():
            raise forms.ValidationError(_("This is not %(name)s.") % {"name": self.reference})
        return typed


class FeedbackForm(Put):
    """The answer that the reporter is owed."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What came of it?"), widget=forms.RadioSelect, choices=list(VERDICTS.items())
    )
    text = forms.CharField(
        label=gettext_lazy("What you may say of it"), required=False, max_length=TEXT_LONGEST, widget=forms.Textarea,
        help_text=gettext_lazy("Everyone who sees the report reads it. No names of persons."),
    )  # fmt: skip


class LessonForm(Put):
    """What was learned."""

    text = forms.CharField(
        label=gettext_lazy("What was learned?"), max_length=LESSON_LONGEST, widget=forms.Textarea,
        help_text=gettext_lazy("What another port could do differently. No names of persons."),
    )  # fmt: skip


def chosen_from(organisations: Iterable[Organisation]) -> list[tuple[str, str]]:
    """Return organisations as choices, by name."""
    named = sorted((label_of(one), str(one.id)) for one in organisations)
    return [("", _("Choose an organisation")), *((code, name) for name, code in named)]

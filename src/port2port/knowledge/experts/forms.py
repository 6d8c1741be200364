"""The forms of who knows what. No decision is made here: they read what was chosen and say what is wrong beside it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.helpdesk.forms import Told
from port2port.knowledge.experts.queries import Filters
from port2port.knowledge.experts.rules import Declaration
from port2port.knowledge.experts.vocabulary import by_code, grouped
from port2port.knowledge.experts.words import reach_words
from port2port.members.data_files import LANGUAGES
from port2port.site.context import OWN_NAMES
from port2port.site.reader import language

Choices = list[Any]


def topic_choices(first: str = "") -> Choices:
    """Return the topics for a list to choose from: finer ones beneath theirs. `first`: the word of no choice."""
    code = language()
    found: Choices = [("", first)] if first else []
    for top, finer in grouped():
        if finer:
            every = (top.code, _("%(topic)s, in general") % {"topic": top.label(code)})
            found.append((top.label(code), [every, *((one.code, one.label(code)) for one in finer)]))
        else:
            found.append((top.code, top.label(code)))
    return found


class DeclareForm(Told):
    """What one knows, in which languages, how one is reached, until when, and who may find it."""

    topics = forms.MultipleChoiceField(
        label=gettext_lazy("What do you know about?"), widget=forms.CheckboxSelectMultiple, choices=(), required=False
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("In which languages can you help?"), widget=forms.CheckboxSelectMultiple, choices=(),
        required=False,
    )  # fmt: skip
    reaches = forms.MultipleChoiceField(
        label=gettext_lazy("How can you be reached?"), widget=forms.CheckboxSelectMultiple, choices=(), required=False
    )
    mail = forms.CharField(
        label=gettext_lazy("Mail address"), required=False, max_length=200,
        help_text=gettext_lazy("An address of your work; those who may find you read it. Never a private number."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("Until when?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("It disappears after that day, and at once when you leave your organisation."),
    )  # fmt: skip
    circles = forms.MultipleChoiceField(
        label=gettext_lazy("Who may find it?"), widget=forms.CheckboxSelectMultiple, choices=(), required=False
    )
    asked = forms.ChoiceField(label=gettext_lazy("Which colleague may confirm it?"), choices=(), required=False)

    def __init__(
        self, *args: Any, circles: Choices, colleagues: Sequence[tuple[UUID, str]], **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        code = language()
        choices: dict[str, Choices] = {
            "topics": [
                (one.code, one.label(code) if not one.parent else f"{top.label(code)}: {one.label(code)}")
                for top, finer in grouped()
                for one in (top, *finer)
            ],
            "languages": [(one, OWN_NAMES[one]) for one in LANGUAGES],
            "reaches": list(reach_words().items()),
            "circles": circles,
            "asked": [("", _("Nobody yet")), *((str(one), name) for one, name in colleagues)],
        }
        for name, value in choices.items():
            self.fields[name].choices = value  # type: ignore[attr-defined]
        for name in ("topics", "languages", "reaches", "circles"):
            self.fields[name].required = not self.is_bound  # drawn as needed; the rules say what is missing

    def declaration(self) -> Declaration:
        """Return what was chosen; only after `is_valid`."""
        data = self.cleaned_data
        return Declaration(
            topics=tuple(data["topics"]),
            languages=tuple(data["languages"]),
            reaches=tuple(data["reaches"]),
            until=data["until"],
            circles=tuple(UUID(one) for one in data["circles"]),
            mail=data["mail"].strip(),
            asked=UUID(data["asked"]) if data["asked"] else None,
        )


class FilterForm(forms.Form):
    """What the list is narrowed to; by address, so that it can be kept."""

    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False, choices=())
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False, choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = _("All")
        self.fields["topic"].choices = topic_choices(every)  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", every), *((one, OWN_NAMES[one]) for one in LANGUAGES)]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Return the filters; a field that cannot be read narrows nothing and says so."""
        self.is_valid()
        self.use_required_attribute = False
        for field in self.fields.values():
            field.required = True  # no filter is marked as one that may be left out: all may
        topic = self.cleaned_data.get("topic", "")
        return Filters(topic if topic in by_code() else "", self.cleaned_data.get("language", ""))

"""The forms of questions. No decision is made here: they read what was typed and say what is wrong beside it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.helpdesk.forms import Told
from port2port.knowledge.experts.forms import topic_choices
from port2port.knowledge.experts.vocabulary import by_code
from port2port.knowledge.questions.queries import Filters
from port2port.knowledge.questions.rules import LONGEST_TEXT, LONGEST_TITLE, STATES, Draft
from port2port.knowledge.questions.words import ASKED_OF_WORDS, STATE_WORDS
from port2port.members.data_files import LANGUAGES
from port2port.sharing.found import Hit
from port2port.sharing.tlp import Tlp
from port2port.site.context import OWN_NAMES

Choices = list[Any]


class WordsForm(Told):
    """What is asked, and what it is about."""

    title = forms.CharField(
        label=gettext_lazy("Your question, in a line"), required=False, max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("What do you want to know, and what have you tried?"), widget=forms.Textarea,
        required=False, max_length=LONGEST_TEXT,
        help_text=gettext_lazy("No names of persons, no plates. Lists and links in Markdown."),
    )  # fmt: skip
    topic = forms.ChoiceField(label=gettext_lazy("What is it about?"), choices=(), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=(), required=False)
    confirmed = forms.BooleanField(label=gettext_lazy("It may stand there"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["topic"].choices = topic_choices(_("Choose"))  # type: ignore[attr-defined]
        self.fields["language"].choices = [(one, OWN_NAMES[one]) for one in LANGUAGES]  # type: ignore[attr-defined]
        for name in ("title", "text", "topic", "language", "confirmed"):
            self.fields[name].required = not self.is_bound  # drawn as needed; the rules say what is missing

    def draft(self, asked_of: str = "network") -> Draft:
        """Return what was typed, whether or not it is good."""
        self.is_valid()
        data = self.cleaned_data
        return Draft(
            asked_of=asked_of,
            topic=data.get("topic", ""),
            title=data.get("title", ""),
            text=data.get("text", ""),
            language=data.get("language", ""),
        )

    def ticked(self) -> bool:
        """Tell whether its writer said that what was pointed out may stand there."""
        self.is_valid()
        return bool(self.cleaned_data.get("confirmed"))


class AskForm(WordsForm):
    """A new question: whom it asks, and who may read it."""

    asked_of = forms.ChoiceField(
        label=gettext_lazy("Whom do you ask?"), widget=forms.RadioSelect, required=False,
        choices=list(ASKED_OF_WORDS.items()),
    )  # fmt: skip
    circles = forms.MultipleChoiceField(
        label=gettext_lazy("Which circles?"), widget=forms.CheckboxSelectMultiple, choices=(), required=False,
        help_text=gettext_lazy("They read the question and its answers. The whole network, when you choose none."),
    )  # fmt: skip
    tlp = forms.TypedChoiceField(
        label=gettext_lazy("How far may it go?"),
        coerce=int,
        choices=[(int(t), t.label) for t in (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER)],
    )

    def __init__(self, *args: Any, circles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circles"].choices = circles  # type: ignore[attr-defined]
        self.fields["asked_of"].required = self.fields["circles"].required = not self.is_bound

    def chosen(self) -> tuple[str, list[UUID], Tlp]:
        """Return whom it asks, the circles, and the mark."""
        self.is_valid()
        data = self.cleaned_data
        circles = [UUID(one) for one in data.get("circles", ())]
        return data.get("asked_of", ""), circles, Tlp(data.get("tlp", Tlp.GREEN))


class AnswerForm(Told):
    """An answer."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"), widget=forms.Textarea, required=False,
        help_text=gettext_lazy("No names of persons, no plates. Lists and links in Markdown."),
    )  # fmt: skip
    confirmed = forms.BooleanField(label=gettext_lazy("It may stand there"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name in ("text", "confirmed"):
            self.fields[name].required = not self.is_bound


class MergeForm(Told):
    """Into which question it is merged."""

    into = forms.ChoiceField(
        label=gettext_lazy("Which question asks the same?"), widget=forms.RadioSelect, choices=(), required=False
    )

    def __init__(self, *args: Any, alike: Sequence[Hit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["into"].choices = [(str(one.record.id), one.title) for one in alike]  # type: ignore[attr-defined]
        self.fields["into"].required = not self.is_bound


class FilterForm(forms.Form):
    """What the list is narrowed to; by address, so that it can be kept."""

    q = forms.CharField(
        label=gettext_lazy("Words"), required=False, max_length=200, widget=forms.TextInput(attrs={"data-key": "/"})
    )
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False, choices=())
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = _("All")
        self.fields["topic"].choices = topic_choices(every)  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", every), *((one, STATE_WORDS[one]) for one in STATES)]  # type: ignore[attr-defined]

    def filters(self, only: str) -> Filters:
        """Return the filters; a field that cannot be read narrows nothing and says so. `only`: waiting, mine or ""."""
        self.is_valid()
        self.use_required_attribute = False
        for field in self.fields.values():
            field.required = True  # no filter is marked as one that may be left out: all may
        data = self.cleaned_data
        topic = data.get("topic", "")
        return Filters(
            state=data.get("state", ""),
            topic=topic if topic in by_code() else "",
            q=data.get("q", ""),
            waiting=only == "waiting",
            mine=only == "mine",
        )

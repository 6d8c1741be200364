"""The forms of the help desk. No decision is made here: they read what was typed and say what is wrong beside it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem
from port2port.helpdesk.queries import Filters
from port2port.helpdesk.rules import LONGEST_LESSON_TITLE, STATES, Draft
from port2port.helpdesk.vocabulary import topics
from port2port.helpdesk.words import STATE_WORDS
from port2port.members.data_files import LANGUAGES, label
from port2port.members.models import Port
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp
from port2port.site.context import OWN_NAMES
from port2port.site.reader import language

Choices = list[Any]
# What the rules look at, not Django: drawn without "optional".
NEEDED = {"text", "topic", "port", "code", "confirmed", "not_a_tip"}


class Told(forms.Form):
    """A form beside whose fields the problems of the rules are put; a problem of no field stands on top."""

    def put(self, problems: Iterable[Problem]) -> None:
        """Put problems beside their fields, which are drawn as needed: that one may be left out nobody said."""
        for name in NEEDED & self.fields.keys():
            self.fields[name].required = True
        for problem in problems:
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, str(problem.message))


class SayForm(Told):
    """A text, with the two boxes that appear when something is pointed out."""

    text = forms.CharField(
        label=gettext_lazy("What do you want to say?"), widget=forms.Textarea, required=False, strip=True
    )
    confirmed = forms.BooleanField(label=gettext_lazy("It may stand there"), required=False)
    not_a_tip = forms.BooleanField(label=gettext_lazy("It is not a tip about a crime"), required=False)

    def ticked(self, name: str) -> bool:
        """Tell whether its writer has ticked one of the two boxes."""
        self.is_valid()
        return bool(self.cleaned_data.get(name))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name in ("text", "confirmed", "not_a_tip"):
            self.fields[name].required = not self.is_bound  # drawn without "optional"; the rules say what is missing


class QuestionForm(SayForm):
    """A new question: what it is about, where, in words."""

    topic = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), widget=forms.RadioSelect, required=False, choices=()
    )
    port = forms.ChoiceField(label=gettext_lazy("Which port?"), required=False, choices=())

    def __init__(self, *args: Any, ports: Mapping[str, Port], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What is your question or concern?")
        self.fields["text"].help_text = _("Two or three sentences. No names of persons, no plates.")
        code = language()
        self.fields["topic"].choices = [(one.code, one.label(code)) for one in topics()]  # type: ignore[attr-defined]
        self.fields["topic"].required = self.fields["port"].required = not self.is_bound
        named = sorted(((p.locode, label(p.names, code)) for p in ports.values()), key=lambda one: one[1].casefold())
        self.fields["port"].choices = [("", _("No port, or several")), *named]  # type: ignore[attr-defined]

    @property
    def tip(self) -> bool:
        """Tell whether a tip about a crime was chosen."""
        return any(one.tip and one.code == self.data.get("topic") for one in topics())

    def draft(self) -> Draft:
        """Return what was typed, whether or not it is good."""
        self.is_valid()
        return Draft(
            topic=str(self.data.get("topic", ""))[:40],
            text=self.cleaned_data.get("text") or "",
            language=language(),
            port=str(self.data.get("port", ""))[:10],
        )


class PublicQuestionForm(QuestionForm):
    """The same for those without an account; `website` is left empty by people, who do not see it."""

    website = forms.CharField(label=gettext_lazy("Leave this empty"), required=False)


class CodeForm(Told):
    """The code of a receipt."""

    code = forms.CharField(
        label=gettext_lazy("Your code"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=gettext_lazy("28 letters and digits. Spaces and hyphens do not matter."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["code"].required = not self.is_bound


class EscalateForm(Told):
    """To whom it is sent on, why, and who looks after it from then on."""

    circle = forms.ChoiceField(label=gettext_lazy("To whom?"), choices=())
    reason = forms.CharField(
        label=gettext_lazy("What should they do?"),
        widget=forms.Textarea,
        help_text=gettext_lazy("They and whoever asked read this."),
    )
    hand_over = forms.ChoiceField(
        label=gettext_lazy("Who looks after it from then on?"), widget=forms.RadioSelect, choices=(), initial=""
    )

    def __init__(self, *args: Any, circles: tuple[Choices, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        many, single = circles
        self.use_required_attribute = False
        self.fields["circle"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            (_("Single organisations"), single),
            (_("Circles of organisations"), many),
        ]
        self.fields["hand_over"].choices = [("", _("We do")), ("1", _("They do"))]  # type: ignore[attr-defined]
        self.fields["hand_over"].required = not self.is_bound


class LessonForm(Told):
    """What was learned, and who may read it."""

    title = forms.CharField(label=gettext_lazy("In a few words"), max_length=LONGEST_LESSON_TITLE)
    question = forms.CharField(label=gettext_lazy("What was asked"), widget=forms.Textarea)
    answer = forms.CharField(label=gettext_lazy("What helps"), widget=forms.Textarea)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=())
    circles = forms.MultipleChoiceField(
        label=gettext_lazy("Who should know?"), widget=forms.CheckboxSelectMultiple, choices=()
    )
    tlp = forms.TypedChoiceField(
        label=gettext_lazy("How far may it go?"),
        coerce=int,
        choices=[(int(t), t.label) for t in (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER)],
    )

    def __init__(self, *args: Any, circles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["circles"].choices = circles  # type: ignore[attr-defined]
        self.fields["language"].choices = [(one, OWN_NAMES[one]) for one in LANGUAGES]  # type: ignore[attr-defined]

    def addressing(self, ids: Iterable[Any]) -> Addressing:
        """Return who was chosen, from the ids of the circles."""
        return Addressing(tuple(ids), Tlp(self.cleaned_data["tlp"]))


class FilterForm(forms.Form):
    """What the list is narrowed to; by address, so that it can be kept."""

    q = forms.CharField(
        label=gettext_lazy("Words"), required=False, max_length=200, widget=forms.TextInput(attrs={"data-key": "/"})
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=())
    topic = forms.ChoiceField(label=gettext_lazy("What"), required=False, choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code, every = language(), _("All")
        self.fields["state"].choices = [("", every), *((s, STATE_WORDS[s]) for s in STATES)]  # type: ignore[attr-defined]
        known = [(one.code, one.label(code)) for one in topics() if not one.tip]
        self.fields["topic"].choices = [("", every), *known]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Return the filters; a field that cannot be read narrows nothing and says so."""
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})

"""The forms of the desk: what a person types, as plain values. No decision is made here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from port2port.compliance.forms import Put
from port2port.governance.desk.catalogue import breaches as breach_file
from port2port.governance.desk.catalogue import labels
from port2port.governance.desk.catalogue import requests as file
from port2port.governance.desk.rules import LONGEST_NAME, LONGEST_TEXT, LONGEST_TITLE, NewBreach, NewRequest
from port2port.governance.desk.words import BREACH_ACTS, ground_word
from port2port.governance.processing.register import register
from port2port.site.reader import language

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
LANGUAGES = (("nl", "Nederlands"), ("fr", "Français"), ("de", "Deutsch"), ("en", "English"))


def _area(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, required=required, widget=forms.Textarea, help_text=help_text
    )


class RequestForm(Put):
    """A request that came in."""

    kind = forms.ChoiceField(label=gettext_lazy("What is asked?"))
    received_at = forms.DateTimeField(label=gettext_lazy("Received"), widget=MOMENT)
    language = forms.ChoiceField(label=gettext_lazy("Language of the answer"), choices=LANGUAGES)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    contact = forms.CharField(
        label=gettext_lazy("How to reach them"), max_length=LONGEST_NAME,
        help_text=gettext_lazy("An address or a telephone number. No national number, no copy of a card."),
    )  # fmt: skip
    wish = _area(gettext_lazy("What they ask, in short"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(labels(file().kinds, language()).items())  # type: ignore[attr-defined]

    def new(self) -> NewRequest:
        """Return the request as plain values."""
        return NewRequest(**self.cleaned_data)


class IdentityForm(Put):
    """How the identity was checked."""

    how = forms.ChoiceField(label=gettext_lazy("How was the identity checked?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = list(labels(file().identities, language()).items())  # type: ignore[attr-defined]


class SearchForm(Put):
    """What is looked for: forgotten after the search."""

    terms = _area(
        gettext_lazy("Names, addresses, numbers, plates, one a line"),
        help_text=gettext_lazy("At least four characters each. They are written down nowhere."),
    )


class _WithGround(Put):
    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(one.code, ground_word(one)) for one in file().grounds_for(kind)]
        self.fields["ground"].choices = [("", "–"), *found]  # type: ignore[attr-defined]


class DecisionForm(_WithGround):
    """What is done with the places that are ticked."""

    decision = forms.ChoiceField(
        label=gettext_lazy("What is done with them"),
        choices=(
            ("given", gettext_lazy("Given")),
            ("withheld", gettext_lazy("Withheld")),
            ("asked", gettext_lazy("Asked of the keeper")),
        ),
    )
    ground = forms.ChoiceField(label=gettext_lazy("Ground, when withheld"), required=False)


class ExtendForm(Put):
    """Why more time is needed."""

    reason = _area(gettext_lazy("Why more time is needed: whoever asked reads this"))


class HandForm(Put):
    """To whose desk a request goes."""

    organisation = forms.ChoiceField(label=gettext_lazy("To the desk of"))

    def __init__(self, *args: Any, organisations: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = list(organisations)  # type: ignore[attr-defined]


class CloseForm(_WithGround):
    """The end of a request, with the letter."""

    act = forms.ChoiceField(label=gettext_lazy("How does it end?"))
    ground = forms.ChoiceField(label=gettext_lazy("Ground, when refused"), required=False)
    text = _area(gettext_lazy("The answer, as it is sent"), required=False)

    def __init__(self, *args: Any, acts: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = list(acts)  # type: ignore[attr-defined]


class BreachForm(Put):
    """A breach that became known."""

    title = forms.CharField(label=gettext_lazy("What happened, in a line"), max_length=LONGEST_TITLE)
    what = _area(gettext_lazy("What happened"), help_text=gettext_lazy("No names: functions and numbers."))
    nature = forms.MultipleChoiceField(
        label=gettext_lazy("What happened to the data"), widget=forms.CheckboxSelectMultiple
    )
    aware_at = forms.DateTimeField(
        label=gettext_lazy("Known since"), widget=MOMENT, help_text=gettext_lazy("The 72 hours run from here.")
    )
    happened_at = forms.DateTimeField(label=gettext_lazy("When it happened"), widget=MOMENT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nature"].choices = list(labels(breach_file().natures, language()).items())  # type: ignore[attr-defined]

    def new(self) -> NewBreach:
        """Return the breach as plain values."""
        told = self.cleaned_data
        happened: datetime | None = told["happened_at"]
        return NewBreach(told["title"], told["what"], tuple(told["nature"]), told["aware_at"], happened)


class DescriptionForm(Put):
    """What the authority asks for (GDPR, article 33(3))."""

    persons = forms.IntegerField(label=gettext_lazy("Number of persons, about"), min_value=0, required=False)
    records = forms.IntegerField(label=gettext_lazy("Number of records, about"), min_value=0, required=False)
    processings = forms.MultipleChoiceField(
        label=gettext_lazy("Which processing"), widget=forms.CheckboxSelectMultiple, required=False
    )
    consequences = _area(gettext_lazy("Likely consequences"), required=False)
    measures = _area(gettext_lazy("Measures taken or proposed"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.code, one.label(language())) for one in register().processings]
        self.fields["processings"].choices = known  # type: ignore[attr-defined]


class BreachStepForm(Put):
    """A step of the procedure: an assessment with its risk, a decision with its reason or reference."""

    act = forms.ChoiceField(
        label=gettext_lazy("What was done"),
        choices=[
            (code, BREACH_ACTS[code])
            for code in ("assessed", "notified", "not_notified", "persons_told", "persons_spared", "closed")
        ],
    )
    code = forms.ChoiceField(label=gettext_lazy("Risk, when assessed"), required=False)
    text = _area(gettext_lazy("Why; the reference at the authority; who was told and how"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = labels(breach_file().risks, language())
        self.fields["code"].choices = [("", "–"), *found.items()]  # type: ignore[attr-defined]

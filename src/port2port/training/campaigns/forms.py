"""The forms of campaigns: what a person types, turned into plain values. No decision is made here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from port2port.measures.forms import Put
from port2port.measures.operations.forms import clean
from port2port.members.data_files import LANGUAGES
from port2port.site.context import OWN_NAMES
from port2port.site.reader import language
from port2port.training.campaigns.library import Material, audience_word, words
from port2port.training.campaigns.rules import LONGEST, MOST_NUMBER, MOST_SLIPS, Period


def _day(word: Any) -> forms.DateField:
    return forms.DateField(label=word, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class PeriodForm(Put):
    """When a campaign runs, for whom, in which languages, and whom to tell."""

    starts_on = _day(gettext_lazy("First day"))
    ends_on = _day(gettext_lazy("Last day"))
    audiences = forms.MultipleChoiceField(label=gettext_lazy("For whom?"), widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("In which languages?"), widget=forms.CheckboxSelectMultiple
    )
    tell = forms.CharField(
        label=gettext_lazy("Whom to tell?"), max_length=LONGEST["tell"], required=False,
        help_text=gettext_lazy("A desk and its number, for poster and screen. Everybody reads it: no person."),
    )  # fmt: skip

    def __init__(self, *args: Any, material: Material, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(
            audiences=[(one, audience_word(one, language())) for one in material.head.audiences],
            languages=[(one, OWN_NAMES[one]) for one in LANGUAGES],
        )

    def value(self) -> Period:
        """Return what was typed."""
        data = self.cleaned_data
        return Period(tuple(data["audiences"]), tuple(data["languages"]), data["starts_on"], data["ends_on"],
                      clean(data["tell"]))  # fmt: skip


class DeedForm(Put):
    """What was done, how often, on which day."""

    kind = forms.ChoiceField(label=gettext_lazy("What did you do?"))
    number = forms.IntegerField(label=gettext_lazy("How many?"), min_value=1, max_value=MOST_NUMBER)
    on = _day(gettext_lazy("On which day?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        self.set_choices(
            kind=[(one.code, f"{one.label(code)} ({one.number.get(code, one.number['en'])})") for one in words().deeds]
        )


class SlipsForm(Put):
    """How many slips, for which questions, in which language."""

    wave = forms.ChoiceField(label=gettext_lazy("Which questions?"))
    number = forms.IntegerField(label=gettext_lazy("How many slips?"), min_value=1, max_value=MOST_SLIPS)
    language = forms.ChoiceField(label=gettext_lazy("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(
            wave=[("before", pgettext_lazy("questions", "Before")), ("after", pgettext_lazy("questions", "After"))],
            language=[(one, OWN_NAMES[one]) for one in LANGUAGES],
        )

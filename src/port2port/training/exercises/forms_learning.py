"""The forms by which a lesson becomes a record of its own. No decision is made here."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.knowledge.practices.rules import FIELD_WORDS as PRACTICE_WORDS
from port2port.knowledge.practices.rules import Draft as PracticeDraft
from port2port.knowledge.practices.vocabulary import terms as practice_terms
from port2port.measures.forms import Addressed, Put, day_field
from port2port.measures.operations.forms import clean
from port2port.measures.rules import FIELD_WORDS as MEASURE_WORDS
from port2port.measures.rules import Draft as MeasureDraft
from port2port.reports.forms import OWN_NAMES
from port2port.reports.forms import terms as choices_of
from port2port.site.reader import language
from port2port.workgroups.models import Group
from port2port.workgroups.queries import Seated
from port2port.workgroups.rules import LONGEST_LINE

TITLE = 120


class LessonActionForm(Put):
    """Who of which group does what by when."""

    text = forms.CharField(label=gettext_lazy("What must be done?"), max_length=LONGEST_LINE, widget=forms.Textarea)
    owner = forms.ChoiceField(label=gettext_lazy("By whom?"))
    due = day_field(gettext_lazy("By which day?"))
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, groups: Iterable[tuple[Group, Iterable[Seated]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].required = True
        people = [
            (group.name, [(f"{group.id}:{one.person}", f"{one.name}, {one.organisation_name}") for one in seats])
            for group, seats in groups
        ]
        self.set_choices(owner=[("", _("Choose a person")), *people])

    def whom(self) -> tuple[UUID, UUID]:
        """Return the group and the person of it that were chosen."""
        group, person = self.cleaned_data["owner"].split(":")
        return UUID(group), UUID(person)

    def day(self) -> date:
        """Return the day by which it must be done."""
        day: date = self.cleaned_data["due"]
        return day


class LessonPracticeForm(Addressed):
    """A practice in its shortest: what was the problem, what helps; the rest is added on its own page."""

    title = forms.CharField(label=PRACTICE_WORDS["title"], max_length=TITLE)
    topic = forms.ChoiceField(label=PRACTICE_WORDS["topic"])
    context = forms.CharField(label=PRACTICE_WORDS["context"], widget=forms.Textarea)
    done = forms.CharField(label=PRACTICE_WORDS["done"], widget=forms.Textarea)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    may_stand = forms.BooleanField(
        label=gettext_lazy("What is pointed out here may stand: it tells nobody whose case it was"), required=False
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(
            topic=choices_of(practice_terms()["topics"], _("Choose a topic")), language=list(OWN_NAMES.items())
        )

    def draft(self) -> PracticeDraft:
        """Return what was typed."""
        data = self.cleaned_data
        return PracticeDraft(
            clean(data["title"]), clean(data["context"]), clean(data["done"]), data["topic"], "idea",
            data["language"] or language(),
        )  # fmt: skip


class LessonMeasureForm(Addressed):
    """A proposal in its shortest; the rest is added on its own page, before the members are asked."""

    title = forms.CharField(label=MEASURE_WORDS["title"], max_length=TITLE)
    text = forms.CharField(
        label=MEASURE_WORDS["text"], widget=forms.Textarea,
        help_text=gettext_lazy("What is to be done, by whom, from when."),
    )  # fmt: skip
    problem = forms.CharField(label=MEASURE_WORDS["problem"], required=False, widget=forms.Textarea)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(language=list(OWN_NAMES.items()))

    def draft(self) -> MeasureDraft:
        """Return what was typed."""
        data = self.cleaned_data
        return MeasureDraft(
            clean(data["title"]), clean(data["text"]), data["language"] or language(), problem=clean(data["problem"])
        )

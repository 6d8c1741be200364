"""The forms of exercises: what a person types, turned into plain values. No decision is made here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.measures.forms import Put, day_field
from port2port.measures.operations.forms import PartsForm, clean, moment_field
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.reports import vocabulary as report_words
from port2port.reports.forms import OWN_NAMES
from port2port.reports.forms import terms as choices_of
from port2port.site.reader import language
from port2port.training.exercises.rules import EVERYBODY, LONGEST, InjectText, Place, Plan, RoleText
from port2port.training.exercises.scenarios import scale, terms

ROLE_CODE = 40


class ExercisePlanForm(Put):
    """What an exercise is, as everybody who takes part knows it."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=LONGEST["title"],
        help_text=gettext_lazy("Players read it: let it not tell what is going to happen."),
    )  # fmt: skip
    size = forms.ChoiceField(label=gettext_lazy("Size"), widget=forms.RadioSelect)
    starts_at = moment_field(gettext_lazy("Begins"))
    minutes = forms.IntegerField(label=gettext_lazy("How many minutes?"), min_value=1)
    notes = forms.CharField(
        label=gettext_lazy("What everybody should know beforehand"), widget=forms.Textarea, required=False,
        help_text=gettext_lazy("Where to meet, what to bring, who is told that it is an exercise."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        self.set_choices(
            size=[(one.code, one.label(code)) for one in terms().sizes],
            language=[(one, OWN_NAMES[one]) for one in OWN_NAMES],
        )

    def plan_value(self) -> Plan:
        """Return what was typed."""
        data = self.cleaned_data
        return Plan(
            clean(data["title"]), data["size"], data["starts_at"], data["minutes"], clean(data["notes"]),
            data.get("language") or language(),
        )  # fmt: skip


class NewExerciseForm(PartsForm, ExercisePlanForm):
    """A new exercise: what, when, who takes part; its roles when it is made from nothing."""

    threat = forms.ChoiceField(label=gettext_lazy("What is it about?"))
    facilities = forms.MultipleChoiceField(
        label=gettext_lazy("Which facilities take part?"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=gettext_lazy("It is written into the security file of each, by who keeps that file."),
    )  # fmt: skip
    roles = forms.CharField(
        label=gettext_lazy("Roles"), widget=forms.Textarea, required=False,
        help_text=gettext_lazy("One on each line. A scenario brings its own."),
    )  # fmt: skip
    scenario = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Iterable[tuple[UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, people=people, **kwargs)
        code, known = language(), facts()
        del self.fields["persons"]
        operated = [one for one in known.facilities.values() if one.operator_id is not None]
        self.set_choices(
            threat=choices_of(report_words.threats(), _("Choose")),
            facilities=sorted(((str(one.id), label(one.names, code)) for one in operated), key=lambda row: row[1]),
        )

    def places(self) -> list[Place]:
        """Return who takes part where: organisations at their ports, facilities with who operates them."""
        found = [Place(one.organisation, one.port) for one in self.parts()]
        for key in self.cleaned_data["facilities"]:
            spot = facts().facilities[UUID(key)]
            assert spot.operator_id is not None  # only those are offered
            found.append(Place(spot.operator_id, spot.port_id, spot.id))
        return found

    def role_values(self) -> list[RoleText]:
        """Return the roles that were typed, by codes made of their names."""
        code = self.cleaned_data.get("language") or language()
        lines = [line.strip() for line in clean(self.cleaned_data["roles"]).splitlines() if line.strip()]
        return [
            RoleText(slugify(line).replace("-", "_")[:ROLE_CODE] or f"role_{number}", {code: line})
            for number, line in enumerate(lines, start=1)
        ]


class InjectForm(Put):
    """An inject: when, to whom, how, what, and what should then be done."""

    minute = forms.IntegerField(label=gettext_lazy("At which minute?"), min_value=0)
    roles = forms.MultipleChoiceField(label=gettext_lazy("To whom?"), widget=forms.CheckboxSelectMultiple)
    channel = forms.ChoiceField(label=gettext_lazy("How does it come?"))
    text = forms.CharField(label=gettext_lazy("What comes in?"), widget=forms.Textarea, max_length=LONGEST["text"])
    expected = forms.CharField(
        label=gettext_lazy("What should then be done?"), widget=forms.Textarea, required=False,
        help_text=gettext_lazy("One on each line. Players never read it before the exercise is closed."),
    )  # fmt: skip

    def __init__(self, *args: Any, roles: Sequence[Mapping[str, Any]], in_language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_language = in_language
        code = language()
        self.set_choices(
            roles=[*((one["code"], label(one["names"], code)) for one in roles), (EVERYBODY, _("Everybody who plays"))],
            channel=[(one.code, one.label(code)) for one in terms().channels],
        )

    def value(self) -> InjectText:
        """Return what was typed, in the language of the exercise."""
        data = self.cleaned_data
        lines = [line.strip() for line in clean(data["expected"]).splitlines() if line.strip()]
        roles = (EVERYBODY,) if EVERYBODY in data["roles"] else tuple(data["roles"])
        return InjectText(
            data["minute"] * 60, roles, data["channel"], {self.in_language: clean(data["text"])},
            tuple({self.in_language: line} for line in lines),
        )  # fmt: skip


class SeatForm(Put):
    """Who gets which seat. Without a person: oneself."""

    person = forms.ChoiceField(label=gettext_lazy("Who?"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("As what?"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)

    def __init__(
        self, *args: Any, people: Iterable[tuple[UUID, str]], roles: Sequence[Mapping[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        self.set_choices(
            person=[("", _("Myself")), *((str(key), name) for key, name in people)],
            kind=[("player", _("Player")), ("control", _("Control")), ("observer", _("Observer"))],
            role=[("", _("Choose")), *((one["code"], label(one["names"], code)) for one in roles)],
        )


class GuestForm(Put):
    """A player from outside: a function and a role."""

    function = forms.CharField(
        label=gettext_lazy("Which function?"), max_length=LONGEST["function"],
        help_text=gettext_lazy("Such as: fire brigade, officer on duty. No name."),
    )  # fmt: skip
    role = forms.ChoiceField(label=gettext_lazy("Role"))

    def __init__(self, *args: Any, roles: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        self.set_choices(role=[("", _("Choose")), *((one["code"], label(one["names"], code)) for one in roles)])


class TextForm(Put):
    """One text; `words` over it."""

    text = forms.CharField(widget=forms.Textarea)

    def __init__(self, *args: Any, words: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = words


class SentForm(Put):
    """When the authority's form was sent, and what the authority calls it."""

    on = day_field(gettext_lazy("On which day was it sent?"))
    reference = forms.CharField(
        label=gettext_lazy("Their reference"), required=False, max_length=LONGEST["reference"],
        help_text=gettext_lazy("Of the acknowledgement, when there is one."),
    )  # fmt: skip


class ObserveForm(Put):
    """What an observer saw, and of whom."""

    text = forms.CharField(label=gettext_lazy("What did you see?"), widget=forms.Textarea)
    role = forms.ChoiceField(label=gettext_lazy("Of whom?"), required=False)

    def __init__(self, *args: Any, roles: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        self.set_choices(
            role=[("", _("Nobody in particular")), *((one["code"], label(one["names"], code)) for one in roles)]
        )


class SheetForm(Put):
    """The evaluation sheet: a number for each line, or nothing for what one did not see."""

    def __init__(self, *args: Any, criteria: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        for one in criteria:
            of = scale(one["scale"])
            assert of is not None  # the scenario was checked
            numbers = range(of.lowest, of.highest + 1)
            self.fields[one["code"]] = forms.ChoiceField(
                label=label(one["names"], code), help_text=of.label(code), required=False,
                choices=[("", _("Not seen")), *((str(number), str(number)) for number in numbers)],
            )  # fmt: skip

    def values(self) -> dict[str, int | None]:
        """Return what was chosen."""
        return {name: int(value) if value else None for name, value in self.cleaned_data.items()}

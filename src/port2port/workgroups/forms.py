"""The forms of working groups: what a person types and chooses. No decision is made here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from port2port.members.data_files import LANGUAGES
from port2port.reports.forms import OWN_NAMES
from port2port.sharing.tlp import Tlp
from port2port.workgroups.queries import Seated
from port2port.workgroups.rules import (
    LONGEST_ITEM,
    LONGEST_LABEL,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_PLACE,
    LONGEST_TITLE,
    DecisionRule,
    fraction_of,
)
from port2port.workgroups.words import ATTENDANCE, OFFICES, tlp_choices

Choices = Iterable[tuple[Any, Any]]
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MARKDOWN = gettext_lazy("Headings, lists and tables in Markdown.")


def may_be_left_out(form: forms.Form, *names: str) -> None:
    """Let fields be left empty without saying "optional" beside each: their words say what empty means."""
    form.use_required_attribute = False
    for name in names:
        form.fields[name].required = not form.is_bound


class Written(forms.Form):
    """A form whose text stands in its author's language."""

    language = forms.ChoiceField(label=gettext_lazy("Language of the text"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]  # type: ignore[attr-defined]


class RuleFields(forms.Form):
    """How a group decides."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How does the group decide?"),
        choices=[
            ("consensus", gettext_lazy("By consensus: no organisation opposes")),
            ("qualified", gettext_lazy("By a qualified majority of the organisations")),
        ],
        initial="consensus",
        widget=forms.RadioSelect,
    )
    fraction = forms.CharField(
        label=gettext_lazy("Majority"), initial="2/3", max_length=10, required=False,
        help_text=gettext_lazy("Of the votes for and against; counts with a qualified majority."),
    )  # fmt: skip
    quorum = forms.CharField(
        label=gettext_lazy("Quorum"), initial="1/2", max_length=10,
        help_text=gettext_lazy("How many of the organisations must take part, such as 1/2."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may_be_left_out(self, "fraction")

    def rule(self) -> DecisionRule:
        """Return the rule; what cannot be read is no fraction that the rules take."""
        data = self.cleaned_data
        nothing = Fraction(-1)
        majority = fraction_of(data["fraction"]) if data["fraction"] else nothing
        quorum = fraction_of(data["quorum"])
        qualified = data["kind"] == "qualified"
        return DecisionRule(
            data["kind"], (nothing if majority is None else majority) if qualified else None,
            nothing if quorum is None else quorum,
        )  # fmt: skip


class GroupForm(Written):
    """What a group is called and for."""

    name = forms.CharField(
        label=gettext_lazy("What is the group called?"), max_length=LONGEST_NAME,
        help_text=gettext_lazy("The whole network reads its name; all else only those who sit in it."),
    )  # fmt: skip
    label = forms.CharField(
        label=gettext_lazy("Its public label"), max_length=LONGEST_LABEL,
        help_text=gettext_lazy("Stands in calendars, which leave the platform. Say nothing that is not for everyone."),
    )  # fmt: skip
    remit = forms.CharField(label=gettext_lazy("What is it for?"), widget=forms.Textarea, help_text=MARKDOWN)
    tlp = forms.ChoiceField(label=gettext_lazy("What it writes begins with"), initial="AMBER")

    field_order = ["name", "label", "remit", "tlp", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tlp"].choices = tlp_choices()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        data = self.cleaned_data
        return {name: data[name] for name in ("name", "label", "remit", "language")} | {"tlp": Tlp[data["tlp"]]}


class NewGroupForm(RuleFields, GroupForm):
    """A new group with its rule of decision."""

    field_order = ["name", "label", "remit", "kind", "fraction", "quorum", "tlp", "language"]


class RuleForm(RuleFields):
    """Another rule of decision, and why."""

    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=LONGEST_LINE)
    field_order = ["kind", "fraction", "quorum", "reason"]


class SeatForm(forms.Form):
    """Who sits in the group, for which organisation, as what."""

    person = forms.ChoiceField(label=gettext_lazy("Who?"))
    office = forms.ChoiceField(label=gettext_lazy("As what?"), choices=list(OFFICES.items()), initial="member")

    def __init__(self, *args: Any, people: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("Choose a person")), *people]  # type: ignore[attr-defined]

    def seat(self) -> tuple[UUID, UUID, str]:
        """Return person, organisation and office."""
        person, organisation = self.cleaned_data["person"].split(":")
        return UUID(person), UUID(organisation), self.cleaned_data["office"]


class MeetingForm(Written):
    """When and where a group meets."""

    title = forms.CharField(label=gettext_lazy("What is the meeting called?"), max_length=LONGEST_TITLE)
    starts_at = forms.DateTimeField(label=gettext_lazy("Begins"), widget=MOMENT, input_formats=MOMENT_FORMATS)
    ends_at = forms.DateTimeField(label=gettext_lazy("Ends"), widget=MOMENT, input_formats=MOMENT_FORMATS)
    place = forms.CharField(
        label=gettext_lazy("Where?"), max_length=LONGEST_PLACE, required=False,
        help_text=gettext_lazy("A room, or the address of a call. It stays on the platform: calendars do not hold it."),
    )  # fmt: skip
    field_order = ["title", "starts_at", "ends_at", "place", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may_be_left_out(self, "place")

    def values(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        return {name: self.cleaned_data[name] for name in ("title", "starts_at", "ends_at", "place", "language")}


class Narrowed(Written):
    """A text that may be for some of the group only."""

    persons = forms.MultipleChoiceField(
        label=gettext_lazy("Only these of the group"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=gettext_lazy("Nobody marked: the whole group."),
    )  # fmt: skip
    tlp = forms.ChoiceField(label="TLP", required=False)

    def __init__(self, *args: Any, seats: Sequence[Seated], least: int = Tlp.GREEN, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(seat.person), f"{seat.name}, {seat.organisation_name}") for seat in seats]
        self.fields["persons"].choices = people  # type: ignore[attr-defined]
        marks = [("", _("As the group writes")), *tlp_choices(least=least)]
        self.fields["tlp"].choices = marks  # type: ignore[attr-defined]
        may_be_left_out(self, "persons", "tlp")

    def audience(self) -> dict[str, Any]:
        """Return who sees it, as the actions take it."""
        data = self.cleaned_data
        return {
            "persons": [UUID(key) for key in data["persons"]],
            "tlp": Tlp[data["tlp"]] if data["tlp"] else None,
        }


class ItemForm(Narrowed):
    """An item of an agenda: a title of one's own, or what is offered."""

    title = forms.CharField(label=gettext_lazy("What is it about?"), max_length=LONGEST_ITEM)
    about = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    target = forms.UUIDField(required=False, widget=forms.HiddenInput)


class TextForm(Narrowed):
    """A paper or a proposal."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    text = forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea, help_text=MARKDOWN)
    meeting = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ["title", "text", "language", "persons", "tlp"]


class MinutesForm(Written):
    """What was said under an item."""

    minutes = forms.CharField(label=gettext_lazy("Minutes"), widget=forms.Textarea, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may_be_left_out(self, "minutes")


class CorrectionForm(forms.Form):
    """What approved minutes say from now on, and why."""

    minutes = forms.CharField(label=gettext_lazy("What they say from now on"), widget=forms.Textarea)
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=LONGEST_LINE)
    version = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.IntegerField(widget=forms.HiddenInput)


class AttendanceForm(forms.Form):
    """Whether one person is there."""

    person = forms.UUIDField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=gettext_lazy("There?"), choices=list(ATTENDANCE.items()))
    replaced_by = forms.CharField(label=gettext_lazy("By whom"), max_length=LONGEST_NAME, required=False)


class VotesForm(forms.Form):
    """How each organisation stands; one that is not there has no vote."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    item = forms.ChoiceField(label=gettext_lazy("Under which item?"), required=False)

    def __init__(
        self,
        *args: Any,
        organisations: Mapping[UUID, str],
        words: Mapping[str, str | Promise],
        items: Choices = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        listed = list(items)
        if listed:
            self.fields["item"].choices = [("", _("Choose an item")), *listed]  # type: ignore[attr-defined]
        else:
            del self.fields["item"]
        for organisation, name in organisations.items():
            self.fields[f"vote_{organisation}"] = forms.ChoiceField(
                label=name, choices=[*words.items(), ("", _("Did not take part"))], required=False
            )
            may_be_left_out(self, f"vote_{organisation}")

    def votes(self) -> dict[UUID, str]:
        """Return the votes of those who took part."""
        found = {
            name.removeprefix("vote_"): value for name, value in self.cleaned_data.items() if name.startswith("vote_")
        }
        return {UUID(key): vote for key, vote in found.items() if vote}


class DecisionForm(VotesForm):
    """A decision taken under an item: what, and how each organisation stands."""

    title = forms.CharField(label=gettext_lazy("What is decided, in a line"), max_length=LONGEST_ITEM)
    text = forms.CharField(
        label=gettext_lazy("In full, if a line does not say it"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may_be_left_out(self, "text")
        self.order_fields(["title", "text"])


class ActionForm(forms.Form):
    """Who does what by when."""

    text = forms.CharField(label=gettext_lazy("What must be done?"), max_length=LONGEST_LINE)
    owner = forms.ChoiceField(label=gettext_lazy("By whom?"))
    due = forms.DateField(label=gettext_lazy("By which day?"), widget=DAY)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, seats: Sequence[Seated], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(seat.person), f"{seat.name}, {seat.organisation_name}") for seat in seats]
        self.fields["owner"].choices = [("", _("Choose a person")), *people]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """What came of an action."""

    state = forms.ChoiceField(
        label=gettext_lazy("What became of it?"), widget=forms.RadioSelect, initial="done",
        choices=[("done", gettext_lazy("It is done")), ("dropped", gettext_lazy("It will not be done"))],
    )  # fmt: skip
    outcome = forms.CharField(
        label=gettext_lazy("What was done, or why not"), max_length=LONGEST_LINE, widget=forms.Textarea
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class LinkForm(forms.Form):
    """A record that a decision or an action is about, by its address or number."""

    target = forms.CharField(
        label=gettext_lazy("Link or number of a report, measure or practice"), max_length=LONGEST_LINE
    )


class SearchForm(forms.Form):
    """What decisions are narrowed to."""

    q = forms.CharField(
        label=gettext_lazy("Words"), required=False, max_length=200, widget=forms.TextInput(attrs={"data-key": "/"})
    )
    group = forms.ChoiceField(label=pgettext_lazy("noun", "Group"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, groups: Choices, states: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in (("group", groups), ("state", states)):
            self.fields[name].choices = [("", _("All")), *value]  # type: ignore[attr-defined]

    def unmarked(self) -> "SearchForm":
        """Return it for the page: no filter is marked as one that may be left out, all may."""
        self.use_required_attribute = False
        for field in self.fields.values():
            field.required = True
        return self


def local(moment: datetime) -> datetime:
    """Return a moment as the input of a form shows it."""
    return timezone.localtime(moment)

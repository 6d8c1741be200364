"""The forms of operations and aid: what a person types, turned into plain values. No decision is made here."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.measures.forms import Addressed, Put
from port2port.measures.operations.rules import LONGEST, Count, Need, Part, Plan
from port2port.measures.operations.vocabulary import terms
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.members.models import Organisation
from port2port.reports import vocabulary as report_words
from port2port.reports.forms import OWN_NAMES
from port2port.reports.forms import terms as choices_of
from port2port.sharing.references import ZONE
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

OUTSIDE = ("company",)
"""Kinds of organisations that take no part in operations: private ones are asked by their port."""
WRITTEN = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def moment_field(words: Any) -> forms.DateTimeField:
    """Return a field for a moment, as the browser writes it."""
    return forms.DateTimeField(
        label=words, input_formats=WRITTEN,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip


def clean(value: Any) -> str:
    """Return a text with plain line ends and no space around it."""
    return str(value or "").replace("\r\n", "\n").strip()


class PlanForm(Put):
    """What an operation is, and when."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST["title"])
    kind = forms.ChoiceField(label=gettext_lazy("What kind of operation?"))
    starts_at = moment_field(gettext_lazy("Begins"))
    ends_at = moment_field(gettext_lazy("Ends"))
    plan = forms.CharField(
        label=gettext_lazy("What is to be done?"), widget=forms.Textarea,
        help_text=gettext_lazy("Who does what, where, how they reach each other. No names of suspects."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(
            kind=choices_of(terms().kinds, _("Choose")), language=[(one, OWN_NAMES[one]) for one in OWN_NAMES]
        )

    def plan_value(self) -> Plan:
        """Return what was typed."""
        data = self.cleaned_data
        return Plan(
            data["kind"], clean(data["title"]), clean(data["plan"]), data["starts_at"], data["ends_at"],
            data.get("language") or language(),
        )  # fmt: skip


class PartsForm(Put):
    """Who takes part, and at which ports."""

    ports = forms.MultipleChoiceField(label=gettext_lazy("At which ports?"), widget=forms.CheckboxSelectMultiple)
    organisations = forms.MultipleChoiceField(
        label=gettext_lazy("Which organisations take part?"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each is asked for its own ports among these; police and customs for all of them."),
    )  # fmt: skip
    persons = forms.MultipleChoiceField(
        label=gettext_lazy("Persons by name"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, people: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known, code = facts(), language()
        ports = [one for one in known.ports.values() if one.member]
        organisations = [one for one in known.organisations.values() if one.left_at is None and one.kind not in OUTSIDE]
        self.set_choices(
            ports=sorted(((str(one.id), label(one.names, code)) for one in ports), key=lambda row: row[1]),
            organisations=sorted(
                ((str(one.id), label(one.names, code)) for one in organisations), key=lambda row: row[1]
            ),
            persons=[(str(key), name) for key, name in people],
        )

    def parts(self) -> list[Part]:
        """Return each organisation at its own ports among those chosen; at all of them when it has none of its own."""
        ports = [UUID(key) for key in self.cleaned_data["ports"]]
        keys = [UUID(key) for key in self.cleaned_data["organisations"]]
        own: dict[UUID, set[UUID]] = {}
        through = Organisation.ports.through.objects.filter(organisation_id__in=keys)
        for organisation, port in through.values_list("organisation_id", "port_id"):
            own.setdefault(organisation, set()).add(port)
        found = []
        for key in keys:
            mine = [port for port in ports if port in own.get(key, ())]
            found += [Part(key, port) for port in (mine or ports)]
        return found

    def chosen_persons(self) -> list[UUID]:
        """Return the persons chosen."""
        return [UUID(key) for key in self.cleaned_data.get("persons") or ()]


class NewOperationForm(PartsForm, PlanForm):
    """A new plan: what, when, who takes part, and how confidential it is."""

    threat = forms.ChoiceField(label=gettext_lazy("Against what?"))
    tlp = forms.ChoiceField(label=gettext_lazy("How confidential is the plan?"), widget=forms.RadioSelect)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(
            threat=choices_of(report_words.threats(), _("Choose a threat")),
            tlp=[
                (Tlp.AMBER.name, _("TLP:AMBER: those who read along in the organisations that take part")),
                (Tlp.RED.name, _("TLP:RED: the persons named below and nobody else")),
            ],
        )


class AnswerForm(Put):
    """Whether the own organisation takes part."""

    part = forms.UUIDField(widget=forms.HiddenInput)
    accept = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class SaidForm(Put):
    """Why an operation is called off, or what was learned."""

    said = forms.CharField(widget=forms.Textarea, max_length=LONGEST["said"])

    def __init__(self, *args: Any, words: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said"].label = words


class AmountField(forms.DecimalField):
    """A number with a comma or a point, whatever the reader's language: at the quay nobody looks which."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs take it for an IntegerField
        """Return the number. Raises ValidationError."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class CountForm(Put):
    """What was checked and found on a day at a port: numbers, for a phone at the quay."""

    port = forms.ChoiceField(label=gettext_lazy("Where?"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ports: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(port=list(ports))
        for kind in terms().counted:
            self.fields[kind.code] = AmountField(
                label=kind.label(language()), required=False, max_digits=6, decimal_places=1,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )  # fmt: skip

    def effort_fields(self) -> list[Any]:
        """Return the fields of what was checked."""
        return [self[kind.code] for kind in terms().counted if not kind.found]

    def found_fields(self) -> list[Any]:
        """Return the fields of what was found."""
        return [self[kind.code] for kind in terms().counted if kind.found]

    def counts(self) -> list[Count]:
        """Return the numbers that were filled in; a nought says nothing."""
        data = self.cleaned_data
        return [Count(kind.code, Decimal(data[kind.code])) for kind in terms().counted if data.get(kind.code)]


class LinkForm(Put):
    """A report of what was found."""

    report = forms.ChoiceField(label=gettext_lazy("Report"))

    def __init__(self, *args: Any, reports: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(report=[("", _("Choose a report")), *((str(key), words) for key, words in reports)])


class AidForm(Addressed):
    """What is asked for: what, how many, where, from when until when, why; and of whom."""

    kind = forms.ChoiceField(label=gettext_lazy("What do you need?"))
    amount = forms.IntegerField(label=gettext_lazy("How many?"), min_value=1)
    what = forms.CharField(
        label=gettext_lazy("More exactly"), required=False, max_length=LONGEST["what"],
        help_text=gettext_lazy("Skills, size, what they bring with them."),
    )  # fmt: skip
    port = forms.ChoiceField(label=gettext_lazy("At which port?"), required=False)
    where = forms.CharField(label=gettext_lazy("Where exactly?"), max_length=LONGEST["where"])
    from_at = moment_field(gettext_lazy("From"))
    until_at = moment_field(gettext_lazy("Until"))
    why = forms.CharField(label=gettext_lazy("What for?"), widget=forms.Textarea)
    threat = forms.ChoiceField(label=gettext_lazy("Against what?"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        ports = [one for one in facts().ports.values() if one.member]
        self.set_choices(
            kind=choices_of(terms().aid_kinds, _("Choose")),
            threat=choices_of(report_words.threats(), _("Choose a threat")),
            port=[
                ("", _("No port")),
                *sorted(((str(one.id), label(one.names, code)) for one in ports), key=lambda row: row[1]),
            ],
            language=[(one, OWN_NAMES[one]) for one in OWN_NAMES],
        )

    def need(self) -> Need:
        """Return what was typed."""
        data = self.cleaned_data
        return Need(
            data["kind"], clean(data["what"]), data["amount"], UUID(data["port"]) if data["port"] else None,
            clean(data["where"]), data["from_at"], data["until_at"], clean(data["why"]),
            data.get("language") or language(),
        )  # fmt: skip


class OfferForm(Put):
    """How many one can lend."""

    amount = forms.IntegerField(label=gettext_lazy("How many can you lend?"), min_value=1)
    note = forms.CharField(
        label=gettext_lazy("What they should know"), required=False, max_length=LONGEST["note"],
        help_text=gettext_lazy("From when, with what, whom to call. Only who asks reads it."),
    )  # fmt: skip


class TurnForm(Put):
    """What happens with an offer; accepted: how many of it."""

    to = forms.CharField(max_length=10)
    amount = forms.IntegerField(required=False, min_value=1)


def today_within(first: date, last: date, at: datetime) -> date:
    """Return today, or the nearest day of a window."""
    return min(max(timezone.localtime(at, ZONE).date(), first), last)

"""The forms of measures: what a person types, turned into drafts and choices. No decision is made here."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem
from port2port.measures.actions import Aim
from port2port.measures.queries import JOINT, Filters, objective_choices
from port2port.measures.rules import ADOPTION_STATES, FIELD_WORDS, FIELDS, NEEDS_REASON, STANCES, Draft, Told
from port2port.measures.vocabulary import terms, word
from port2port.measures.words import rule_words
from port2port.members.models import Port
from port2port.members.places import Places
from port2port.reports import vocabulary as report_words
from port2port.reports.addressing import Offered
from port2port.reports.defaults import CHOOSE
from port2port.reports.forms import OWN_NAMES, Choices, CircleChoices, People, addressing_from, method_choices
from port2port.reports.forms import terms as choices_of
from port2port.sharing.addressing import Addressing, Reporter
from port2port.sharing.references import ZONE
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language
from port2port.workgroups.queries import Deciding

CONSULTED_FOR = timedelta(days=21)
FIELD_OF = {"audience.circles": "circles", "audience.persons": "persons"}


def day_field(words: Any, **more: Any) -> forms.DateField:
    """Return a field for a day, as the browser writes it."""
    return forms.DateField(
        label=words, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class Put(forms.Form):
    """A form that shows problems of the rules beside the fields that ask for it."""

    def put(self, problems: Iterable[Problem]) -> None:
        """Show problems, once a field, the form's own first."""
        for problem in problems:
            name = FIELD_OF.get(problem.field, problem.field)
            if name not in self.fields:
                self.add_error(None, str(problem.message))
            elif name not in self.errors:
                self.add_error(name, str(problem.message))

    def set_choices(self, **choices: Choices) -> None:
        """Give fields their choices in the reader's language."""
        for name, value in choices.items():
            self.fields[name].choices = value  # type: ignore[attr-defined]


class Addressed(Put):
    """Who sees it: the part that a new record has."""

    audience = forms.ChoiceField(label=gettext_lazy("Who should see it?"), widget=forms.RadioSelect)
    circles = forms.MultipleChoiceField(
        label=gettext_lazy("Circles"), widget=forms.CheckboxSelectMultiple, required=False
    )
    organisations = forms.MultipleChoiceField(
        label=gettext_lazy("Single organisations and facilities"), widget=forms.CheckboxSelectMultiple, required=False
    )
    persons = forms.MultipleChoiceField(
        label=gettext_lazy("Persons"), widget=forms.CheckboxSelectMultiple, required=False
    )
    tlp = forms.ChoiceField(label="TLP", required=False)

    def __init__(
        self, *args: Any, who: Reporter, offers: list[Offered], circles: CircleChoices, persons: People, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offers, self.who = offers, who
        self.set_choices(
            audience=[*((o.code, o.name) for o in offers), (CHOOSE, _("Choose..."))],
            circles=circles[0],
            organisations=circles[1],
            persons=[(str(i), name) for i, name in persons],
            tlp=[("", _("Follows from who should see it")), *((t.name, t.label) for t in Tlp)],
        )

    def addressing(self) -> Addressing:
        """Return who should see it. Raises Invalid when nobody was chosen."""
        return addressing_from(self.cleaned_data, self.offers, self.who)


class TextForm(Put):
    """The text of a measure."""

    title = forms.CharField(label=FIELD_WORDS["title"], max_length=120)
    problem = forms.CharField(label=FIELD_WORDS["problem"], required=False, widget=forms.Textarea)
    text = forms.CharField(
        label=FIELD_WORDS["text"],
        widget=forms.Textarea,
        help_text=gettext_lazy("What is to be done, by whom, from when."),
    )
    modi = forms.MultipleChoiceField(label=FIELD_WORDS["modi"], widget=forms.CheckboxSelectMultiple, required=False)
    phases = forms.MultipleChoiceField(label=FIELD_WORDS["phases"], widget=forms.CheckboxSelectMultiple, required=False)
    effort = forms.ChoiceField(label=FIELD_WORDS["effort"], required=False)
    cost = forms.ChoiceField(label=FIELD_WORDS["cost"], required=False)
    legal_basis = forms.CharField(label=FIELD_WORDS["legal_basis"], required=False, widget=forms.Textarea)
    isps = forms.CharField(label=FIELD_WORDS["isps"], required=False, max_length=200)
    evidence = forms.CharField(label=FIELD_WORDS["evidence"], required=False, widget=forms.Textarea)
    side_effects = forms.CharField(
        label=FIELD_WORDS["side_effects"], required=False, widget=forms.Textarea,
        help_text=gettext_lazy("Where could it move crime to? Whom does it hinder?"),
    )  # fmt: skip
    playbook = forms.CharField(label=FIELD_WORDS["playbook"], required=False, widget=forms.Textarea)
    contact = forms.CharField(label=FIELD_WORDS["contact"], required=False, max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    objective = forms.ChoiceField(label=gettext_lazy("Objective it serves"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words, code = report_words.vocabulary(), language()
        self.set_choices(
            modi=[(one.code, f"{one.code} {one.label(code)}") for one in words.modi_operandi],
            phases=[(one.code, one.label(code)) for one in words.phases],
            effort=choices_of(terms().efforts, _("Not estimated")),
            cost=choices_of(terms().costs, _("Not estimated")),
            language=[(one, OWN_NAMES[one]) for one in OWN_NAMES],
            objective=[("", _("None yet")), *((str(key), title) for key, title in objective_choices())],
        )

    def draft(self) -> Draft:
        """Return what was typed as a draft, also when parts are missing."""
        data = self.cleaned_data
        values = {name: _clean(data.get(name)) for name in FIELDS if name not in ("modi", "phases", "language")}
        return Draft(
            **values, modi=tuple(data.get("modi") or ()), phases=tuple(data.get("phases") or ()),
            language=data.get("language") or language(),
        )  # fmt: skip

    def objective_id(self) -> UUID | None:
        """Return the objective chosen."""
        chosen = self.cleaned_data.get("objective")
        return UUID(chosen) if chosen else None


def _clean(value: Any) -> str:
    return str(value or "").replace("\r\n", "\n").strip()


class NewForm(Addressed, TextForm):
    """A new proposal: its text, what it is about, and who sees it."""

    threat = forms.ChoiceField(label=gettext_lazy("Against what?"))
    category = forms.ChoiceField(label=gettext_lazy("What kind of measure?"), required=False)
    lineage = forms.ChoiceField(label=gettext_lazy("How does it come from the other?"), required=False)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(
            threat=choices_of(report_words.threats(), _("Choose a threat")),
            category=choices_of(terms().categories, _("Not said")),
            lineage=choices_of(terms().lineage_kinds, _("Choose")),
        )


class ObjectiveForm(Addressed):
    """A new objective, or another wording of one."""

    title = forms.CharField(label=gettext_lazy("What do we want to reach?"), max_length=120)
    threat = forms.ChoiceField(label=gettext_lazy("Against what?"))
    why = forms.CharField(label=gettext_lazy("What is the threat?"), widget=forms.Textarea)
    change = forms.CharField(label=gettext_lazy("What should change?"), widget=forms.Textarea)
    indicator = forms.CharField(label=gettext_lazy("By what will we see it?"), max_length=400)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(
            threat=choices_of(report_words.threats(), _("Choose a threat")),
            language=[(one, OWN_NAMES[one]) for one in OWN_NAMES],
        )
        if fixed:  # who sees it and against what stays as it was
            for name in ("audience", "circles", "organisations", "persons", "tlp", "threat"):
                del self.fields[name]

    def aim(self) -> Aim:
        """Return what was typed."""
        data = self.cleaned_data
        said = {name: _clean(data.get(name)) for name in ("title", "why", "change", "indicator")}
        return Aim(**said, language=data.get("language") or language())


class FilterForm(forms.Form):
    """What the list is narrowed to."""

    q = forms.CharField(
        label=gettext_lazy("Words"), required=False, max_length=200, widget=forms.TextInput(attrs={"data-key": "/"})
    )
    threat = forms.ChoiceField(label=gettext_lazy("Against what"), required=False)
    port = forms.ChoiceField(label=gettext_lazy("Published about"), required=False)
    modus_operandi = forms.ChoiceField(label=gettext_lazy("Counters"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = _("All")
        choices: dict[str, Choices] = {
            "threat": choices_of(report_words.threats(), every),
            "port": [("", every), *((p.code, p.names.get(language(), p.code)) for p in places.ports.values())],
            "modus_operandi": method_choices(every),
            "category": choices_of(terms().categories, every),
            "state": [("", every), (JOINT, _("Joint measures")), *choices_of(terms().states, every)[1:]],
        }
        for name, value in choices.items():
            self.fields[name].choices = value  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Return the filters; a field that cannot be read narrows nothing and says so."""
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})


class OpenForm(Put):
    """In the name of which working group, and until when."""

    group = forms.ChoiceField(
        label=gettext_lazy("In the name of which working group?"), widget=forms.RadioSelect,
        help_text=gettext_lazy("Its rule decides, as it is now; what the group decides later changes nothing here."),
    )  # fmt: skip
    until = day_field(gettext_lazy("Positions until the end of"))

    def __init__(self, *args: Any, groups: Iterable[Deciding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].required = True
        self.set_choices(group=[(str(one.group.id), f"{one.group.name}: {rule_words(one.rule)}") for one in groups])

    def ends(self) -> datetime:
        """Return the last moment of the day chosen, in local time."""
        return datetime.combine(self.cleaned_data["until"], time(23, 59, 59), tzinfo=ZONE)


class PositionForm(Put):
    """A position with its reason."""

    stance = forms.ChoiceField(label=gettext_lazy("Your organisation's position"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, widget=forms.Textarea,
        help_text=gettext_lazy("Needed for a reservation or an objection. Everybody who sees the measure reads it."),
    )  # fmt: skip
    read = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not self.is_bound  # its hint says when it may be left out
        self.use_required_attribute = False
        self.set_choices(stance=[(code, word("stances", code, language())) for code in STANCES])

    @property
    def reasons(self) -> frozenset[str]:
        """The positions that say why."""
        return NEEDS_REASON


class RemarkForm(Put):
    """A remark without a position."""

    text = forms.CharField(label=gettext_lazy("Your remark"), max_length=2000, widget=forms.Textarea)


class RetireForm(Put):
    """Why a measure ends."""

    reason = forms.CharField(label=gettext_lazy("Why does it end?"), max_length=400, widget=forms.Textarea)


class AdoptionForm(Put):
    """How far a port or facility is; short enough for a phone."""

    state = forms.ChoiceField(label=gettext_lazy("How far is it?"), widget=forms.RadioSelect)
    due = day_field(gettext_lazy("Planned for"))
    progress = forms.IntegerField(label=gettext_lazy("How far, in per cent"), required=False)
    since = day_field(gettext_lazy("In place since"))
    coverage = forms.IntegerField(label=gettext_lazy("How much it covers, in per cent"), required=False)
    evidence = forms.CharField(
        label=gettext_lazy("How can one see it?"), required=False, widget=forms.Textarea,
        help_text=gettext_lazy("No restricted documents: where they lie, not what they say."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, widget=forms.Textarea)
    obstacles = forms.CharField(label=gettext_lazy("What is in the way?"), required=False, widget=forms.Textarea)
    help_needed = forms.CharField(label=gettext_lazy("What help do you need?"), required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name in ("due", "progress", "since", "coverage", "reason"):
            self.fields[name].required = not self.is_bound  # the state says which of them are needed
        self.set_choices(state=[(one.code, one.label(language())) for one in terms().adoption_states])

    def told(self) -> Told:
        """Return what was told, also when parts are missing."""
        data = self.cleaned_data
        texts = {name: _clean(data.get(name)) for name in ("evidence", "reason", "obstacles", "help_needed")}
        state = data.get("state") or ""
        values: dict[str, Any] = {name: data.get(name) for name in ("due", "progress", "since", "coverage")} | texts
        return Told(state if state in ADOPTION_STATES else "", **values)


class AskForm(Put):
    """A question to those who have it in place."""

    text = forms.CharField(label=gettext_lazy("What do you want to know?"), max_length=2000, widget=forms.Textarea)
    port = forms.ChoiceField(label=gettext_lazy("Whom"), required=False)

    def __init__(self, *args: Any, ports: Iterable[Port], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(
            port=[
                ("", _("Everybody who has it in place")),
                *((port.locode, port.names.get(language(), port.locode)) for port in ports),
            ]
        )


class AnswerForm(Put):
    """How an organisation did it."""

    text = forms.CharField(label=gettext_lazy("Your answer"), max_length=4000, widget=forms.Textarea)
    practice = forms.CharField(label=gettext_lazy("How you do it, step by step"), required=False, widget=forms.Textarea)
    mentor = forms.ChoiceField(label=gettext_lazy("Somebody who helps them"), required=False)
    reach = forms.CharField(label=gettext_lazy("How to reach that person"), required=False, max_length=200)
    shared = forms.BooleanField(
        label=gettext_lazy("Others who see the measure may read it too"), required=False,
        help_text=gettext_lazy("They then know that you have it in place. Who asked is not shown."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(mentor=[("", _("Nobody")), *((str(key), name) for key, name in people)])

    def mentor_id(self) -> UUID | None:
        """Return the person chosen."""
        chosen = self.cleaned_data.get("mentor")
        return UUID(chosen) if chosen else None

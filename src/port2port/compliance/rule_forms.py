"""The form of a rule: the fields of the data file, chosen from what there is. The rules check what it gives."""

from collections.abc import Iterable
from typing import Any, get_args

import msgspec
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from port2port.base.errors import Problem
from port2port.compliance.calendar import Unit
from port2port.compliance.forms import DAY, Put
from port2port.compliance.obligations import Rule, Rulebook
from port2port.members.data_files import LANGUAGES
from port2port.site.reader import language

SHAPES: dict[str, str | Promise] = {
    "after": _("Within a period after something happened"),
    "each": _("Once in each calendar period"),
    "before": _("At least a period before a day that was announced"),
    "on": _("By a fixed day"),
    "keep": _("Kept for a period: nothing may be erased"),
    "standing": _("At all times"),
}
UNITS: dict[str, str | Promise] = {
    "immediate": _("minutes, for “at once”"), "minutes": _("minutes"), "hours": _("hours"), "days": _("days"),
    "weeks": _("weeks"), "months": _("months"), "years": _("years"), "unstated": _("no time stated"),
}  # fmt: skip
SPANS: dict[str, str | Promise] = {
    "month": _("month"), "quarter": _("quarter"), "half_year": _("half year"), "year": _("year"),
}  # fmt: skip
# Which periods each shape has, the needed ones first; the names are those of the data file.
PERIODS: dict[str, tuple[str, ...]] = {
    "after": ("within", "opens", "lapses", "already"), "each": ("apart",), "before": ("at_least",),
    "on": ("afterwards",), "keep": ("during",), "standing": ("within",),
}  # fmt: skip
PERIOD_WORDS: dict[str, str | Promise] = {
    "within": _("Within"), "opens": _("Not before"), "lapses": _("Lapses after"),
    "already": _("A proof from so long before counts too"), "apart": _("At most so long after the last time"),
    "at_least": _("At least so long before"), "afterwards": _("Later triggers: within"), "during": _("Kept for"),
    "soon": _("Remind so long before"), "late": _("Tell who decides so long after"),
}  # fmt: skip
LISTS: dict[str, str | Promise] = {
    "triggers": _("What starts it"), "fulfilled_by": _("What fulfils it"), "ended_by": _("What makes it go away"),
    "broken_by": _("What breaks it"), "undone_by": _("What undoes it"), "requires": _("What must have come before"),
    "restored_by": _("What restores it after it lapsed"),
}  # fmt: skip
PLAIN = ("code", "version", "valid_from", "subject", "owed_by", "decided_by")
SHAPE_WORDS = {"each": "calendar", "on": "day", "standing": "holders"}
# Not read field by field: what stands above, and amounts, which go with their units.
APART = {"code", "version", *(f"{name}_{part}" for name in PERIOD_WORDS for part in ("amount", "unit"))}


class RuleForm(Put):
    """A rule, or the next version of one."""

    code = forms.SlugField(
        label=_("Code"), help_text=_("Small letters, digits and _; it stays for good."), max_length=40
    )
    version = forms.IntegerField(label=_("Version"), min_value=1, initial=1)
    valid_from = forms.DateField(label=_("Holds from"), widget=DAY)
    subject = forms.ChoiceField(label=_("Who owes it"))
    kind = forms.ChoiceField(label=_("Shape"), choices=list(SHAPES.items()))
    again = forms.BooleanField(label=_("Each time it is done, the next one starts"), required=False)
    replaced = forms.BooleanField(label=_("A newer trigger takes the place of the older one"), required=False)
    covers_earlier = forms.BooleanField(label=_("Also for what happened before its first day"), required=False)
    calendar = forms.ChoiceField(label=_("In each"), required=False, choices=[("", "–"), *SPANS.items()])
    first = forms.ChoiceField(
        label=_("Beginning with"), required=False,
        choices=[("same", _("the period of the trigger")), ("next", _("the next period"))],
    )  # fmt: skip
    day = forms.DateField(label=_("By the day"), required=False, widget=DAY)
    holders = forms.IntegerField(label=_("So many at least"), required=False, min_value=1)
    counted_from = forms.ChoiceField(label=_("Counted from the day named in"), required=False)
    same = forms.ChoiceField(label=_("Told apart by"), required=False)
    owed_by = forms.ChoiceField(label=_("To be done by"))
    decided_by = forms.ChoiceField(label=_("Who decides, and is told when it is late"))
    seen_by = forms.MultipleChoiceField(label=_("Seen by"), widget=forms.CheckboxSelectMultiple)
    rests_on = forms.ChoiceField(
        label=_("Rests on"),
        choices=[("law", _("a law")), ("charter", _("the members’ charter")), ("request", _("a request"))],
    )  # fmt: skip
    citation = forms.CharField(label=_("Citation"), max_length=400)
    new_event = forms.SlugField(
        label=_("Code of a new kind of event that fulfils it"), required=False, max_length=40,
        help_text=_("Only where no kind that is there says it; with its name in each language."),
    )  # fmt: skip
    why = forms.CharField(label=_("Why is it needed?"), max_length=1000, widget=forms.Textarea)

    def __init__(self, *args: Any, book: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        parties = [(one.code, one.label(code)) for one in book.parties]
        events = [(one.code, one.label(code)) for one in book.events]
        names = sorted({name for kind in book.events for name in (*kind.details, *kind.optional)})
        details = [("", "–"), *((name, name) for name in names)]
        offered = {
            "subject": [(one.code, one.label(code)) for one in book.subjects], "owed_by": parties,
            "decided_by": parties, "seen_by": parties, "counted_from": details, "same": details,
        }  # fmt: skip
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name, word in LISTS.items():
            self.fields[name] = forms.MultipleChoiceField(label=str(word), required=name == "triggers", choices=events)
        units = [(unit, UNITS[unit]) for unit in get_args(Unit)]
        for name, word in PERIOD_WORDS.items():
            lead = name in ("soon", "late")
            self.fields[f"{name}_amount"] = forms.IntegerField(
                label=str(word), required=lead, min_value=0, max_value=9999, initial=0 if lead else None
            )
            self.fields[f"{name}_unit"] = forms.ChoiceField(label=_("Unit"), choices=units, initial="days")
        for one in LANGUAGES:
            word = _("Name (%(code)s)") % {"code": one}
            self.fields[f"name_{one}"] = forms.CharField(label=word, max_length=400)
            self.fields[f"event_name_{one}"] = forms.CharField(label=word, required=False, max_length=400)

    @property
    def period_pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Amount and unit of each period of the shapes."""
        return [(self[f"{name}_amount"], self[f"{name}_unit"]) for name in PERIOD_WORDS if name not in ("soon", "late")]

    @property
    def lead_pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Amount and unit of the reminders."""
        return [(self[f"{name}_amount"], self[f"{name}_unit"]) for name in ("soon", "late")]

    @property
    def list_fields(self) -> list[forms.BoundField]:
        """The lists of kinds of event."""
        return [self[name] for name in LISTS]

    @property
    def name_fields(self) -> list[forms.BoundField]:
        """The names in each language."""
        return [self[f"name_{one}"] for one in LANGUAGES]

    @property
    def event_name_fields(self) -> list[forms.BoundField]:
        """The names of a new kind of event."""
        return [self[f"event_name_{one}"] for one in LANGUAGES]

    def events(self) -> list[dict[str, Any]]:
        """Return the kind of event that the rule brings, if it brings one."""
        told = self.cleaned_data
        if not told["new_event"]:
            return []
        names = {one: told[f"event_name_{one}"] for one in LANGUAGES}
        return [{"code": told["new_event"], "subjects": [told["subject"]], "names": names}]

    def _period(self, name: str) -> dict[str, object] | None:
        amount, unit = self.cleaned_data[f"{name}_amount"], self.cleaned_data[f"{name}_unit"]
        if amount is None and unit != "unstated":
            return None
        return {"amount": amount or 0, "unit": unit}

    def entry(self) -> dict[str, Any]:
        """Return the rule in the shape of the data file; what is not chosen is left out."""
        told = self.cleaned_data
        due: dict[str, Any] = {"kind": told["kind"]}
        for name in PERIODS[told["kind"]]:
            period = self._period(name)
            if period is not None:
                due[name] = period
        if told["kind"] == "after":
            due["again"] = told["again"]
        if told["kind"] == "each":
            due |= {"calendar": told["calendar"], "first": told["first"] or "same"}
        if told["kind"] == "on" and told["day"]:
            due["day"] = told["day"].isoformat()
        if told["kind"] == "standing" and told["holders"]:
            due["at_least"] = told["holders"]
        entry: dict[str, Any] = {name: told[name] for name in PLAIN} | {
            "valid_from": told["valid_from"].isoformat(), "covers_earlier": told["covers_earlier"], "active": True,
            "verified": True, "due": due, "seen_by": told["seen_by"], "replaced": told["replaced"],
            "leads": {"soon": self._period("soon"), "late": self._period("late")},
            "basis": {"rests_on": told["rests_on"], "citation": told["citation"]},
            "names": {one: told[f"name_{one}"] for one in LANGUAGES},
        }  # fmt: skip
        if told["rests_on"] == "charter":
            entry["basis"]["legal_basis"] = "members_charter"
        entry |= {name: told[name] for name in LISTS if told[name]}
        if told["new_event"]:
            entry["fulfilled_by"] = [*told["fulfilled_by"], told["new_event"]]
        return entry | {name: told[name] for name in ("counted_from", "same") if told[name]}

    def put(self, problems: Iterable[Problem]) -> None:
        """Show problems beside the fields they speak of, with the path in the rule before each."""
        for one in problems:
            path = {"events": "new_event"}.get(one.field, one.field.removeprefix("entry."))
            name = self.field_of(path)
            said = str(one.message) if name == path else f"{path}: {one.message}"
            self.add_error(name if name in self.fields else None, said)

    def field_of(self, name: str) -> str:
        """Return the field that a path in a rule is typed in."""
        last = name.split(".")[-1]
        if name.startswith("names."):
            return f"name_{last}"
        if name == "events":  # the kinds that a rule looks at
            return "triggers"
        for one in (name, last, f"{last}_amount", SHAPE_WORDS.get(last, "")):
            if one in self.fields:
                return one
        return ""


def begun(rule: Rule, newest: int) -> dict[str, Any]:
    """Return what stands in the form when the next version of a rule is begun."""
    document: dict[str, Any] = msgspec.to_builtins(rule)
    due, basis = document["due"], document["basis"]
    found = {name: document[name] for name in (*PLAIN, *LISTS, "seen_by", "replaced", "counted_from", "same")}
    found |= {"version": newest + 1, "valid_from": None, "kind": due["kind"], "citation": basis["citation"]}
    found |= {"rests_on": basis["rests_on"], "covers_earlier": False}
    found |= {name: due.get(name) for name in ("again", "calendar", "first", "day")}
    for name in PERIOD_WORDS:
        period = document["leads"].get(name) or due.get(name)
        if isinstance(period, dict):
            found |= {f"{name}_amount": period["amount"], f"{name}_unit": period["unit"]}
    if due["kind"] == "standing":
        found["holders"] = due["at_least"]
    return found | {f"name_{one}": document["names"][one] for one in LANGUAGES}


def written(entry: dict[str, Any], book: Rulebook) -> list[tuple[str, str]]:
    """Return a rule as it was written, in the words of its form: the second person reads what is switched on."""
    told = begun(msgspec.convert(entry, Rule), 0) | {"valid_from": entry["valid_from"]}
    told |= {"covers_earlier": entry.get("covers_earlier", False)}
    form = RuleForm(book=book)
    found = [
        (str(field.label), _said(field, told.get(name))) for name, field in form.fields.items() if name not in APART
    ]
    for name, word in PERIOD_WORDS.items():
        if f"{name}_unit" in told:
            found.append((str(word), _span(told[f"{name}_amount"], told[f"{name}_unit"])))
    return [(word, said) for word, said in found if said]


def _span(amount: int, unit: str) -> str:
    words = {
        "minutes": ngettext("%(n)d minute", "%(n)d minutes", amount),
        "hours": ngettext("%(n)d hour", "%(n)d hours", amount),
        "days": ngettext("%(n)d day", "%(n)d days", amount),
        "weeks": ngettext("%(n)d week", "%(n)d weeks", amount),
        "months": ngettext("%(n)d month", "%(n)d months", amount),
        "years": ngettext("%(n)d year", "%(n)d years", amount),
    }
    return words[unit] % {"n": amount} if unit in words else str(UNITS[unit])


def _said(field: forms.Field, value: Any) -> str:
    """Return a value in the words of its field; a code that is offered no more stands for itself."""
    if value in (None, "", False) or value == []:
        return ""
    if value is True:
        return str(_("yes"))
    words = dict(getattr(field, "choices", ()))
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(str(words.get(one, one)) for one in values)

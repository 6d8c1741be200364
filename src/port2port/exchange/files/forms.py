"""The form in which a person says what the columns of a partner's file are. It only translates."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem
from port2port.exchange.files.actions import LONGEST_NAME
from port2port.exchange.files.fields import Field, fields, plain
from port2port.exchange.files.known import Known
from port2port.exchange.files.mapping import LONGEST_PARTNER, Column, Mapping, read_mapping, written
from port2port.exchange.files.reading import Table, values_of
from port2port.members.network_data import label
from port2port.members.places import Places
from port2port.reports.addressing import Offered
from port2port.reports.forms import OWN_NAMES, method_choices
from port2port.reports.vocabulary import Vocabulary
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

Choices = list[tuple[str, Any]]
MOST_VALUES, MOST_ASKED = 40, 400  # of one column, and of all, that are asked about at a time
NOTHING = "-"  # a value that stands for nothing of ours


class MappingForm(forms.Form):
    """What each column is, what their values are here, what is said once for all rows, and how dates are read."""

    partner = forms.CharField(
        label=gettext_lazy("Whose file is it?"),
        max_length=LONGEST_PARTNER,
        help_text=gettext_lazy("A partner or a system. Its numbers are known again under this name."),
    )
    audience = forms.ChoiceField(label=gettext_lazy("Who should know?"))
    order = forms.ChoiceField(label=gettext_lazy("How dates are written"))
    zone = forms.CharField(label=gettext_lazy("Time zone of the clock"), max_length=60)
    decimal = forms.ChoiceField(label=gettext_lazy("How numbers are written"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"))
    name = forms.CharField(
        label=gettext_lazy("Keep it under this name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=gettext_lazy("The next file with these columns is read like this one."),
    )

    def __init__(
        self,
        sent: Any,
        *,
        table: Table,
        mapping: Mapping,
        known: Known,
        codes: dict[str, Choices],
        offers: list[Offered],
    ) -> None:
        said = written(mapping)
        super().__init__(sent, initial={one: said[one] for one in SETTINGS})
        self.table, self.mapped, self.known, self.codes = table, mapping, known, codes
        # An empty one first: a choice that is not on offer for oneself must not turn into another in silence.
        self.fields["audience"].choices = [("", _("Choose...")), *((one.code, one.name) for one in offers)]  # type: ignore[attr-defined]
        self.fields["order"].choices = [  # type: ignore[attr-defined]
            ("dmy", _("28/11/2026, day first")),
            ("mdy", _("11/28/2026, month first")),
            ("ymd", _("26/11/28, year first")),
        ]
        self.fields["decimal"].choices = [(",", "1.234,5"), (".", "1,234.5")]  # type: ignore[attr-defined]
        self.fields["language"].choices = list(OWN_NAMES.items())  # type: ignore[attr-defined]
        self._add_columns()
        self._add_values()
        self._add_constants()

    def _add_columns(self) -> None:
        offered = [("", _("Left out")), *((one.code, one.label(language())) for one in fields().values())]
        before = {one.name: one.field for one in self.mapped.columns}
        for index, name in enumerate(self.table.head):
            self._add(f"c{index}", name, offered, before.get(name, ""))

    def _add_values(self) -> None:
        """Ask about the values of columns of codes; what is recognised by itself is chosen already."""
        self.asked: list[tuple[int, str, str]] = []  # column, field, value
        self.unasked = 0
        before = {one.name: one.values for one in self.mapped.columns}
        for index, name in enumerate(self.table.head):
            field = fields().get(self._field(index))
            if field is None or field.kind != "code":
                continue
            named = before.get(name, {}) if field.code == self._before(name) else {}
            recognised = self.known.codes[field.code]
            wanted = sorted(  # what is not recognised comes first, then by how often it stands there
                (text for text, _number in values_of(self.table, name).most_common()),
                key=lambda text: text not in named and plain(text) in recognised,
            )
            most = min(MOST_VALUES, MOST_ASKED - len(self.asked))
            self.unasked += sum(text not in named and plain(text) not in recognised for text in wanted[most:])
            for text in wanted[:most]:
                self._add_value(index, field.code, text, named)

    def _add_value(self, index: int, field: str, text: str, named: dict[str, str]) -> None:
        itself = self.known.codes[field].get(plain(text), "")
        chosen = (named[text] or NOTHING) if text in named else itself
        choices: Choices = [(NOTHING, _("Leave it empty")), *self.codes[field]]
        if not itself:
            choices.insert(0, ("", _("Refuse these rows")))
        self.asked.append((index, field, text))
        self._add(_value_name(index, field, text), text, choices, chosen)

    def _add_constants(self) -> None:
        self.constants: list[Field] = [one for one in fields().values() if one.constant]
        for field in self.constants:
            choices = [("", _("As the file says")), *self.codes[field.code]]
            self._add(f"k-{field.code}", field.label(language()), choices, self.mapped.constants.get(field.code, ""))

    def _add(self, name: str, label_: str, choices: Choices, initial: str) -> None:
        widget = forms.Select(attrs={"class": "form-select", "aria-label": label_})
        self.fields[name] = forms.ChoiceField(
            label=label_, choices=choices, initial=initial, required=False, widget=widget
        )

    def _field(self, index: int) -> str:
        """Return what a column is chosen to be, before anything is checked."""
        name = f"c{index}"
        return str(self.data.get(name, "")) if self.is_bound else str(self.fields[name].initial)

    def _before(self, name: str) -> str:
        return next((one.field for one in self.mapped.columns if one.name == name), "")

    def values_asked(self) -> list[tuple[str, list[Any]]]:
        """Return the columns of which values are asked about, each with its fields."""
        found: dict[str, list[Any]] = {}
        for index, field, text in self.asked:
            found.setdefault(self.table.head[index], []).append(self[_value_name(index, field, text)])
        return list(found.items())

    def constants_asked(self) -> list[Any]:
        """Return the fields of what is said once for all rows."""
        return [self[f"k-{one.code}"] for one in self.constants]

    def columns_asked(self) -> list[Any]:
        """Return the fields of the columns."""
        return [self[f"c{index}"] for index in range(len(self.table.head))]

    def mapping(self) -> Mapping:
        """Return what was said. Raises Invalid with every problem, by column."""
        data = self.cleaned_data
        values: dict[int, dict[str, str]] = {}
        for index, field, text in self.asked:
            chosen = data[_value_name(index, field, text)]
            if chosen and chosen != self.known.codes[field].get(plain(text)):
                values.setdefault(index, {})[text] = "" if chosen == NOTHING else chosen
        kept = {one.name: one for one in self.mapped.columns}
        columns = []
        for index, name in enumerate(self.table.head):
            chosen, said = data[f"c{index}"], values.get(index, {})
            before = kept.get(name)
            if before is not None and before.field == chosen:  # what stands in other files, too
                here = {text for column, _field, text in self.asked if column == index}
                said = {text: code for text, code in before.values.items() if text not in here} | said
            columns.append(written_column(Column(name, chosen, said)))
        constants = {one.code: data[f"k-{one.code}"] for one in self.constants if data[f"k-{one.code}"]}
        settings = {one: data[one] for one in SETTINGS}
        return read_mapping({"columns": columns, "constants": constants, **settings})

    def put(self, problems: Iterable[Problem]) -> None:
        """Show problems of the mapping beside the columns they are about."""
        at = {name: f"c{index}" for index, name in enumerate(self.table.head)}
        for one in problems:
            name = one.field if one.field in self.fields else at.get(one.field)
            self.add_error(name, str(one.message))


SETTINGS = ("partner", "audience", "order", "zone", "decimal", "language")


def written_column(column: Column) -> dict[str, Any]:
    """Return a column as JSON values."""
    return {"name": column.name, "field": column.field, "values": column.values}


def _value_name(index: int, field: str, text: str) -> str:
    return f"v{index}-{field}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"


def code_choices(words: Vocabulary, places: Places) -> dict[str, Choices]:
    """Return the codes of each field of codes with their words, in the reader's language."""
    code = language()

    def named(terms: Sequence[Any]) -> Choices:
        return [(one.code, one.label(code)) for one in terms]

    return {
        "threat": named(words.threats),
        "modus_operandi": method_choices("")[1:],
        "phase": named(words.phases),
        "substance": named(words.substances),
        "severity": named(words.severities),
        "nature": named(words.natures),
        "source": named([one for one in words.sources if one.code != "published"]),
        "port": [(one.code, f"{label(one.names, code)} ({one.code})") for one in places.ports.values()],
        "facility": [(one.code, f"{label(one.names, code)} ({one.code})") for one in places.facilities.values()],
        "tlp": [(one.label.removeprefix("TLP:"), one.label) for one in Tlp if one != Tlp.RED],
    }

"""The register of processing in the reader's words, for page, file, paper and API."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from port2port.governance.kind_words import kind_word
from port2port.governance.processing.register import Columns, Processing, register
from port2port.members.data_files import label
from port2port.sharing import legal_basis
from port2port.site.reader import language


@dataclass(frozen=True)
class Shown:
    """One processing in words. `tables`: with the columns that hold something of a person."""

    code: str
    name: str
    controller: str
    purpose: str
    persons: str
    data: str
    recipients: str
    bases: str
    kept: str
    measures: str
    transfers: str
    tables: tuple[Columns, ...]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What article 30 asks for, as names and values."""
        return [
            (_("Who is responsible"), self.controller), (_("What for"), self.purpose), (_("About whom"), self.persons),
            (_("Which data"), self.data), (_("For whom"), self.recipients), (_("On which basis"), self.bases),
            (_("How long"), self.kept), (_("How it is kept safe"), self.measures),
            (_("Outside Belgium"), self.transfers),
        ]  # fmt: skip


def processings() -> list[Shown]:
    """Return the register in the order of the file."""
    return [shown(one) for one in register().processings]


def shown(one: Processing) -> Shown:
    """Return one processing in words."""
    found, reader = register(), language()
    said = {name: "; ".join(found.said(name, getattr(one, name), reader)) for name in
            ("persons", "data", "recipients", "measures")}  # fmt: skip
    return Shown(
        code=one.code, name=one.label(reader), purpose=label(one.purpose, reader),
        controller=found.said("controllers", [one.controller], reader)[0],
        bases="; ".join([legal_basis.legal_basis(code).label(reader) for code in one.legal_bases]),
        kept=_kept(one), transfers=found.said("transfers", [one.transfers], reader)[0],
        tables=found.by_processing[one.code], **said,
    )  # fmt: skip


def _kept(one: Processing) -> str:
    """Return how long it is kept: words of the file, or the days of the register of legal bases, by kind."""
    if one.kept is not None:
        return label(one.kept, language())
    days = {kind: sorted({rule.days for rule in legal_basis.register().retention if rule.kind == kind})
            for kind in one.kinds}  # fmt: skip
    return "; ".join(
        _("%(kind)s: %(days)s days") % {"kind": kind_word(kind), "days": " / ".join(map(str, found))}
        for kind, found in days.items()
    )


def without() -> list[tuple[str, list[str]]]:
    """Return the tables that hold nothing of a person, by reason."""
    found = register()
    return [
        (word.label(language()), [one.table for one in found.tables if one.reason == code])
        for code, word in found.words["reasons"].items()
    ]

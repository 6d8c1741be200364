"""What is done with the own register: keep an entry, take one off, bring a list in. Each is one transaction.

The journal notes that the register changed and by how many entries, never by which: it is read by others than the
register is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.alerts.suppliers import queries
from port2port.alerts.suppliers.aliases import aliases
from port2port.alerts.suppliers.models import CRITICAL, SupplierUse
from port2port.alerts.suppliers.names import System, canonical, form_of, heard_by
from port2port.alerts.suppliers.queries import KIND
from port2port.alerts.suppliers.rules import ENTRIES_MOST, USE_LONGEST, one_system_problems
from port2port.base import journal
from port2port.base.errors import Invalid, Problem, Refused, Text
from port2port.members.acting import action, current_actor
from port2port.sharing.guardrails.text import findings


@dataclass(frozen=True)
class Entry:
    """What somebody wrote about something that the organisation uses. `row`: its line in a file."""

    system: System
    used_for: str = ""
    critical: str = ""
    row: int | None = None


@dataclass(frozen=True)
class Brought:
    """What a list did to the register."""

    added: int
    changed: int
    same: int


@action
def keep_use(entry: Entry, *, at: datetime, identifier: UUID | None = None) -> SupplierUse:
    """Add an entry to the own register, or change one. Raises NotFound, Refused, Invalid."""
    organisation = _keeper(identifier)
    found = queries.use(identifier) if identifier is not None else SupplierUse(organisation_id=organisation)
    problems = list(entry_problems(entry))
    form, version = _told_apart(entry)
    others = SupplierUse.objects.exclude(id=found.id)
    if not problems and others.filter(form=form, version=version).exists():
        problems.append(Problem("vendor", _("This stands in your register already.")))
    if identifier is None and others.count() >= ENTRIES_MOST:
        problems.append(Problem("vendor", _full()))
    if problems:
        raise Invalid(problems)
    _write(found, entry, at, new=identifier is None)
    journal.write("register.kept", kind=KIND, record=found.id, at=at)
    return found


@action
def bring_uses(entries: Sequence[Entry], *, at: datetime) -> Brought:
    """Add a list of entries, changing those that are there already; all of it or nothing. Raises Refused, Invalid.

    What the list does not name stays: nobody loses warnings by a list that was cut off.
    """
    organisation = _keeper(None)
    problems = [
        Problem(problem.field, problem.message, entry.row) for entry in entries for problem in entry_problems(entry)
    ]
    before = {(one.form, one.version): one for one in queries.register()}
    wanted: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if _told_apart(entry) in wanted:
            problems.append(Problem("vendor", _("This stands in the file twice."), entry.row))
        wanted[_told_apart(entry)] = entry
    if len({*before, *wanted}) > ENTRIES_MOST:
        problems.append(Problem("file", _full()))
    if problems:
        raise Invalid(sorted(problems, key=lambda problem: problem.row or 0))
    added = changed = 0
    for key, entry in wanted.items():
        there = before.get(key)
        if there is not None and entry_of(there) == _said(entry):
            continue
        _write(there or SupplierUse(organisation_id=organisation), entry, at, new=there is None)
        added, changed = added + (there is None), changed + (there is not None)
    journal.write("register.brought", kind=KIND, at=at, added=added, changed=changed)
    return Brought(added, changed, len(wanted) - added - changed)


@action
def remove_use(identifier: UUID, *, at: datetime) -> None:
    """Take an entry off the own register; its alerts are seen no more. Raises NotFound, Refused."""
    _keeper(identifier)
    queries.use(identifier).delete()
    journal.write("register.removed", kind=KIND, record=identifier, at=at)


def _full() -> Text:
    return _("The register holds at most %(most)d entries. Take some off, or keep a supplier as a whole.") % {
        "most": ENTRIES_MOST
    }


def entry_problems(entry: Entry) -> Iterable[Problem]:
    """Yield what is wrong with an entry, by the name of its field."""
    yield from one_system_problems(entry.system)
    if len(entry.used_for) > USE_LONGEST:
        yield Problem("used_for", _("This is longer than %(longest)d characters.") % {"longest": USE_LONGEST})
    if not entry.used_for.isprintable():
        yield Problem("used_for", _("This holds characters that cannot be shown. Type it again."))
    elif any(one.blocking for one in findings(entry.used_for)):
        yield Problem("used_for", _("Identities are never written here. Take it out."))
    if entry.critical not in CRITICAL:
        yield Problem("critical", _("Write minor, serious or vital, or nothing."))


def entry_of(use: SupplierUse) -> Entry:
    """Return what an entry of the register says."""
    system = System(use.vendor, use.product, use.version, use.cpe, use.package)
    return Entry(system, use.used_for, use.critical)


def _said(entry: Entry) -> Entry:
    """Return an entry as the register keeps it: under canonical names, on one line."""
    return Entry(canonical(entry.system, aliases()), " ".join(entry.used_for.split()), entry.critical)


def _told_apart(entry: Entry) -> tuple[str, str]:
    return form_of(entry.system, aliases()), canonical(entry.system, aliases()).version


def _write(use: SupplierUse, entry: Entry, at: datetime, *, new: bool) -> None:
    said = _said(entry)
    for name in ("vendor", "product", "version", "cpe", "package"):
        setattr(use, name, getattr(said.system, name))
    use.used_for, use.critical, use.form = said.used_for, said.critical, _told_apart(entry)[0]
    use.topics = list(heard_by(said.system, aliases()))
    use.changed_by_id, use.changed_at = current_actor().person, at
    if new:
        use.save(force_insert=True)
    else:
        use.save(update_fields=[*WRITTEN, "changed_by", "changed_at"])


WRITTEN = ("vendor", "product", "version", "cpe", "package", "used_for", "critical", "form", "topics")


def _keeper(identifier: UUID | None) -> UUID:
    """Return the organisation whose register the actor keeps. Raises NotFound for another's entry, Refused."""
    organisation = current_actor().organisation
    if identifier is not None:
        queries.use(identifier)
    if organisation is None or not queries.may_keep():
        raise Refused(_("Those at the desk who look after your organisation's records, or administer it, do this."))
    return organisation

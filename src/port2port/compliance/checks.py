"""What a rule must be beyond its fields: shape, references, basis, versions. Problems go to the reader."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from port2port.compliance.calendar import Period, last_moment
from port2port.compliance.obligations import After, Before, Due, Each, Keep, On, Rule, Rulebook, Standing
from port2port.members.data_files import Reader
from port2port.sharing.legal_basis import register

CHARTER = "members_charter"  # the register's code for what the members agreed among themselves
ANY_ZONE = ZoneInfo("UTC")
ANY_MOMENT = datetime(2025, 1, 1, tzinfo=ANY_ZONE)
MAY_BE_UNSTATED = ("due.within", "due.afterwards")

# What each shape needs and what it cannot use: a field that nothing reads would look like a rule and be none.
FIELDS: dict[type, tuple[frozenset[str], frozenset[str]]] = {
    After: (frozenset({"fulfilled_by"}), frozenset({"restored_by", "ended_by", "requires", "replaced"})),
    Each: (frozenset({"fulfilled_by"}), frozenset({"ended_by"})),
    Before: (frozenset({"fulfilled_by", "counted_from"}), frozenset({"ended_by", "requires", "replaced"})),
    On: (frozenset({"fulfilled_by"}), frozenset({"ended_by", "requires", "replaced"})),
    Keep: (frozenset({"broken_by"}), frozenset({"ended_by", "requires", "replaced"})),
    Standing: (frozenset({"fulfilled_by", "undone_by"}), frozenset({"ended_by"})),
}
CHECKED = ("fulfilled_by", "restored_by", "broken_by", "undone_by", "ended_by", "requires", "replaced", "counted_from")
USES_COUNTED_FROM = (After, Before, On, Keep)
USES_REST_DAY = (After, Each, On, Standing)


def check_rules(reader: Reader, book: Rulebook) -> None:
    """Note all that is wrong with the rules of a rulebook."""
    for rule in book.rules:
        _check_shape(reader, rule)
        _check_periods(reader, rule)
        _check_references(reader, rule, book)
        _check_details(reader, rule, book)
        _check_basis(reader, rule)
    _check_versions(reader, book.rules)


def _where(rule: Rule) -> str:
    return f"rules {rule.code!r} version {rule.version}"


def _check_shape(reader: Reader, rule: Rule) -> None:
    where, shape = _where(rule), type(rule.due)
    needed, usable = FIELDS[shape]
    kind = shape.__struct_config__.tag
    for field in CHECKED:
        given = bool(getattr(rule, field))
        if field in needed and not given:
            reader.problem(where, field, f"is needed with due.kind {kind!r}")
        elif given and field not in needed | usable and not (field == "counted_from" and shape in USES_COUNTED_FROM):
            reader.problem(where, field, f"is not used with due.kind {kind!r}")
    due = rule.due
    if isinstance(due, After):
        if rule.restored_by and due.lapses is None:
            reader.problem(where, "restored_by", "goes with due.lapses")
        if due.again and (rule.replaced or rule.requires or rule.counted_from or due.already):
            reader.problem(where, "due.again", "goes without `replaced`, `requires`, `counted_from`, `due.already`")
        if set(rule.restored_by) - set(rule.fulfilled_by):
            reader.problem(where, "restored_by", "must stand in fulfilled_by too")
    if rule.on_rest_day != "stays" and shape not in USES_REST_DAY:
        reader.problem(where, "on_rest_day", f"is not used with due.kind {kind!r}")
    if set(rule.triggers) & set(rule.ended_by):
        reader.problem(where, "ended_by", "cannot be a trigger too")
    if isinstance(due, Standing) and due.at_least > 1 and rule.same is None:
        reader.problem(where, "same", "is needed to tell several holders apart")
    if isinstance(due, Keep) and rule.when.proof:
        reader.problem(where, "when.proof", "is not used with due.kind 'keep'")


def _periods(due: Due) -> dict[str, Period]:
    named = {name: getattr(due, name) for name in due.__struct_fields__}
    return {name: value for name, value in named.items() if isinstance(value, Period)}


def _check_periods(reader: Reader, rule: Rule) -> None:
    where = _where(rule)
    periods = {f"due.{name}": period for name, period in _periods(rule.due).items()}
    for field, period in {**periods, "leads.soon": rule.leads.soon, "leads.late": rule.leads.late}.items():
        if period.unit == "unstated" and period.amount:
            reader.problem(where, field, "'unstated' goes without an amount")
    for field, period in periods.items():
        if field not in MAY_BE_UNSTATED and period.unit == "unstated":
            reader.problem(where, field, "must be stated")
    if isinstance(rule.due, After):
        if rule.due.opens is not None and _longer(rule.due.opens, rule.due.within):
            reader.problem(where, "due.opens", "lies after due.within")
        if rule.due.lapses is not None and _longer(rule.due.within, rule.due.lapses):
            reader.problem(where, "due.lapses", "lies before due.within")
        if rule.due.again and rule.due.within.unit == "unstated":
            reader.problem(where, "due.again", "goes with a stated time only")
    if rule.leads.late.unit == "unstated":
        reader.problem(where, "leads.late", "must be stated; 0 days: at once")


def _longer(one: Period, other: Period) -> bool:
    """Return whether one period ends after another, by counting both from the same day."""
    if "unstated" in (one.unit, other.unit):
        return one.unit == "unstated" and other.unit != "unstated"
    ends = [last_moment(ANY_MOMENT, period, ANY_ZONE) for period in (one, other)]
    return ends[0] is not None and ends[1] is not None and ends[0] > ends[1]


def _check_references(reader: Reader, rule: Rule, book: Rulebook) -> None:
    where = _where(rule)
    parties = {party.code for party in book.parties}
    subjects = {kind.code: kind for kind in book.subjects}
    reader.check_reference(where, "subject", rule.subject, subjects, "kind of subject")
    reader.check_reference(where, "owed_by", rule.owed_by, parties, "party")
    reader.check_reference(where, "decided_by", rule.decided_by, parties, "party")
    for party in rule.seen_by:
        reader.check_reference(where, "seen_by", party, parties, "party")
    for kind in sorted(rule.kinds):
        event = book.event_kinds.get(kind)
        if event is None:
            reader.problem(where, "events", f"no kind of event {kind!r}")
        elif rule.subject not in event.subjects:
            reader.problem(where, "events", f"{kind!r} does not happen to a {rule.subject}")
    known = subjects[rule.subject].attributes if rule.subject in subjects else ()
    for name in rule.when.subject:
        reader.check_reference(where, "when.subject", name, known, "attribute")


def _check_details(reader: Reader, rule: Rule, book: Rulebook) -> None:
    """Note a detail that a rule looks at and that its events do not, or need not, carry."""
    where = _where(rule)
    proofs = (*rule.fulfilled_by, *rule.broken_by, *rule.undone_by)
    must = [("counted_from", rule.counted_from, rule.triggers), ("same", rule.same, (*rule.triggers, *proofs))]
    if isinstance(rule.due, Each | Standing):  # the trigger starts them for all cases
        must[1] = ("same", rule.same, proofs)
    for field, name, kinds in must:
        for kind in kinds if name is not None else ():
            event = book.event_kinds.get(kind)
            if event is not None and name not in event.details:
                reader.problem(where, field, f"{kind!r} need not carry {name!r}")
    for field, wanted, kinds in (
        ("when.trigger", rule.when.trigger, rule.triggers),
        ("when.proof", rule.when.proof, rule.fulfilled_by),
    ):
        for name in wanted:
            for kind in kinds:
                event = book.event_kinds.get(kind)
                if event is not None and name not in (*event.details, *event.optional):
                    reader.problem(where, field, f"{kind!r} has no detail {name!r}")


def _check_basis(reader: Reader, rule: Rule) -> None:
    where, basis = _where(rule), rule.basis
    if rule.verified != (rule.to_verify is None):
        reader.problem(where, "to_verify", "says what is to be verified, and goes with verified = false")
    if (basis.rests_on == "charter") != (basis.legal_basis == CHARTER):
        reader.problem(where, "basis.rests_on", f"'charter' and the legal basis {CHARTER!r} go together")
    if basis.legal_basis is None:
        return
    entry = {entry.code: entry for entry in register().legal_bases}.get(basis.legal_basis)
    if entry is None:
        reader.problem(where, "basis.legal_basis", f"no legal basis {basis.legal_basis!r}")
    elif rule.valid_from < entry.valid_from:
        reader.problem(where, "valid_from", f"{basis.legal_basis!r} holds from {entry.valid_from} only")


def _check_versions(reader: Reader, rules: tuple[Rule, ...]) -> None:
    """Note a version that ends before it begins, and two of one rule that hold on the same day or run backwards."""
    for rule in rules:
        if rule.valid_until is not None and rule.valid_until < rule.valid_from:
            reader.problem(_where(rule), "valid_until", f"lies before {rule.valid_from}")
    for code in sorted({rule.code for rule in rules}):
        versions = sorted((rule for rule in rules if rule.code == code), key=lambda rule: rule.version)
        for older, newer in pairwise(versions):
            if older.version == newer.version:
                reader.problem(_where(newer), "version", "stands here twice")
            elif older.valid_until is None:
                reader.problem(_where(older), "valid_until", f"is needed, since version {newer.version} follows")
            elif newer.valid_from <= older.valid_until:
                reader.problem(_where(newer), "valid_from", f"version {older.version} holds until {older.valid_until}")
            if type(older.due) is not type(newer.due) or older.subject != newer.subject:
                reader.problem(
                    _where(newer), "due.kind", "another shape or subject is another rule: give it a new code"
                )
            if newer.covers_earlier:
                reader.problem(_where(newer), "covers_earlier", "only the first version may")

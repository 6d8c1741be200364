"""Between the tables and the pure rules: a history as events, what came of it as rows. One statement each way.

PostgreSQL puts a history into one JSON value and takes the rows of many subjects as one: 1,200 facilities with five
years each are some 360,000 events, and a row of Python for each would take longer than the rules do.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection

from port2port.compliance.calendar import last_moment
from port2port.compliance.deadlines import Held
from port2port.compliance.obligations import Event, Keep, Rule, Rulebook, Subject
from port2port.compliance.owed import Obligation, State

EMPLOYER = "employer"
BOUNDS = (
    "rule", "version", "case", "keeps", "narrow", "owed_by", "decided_by", "since", "opens", "soon", "due", "lapses",
    "deputy_at", "administrator_at", "escalates", "outcome", "settled_at", "trigger", "proof", "state", "wakes",
)  # fmt: skip
TYPES = (
    "text", "smallint", "text", "boolean", "boolean", "text", "text", *["timestamptz"] * 8, "text", "timestamptz",
    "uuid", "uuid", "text", "timestamptz",
)  # fmt: skip
_NAMES = ", ".join(f'"{name}"' for name in BOUNDS)
_RECORD = ", ".join(f'"{name}" {kind}' for name, kind in zip(BOUNDS, TYPES, strict=True))
_SET = ", ".join(f'"{name}" = excluded."{name}"' for name in BOUNDS)
_OLD = ", ".join(f'o."{name}"' for name in BOUNDS)
_NEW = ", ".join(f'w."{name}"' for name in BOUNDS)

# What a later entry corrects is left out, and what did not happen. The events of these subjects are walked once, and
# what corrects them is looked for among them alone, since a correction is of the same file: asked of the whole table,
# for each subject anew, that took nine tenths of the time. The history of a staff number is its row: a day is its
# beginning on the clock of the place.
READ = """
with mine as materialized (
  select h.id, h.subject_id, h.kind, h.at, h.details, h.void, h.corrects_id
  from compliance_happening h where h.subject_id = any(%(subjects)s)
), histories as (
  select m.subject_id, json_agg(json_build_object('kind', m.kind, 'at', m.at, 'details', m.details, 'id', m.id))::text
    as events
  from mine m where not m.void and m.id not in (select c.corrects_id from mine c where c.corrects_id is not null)
  group by m.subject_id
)
select s.id, s.kind, s.attributes || jsonb_strip_nulls(jsonb_build_object('category', f.category::text,
    'function', nullif(s.function, ''))) as attributes,
  coalesce(h.events,
    (select json_agg(json_build_object('kind', e.kind, 'at', e.day::timestamp at time zone %(zone)s, 'details',
      json_build_object(), 'id', md5(concat(s.id, e.kind, e.day))::uuid))::text
    from compliance_screening v cross join lateral (values
      ('function_taken', greatest(v.since, case when v.since is not null then v.verified_on end)),
      ('verification_positive', v.verified_on), ('verification_withdrawn', v.refused_on)) as e(kind, day)
    where s.kind = 'screening' and v.subject_id = s.id and e.day is not null), '[]')
from compliance_subject s left join members_facility f on f.id = s.facility_id
left join histories h on h.subject_id = s.id
where s.id = any(%(subjects)s)
"""

# A row that stands there as it should is not touched: a conflict that changes nothing would still lock and journal it.
KEEP = f"""
with wanted as materialized (
  select * from json_to_recordset(%(rows)s::json) as r(subject_id uuid, key text, {_RECORD})
), gone as (
  delete from compliance_owed o where o.subject_id = any(%(subjects)s)
    and not exists (select 1 from wanted w where w.subject_id = o.subject_id and w.key = o.key)
)
insert into compliance_owed (subject_id, key, {_NAMES}, computed_at)
select w.*, %(at)s from wanted w
left join compliance_owed o on o.subject_id = w.subject_id and o.key = w.key and o.subject_id = any(%(subjects)s)
where o.subject_id is null or ({_OLD}) is distinct from ({_NEW})
on conflict (subject_id, key) do update set {_SET}, computed_at = excluded.computed_at
"""

_events = msgspec.json.Decoder(tuple[Event, ...])


@dataclass(frozen=True)
class History:
    """A subject as the rules know it, with what happened to it."""

    id: UUID
    subject: Subject
    events: tuple[Event, ...]


def histories(subjects: Sequence[UUID], zone: ZoneInfo) -> list[History]:
    """Return subjects with their histories, as far as one sees them; days are those of `zone`. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"subjects": list(subjects), "zone": zone.key})
        return [
            History(identifier, Subject(kind, str(identifier), _attributes(attributes)), _events.decode(events))
            for identifier, kind, attributes, events in cursor.fetchall()
        ]


def _attributes(value: object) -> dict[str, str]:
    read = msgspec.json.decode(value) if isinstance(value, str) else value
    return msgspec.convert(read, dict[str, str])


def narrow_kinds(book: Rulebook) -> frozenset[str]:
    """Return the kinds of event that only the employer reads: every rule that looks at them is for them alone."""
    looking: dict[str, list[Rule]] = {}
    for rule in book.rules:
        for kind in rule.kinds:
            looking.setdefault(kind, []).append(rule)
    own = {kind for kind, rules in looking.items() if any(is_narrow(rule) for rule in rules)}
    # an event that begins or ends what others see too is theirs as well
    return frozenset(kind for kind in own if all(is_narrow(rule) for rule in looking[kind]))


def is_narrow(rule: Rule) -> bool:
    """Whether only the employer sees what is owed under a rule."""
    return set(rule.seen_by) == {EMPLOYER}


def keep(held: Iterable[tuple[UUID, Held]], book: Rulebook, *, fingerprint: str, at: datetime) -> int:
    """Write what is owed by subjects, in place of what was owed before; what is the same stays untouched.

    Returns how many rows were written. Two statements, whatever the number of subjects.
    """
    every = list(held)
    rows = [row for identifier, one in every for row in _rows(identifier, one, book, at)]
    subjects = [identifier for identifier, _one in every]
    wakes = [_wakes(one, at) for _identifier, one in every]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {"rows": msgspec.json.encode(rows).decode(), "subjects": subjects, "at": at})
        written: int = cursor.rowcount
        cursor.execute(
            "update compliance_subject s set computed_at = %s, book = %s, wakes = w.wakes"
            " from unnest(%s::uuid[], %s::timestamptz[]) w(id, wakes) where s.id = w.id",
            [at, fingerprint, subjects, wakes],
        )
    return written


def _wakes(held: Held, at: datetime) -> datetime | None:
    turns = [moment for owed in held.obligations if (moment := turns_at(owed, at)) is not None]
    if held.wakes is not None:
        turns.append(held.wakes)
    return min(turns, default=None)


def turns_at(owed: Obligation, at: datetime) -> datetime | None:
    """Return the next moment at, or after, which the state of an obligation is another one by itself."""
    if owed.settled_at is not None:
        return None
    return min((moment for moment in (owed.soon, owed.until) if moment is not None and moment >= at), default=None)


def steps(owed: Obligation, book: Rulebook) -> tuple[datetime | None, datetime | None]:
    """Return from when on the deputy and the administrator are told: never later than whoever stands above them."""
    if owed.until is None or owed.escalates is None:
        return None, None
    leads = owed.rule.leads
    moments = [
        last_moment(owed.until, period, book.zone)
        for period in (leads.deputy or book.head.deputy, leads.administrator or book.head.administrator)
    ]
    administrator = min(moments[1] or owed.escalates, owed.escalates)
    return min(moments[0] or administrator, administrator), administrator


def _rows(identifier: UUID, held: Held, book: Rulebook, at: datetime) -> Iterator[dict[str, object]]:
    subject = str(identifier)
    for one in held.obligations:
        deputy, administrator = steps(one, book)
        rule = one.rule
        state: State = one.state(at)
        yield {
            "subject_id": subject, "key": one.key, "rule": rule.code, "version": rule.version, "case": one.case,
            "keeps": isinstance(rule.due, Keep), "narrow": is_narrow(rule), "owed_by": rule.owed_by,
            "decided_by": rule.decided_by, "since": one.since, "opens": one.opens, "soon": one.soon, "due": one.until,
            "lapses": one.lapses, "deputy_at": deputy, "administrator_at": administrator, "escalates": one.escalates,
            "outcome": one.outcome, "settled_at": one.settled_at, "trigger": one.trigger.id,
            "proof": one.settled_by.id if one.settled_by is not None else None, "state": state,
            "wakes": turns_at(one, at),
        }  # fmt: skip

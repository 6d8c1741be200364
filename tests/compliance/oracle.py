"""The calendar and the shapes of rules written a second time, otherwise: days are walked one by one, daylight saving is
computed from the directive, and each obligation is searched for in the whole history. Slow and plain on purpose.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

from port2port.compliance.calendar import Period
from port2port.compliance.obligations import After, Before, Each, Event, Keep, On, Rule, Standing

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
Found = tuple[datetime, datetime | None, str, datetime | None]


@cache
def summer(year: int) -> tuple[datetime, datetime]:
    """Directive 2000/84/EC: from the last Sunday of March to the last of October, at 1:00 Greenwich."""
    bounds = []
    for month in (3, 10):
        day = date(year, month, 31)
        while day.isoweekday() != 7:
            day -= DAY
        bounds.append(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
    return bounds[0], bounds[1]


def day_of(moment: datetime) -> date:
    begins, ends = summer(moment.year)
    return (moment + (2 * HOUR if begins <= moment < ends else HOUR)).date()


@cache
def last_of(day: date) -> datetime:
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    while day_of(moment) == day:
        moment += HOUR
    while day_of(moment - HOUR / 2) != day:
        moment -= HOUR / 2
    return moment - TICK


def first_of(day: date) -> datetime:
    return last_of(day - DAY) + TICK


@cache
def walked(day: date, amount: int, unit: str, step: int) -> date:
    """Walk day by day until the period is over; step -1 walks back."""
    if unit in ("days", "weeks"):
        for _number in range(amount * (7 if unit == "weeks" else 1)):
            day += step * DAY
        return day
    months = amount * (12 if unit == "years" else 1)
    wanted, month = day.day, day
    for _number in range(months):  # into the neighbouring month, then to its first day
        here = month.month
        while month.month == here:
            month += step * DAY
        while month.day != 1:
            month -= DAY
    if months == 0:
        return day
    while month.day < wanted and (month + DAY).day != 1:
        month += DAY
    return month


def minutes(period: Period) -> int | None:
    return {"immediate": period.amount, "minutes": period.amount, "hours": period.amount * 60}.get(period.unit)


def end(start: datetime, period: Period) -> datetime | None:
    if period.unit == "unstated":
        return None
    elapsed = minutes(period)
    if elapsed is not None:
        for _number in range(elapsed):
            start += timedelta(minutes=1)
        return start
    return last_of(walked(day_of(start), period.amount, period.unit, 1))


def begin(start: datetime, period: Period) -> datetime | None:
    if minutes(period) is not None or period.unit == "unstated":
        return end(start, period)
    return first_of(walked(day_of(start), period.amount, period.unit, 1))


def named_day(rule: Rule, event: Event) -> datetime:
    if rule.counted_from is None:
        return event.at
    year, month, day = (int(part) for part in event.details[rule.counted_from].split("-"))
    return first_of(date(year, month, day))


def case(rule: Rule, event: Event) -> str:
    return event.details.get(rule.same, "") if rule.same else ""


def ordered(rule: Rule, events: list[Event]) -> list[Event]:
    def place(event: Event) -> int:
        if event.kind in rule.triggers:
            return 0
        return 2 if event.kind in (*rule.ended_by, *rule.undone_by) else 1

    return sorted(events, key=lambda event: (event.at, place(event), event.kind, event.id))


def expected(rule: Rule, events: list[Event], at: datetime) -> list[Found]:
    """Return (since, until, outcome, settled at) of all that one rule obliges to, by what is known at a moment."""
    known = ordered(rule, [event for event in events if event.at <= at])
    due = rule.due
    if isinstance(due, Each):
        found = list(each(rule, due, known, at))
    elif isinstance(due, Standing):
        found = list(standing(rule, due, known))
    elif isinstance(due, After) and due.again:
        found = list(again(rule, known))
    else:
        found = [one(rule, known, n, fresh=True)[0] for n, event in enumerate(known) if event.kind in rule.triggers]
    return sorted(found, key=repr)


def bounds(rule: Rule, event: Event) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Return the last moment in time, the first that counts, the one from which it has lapsed."""
    due, start = rule.due, named_day(rule, event)
    if isinstance(due, After):
        opens = begin(start, due.opens) if due.opens else None
        return end(start, due.within), opens, end(start, due.lapses) if due.lapses else None
    if isinstance(due, Before):
        day = walked(day_of(start), due.at_least.amount, due.at_least.unit, -1)
        return last_of(day - DAY if due.clear else day), None, None
    if isinstance(due, On):
        return last_of(due.day) if day_of(start) <= due.day else end(start, due.afterwards), None, None
    assert isinstance(due, Keep)
    return end(start, due.during), None, None


def one(rule: Rule, known: list[Event], number: int, *, fresh: bool) -> tuple[Found, int | None]:
    """Return what the trigger with this number came to, and the number of the event that settled it."""
    trigger = known[number]
    until, opens, lapses = bounds(rule, trigger)
    mine = case(rule, trigger)

    def proves(event: Event) -> bool:
        if event.kind not in rule.fulfilled_by or case(rule, event) != mine:
            return False
        if opens is not None and event.at < opens:
            return False
        return lapses is None or event.at <= lapses or event.kind in rule.restored_by

    if fresh and isinstance(rule.due, After) and rule.due.already:
        had = [e for e in known if e.at <= trigger.at and e is not trigger and proves(e)]
        if had and trigger.at <= (end(had[-1].at, rule.due.already) or trigger.at):
            return (trigger.at, until, "fulfilled", trigger.at), None
    for later in range(number + 1, len(known)):
        event = known[later]
        if isinstance(rule.due, Keep) and until is not None and event.at > until:
            break
        if event.kind in rule.ended_by and (not rule.same or event.details.get(rule.same, mine) == mine):
            return (trigger.at, until, "not_applicable", event.at), later
        if isinstance(rule.due, Keep):
            if event.kind in rule.broken_by and case(rule, event) == mine:
                return (trigger.at, until, "broken", event.at), later
        elif proves(event):
            return (trigger.at, until, "fulfilled", event.at), later
        if rule.replaced and event.kind in rule.triggers and case(rule, event) == mine:
            return (trigger.at, until, "not_applicable", event.at), later
    return (trigger.at, until, "pending", None), None


def again(rule: Rule, known: list[Event]) -> Iterator[Found]:
    for mine in {case(rule, event) for event in known}:
        number = 0
        while number < len(known):
            if known[number].kind not in rule.triggers or case(rule, known[number]) != mine:
                number += 1
                continue
            settled: int | None = number
            outcome = "fulfilled"
            while settled is not None and outcome == "fulfilled":
                found, settled = one(rule, known, settled, fresh=False)
                outcome = found[2]
                yield found
            if settled is None:
                break
            number = settled + 1


def each(rule: Rule, due: Each, known: list[Event], at: datetime) -> Iterator[Found]:
    number = 0
    while number < len(known):
        if known[number].kind not in rule.triggers:
            number += 1
            continue
        start = known[number].at
        closing = next((n for n in range(number + 1, len(known)) if known[n].kind in rule.ended_by), None)
        over = at if closing is None else known[closing].at
        proofs = [event.at for event in known if event.kind in rule.fulfilled_by and event.at >= start]
        day, name = day_of(start), span_of(day_of(start), due)
        if due.first == "next":
            while span_of(day, due) == name:
                day += DAY
        while day <= day_of(over):
            name, first = span_of(day, due), day
            while span_of(first - DAY, due) == name:
                first -= DAY
            while span_of(day + DAY, due) == name:
                day += DAY
            since, until = max(first_of(first), start), last_of(day)
            if due.apart:
                limit = end(max([start, *(moment for moment in proofs if moment < since)]), due.apart)
                assert limit is not None
                until = min(until, limit) if limit >= since else until
            done = min((moment for moment in proofs if moment >= since), default=None)
            if closing is not None and (done is None or done > over):
                yield since, until, "not_applicable", over
            else:
                yield since, until, "pending" if done is None else "fulfilled", done
            day += DAY
        number = len(known) if closing is None else closing + 1


def span_of(day: date, due: Each) -> tuple[int, int]:
    return day.year, {"year": 0, "half_year": day.month > 6, "quarter": (day.month + 2) // 3, "month": day.month}[
        due.calendar
    ]


def standing(rule: Rule, due: Standing, known: list[Event]) -> Iterator[Found]:
    """Ask at each moment of the history whether the rule is on and whether there are enough."""
    moments = sorted({event.at for event in known})
    since: datetime | None = None
    on = False
    for moment in moments:
        until_now = [event for event in known if event.at <= moment]
        holders = {
            name
            for name in {case(rule, event) for event in until_now}
            if [
                e.kind in rule.fulfilled_by
                for e in until_now
                if case(rule, e) == name and e.kind in comes_and_goes(rule)
            ][-1:]
            == [True]
        }
        here = {event.kind for event in known if event.at == moment}
        if on and here & set(rule.ended_by):
            on = False
            if since is not None:
                yield since, end(since, due.within), "not_applicable", moment
                since = None
            continue
        on = on or bool(here & set(rule.triggers))
        enough = len(holders) >= due.at_least
        if on and not enough and since is None:
            since = moment
        elif on and enough and since is not None:
            yield since, end(since, due.within), "fulfilled", moment
            since = None
    if since is not None:
        yield since, end(since, due.within), "pending", None


def comes_and_goes(rule: Rule) -> tuple[str, ...]:
    return (*rule.fulfilled_by, *rule.undone_by)

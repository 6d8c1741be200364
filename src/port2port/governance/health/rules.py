"""What is good and what is not, decided on plain values: how old a proof may be."""

from datetime import date, datetime, timedelta
from typing import Literal

State = Literal["good", "look", "bad"]

# Our choices; no law names them. A restore that is never tried is a hope; the journal's proof costs minutes.
RESTORE_HOLDS = timedelta(days=92)  # a quarter
VERIFICATION_HOLDS = timedelta(days=31)
SEAL_HOLDS = timedelta(minutes=5)  # heads are signed each second while there is anything to seal


def aged(at: datetime | None, now: datetime, holds: timedelta) -> State:
    """Return whether something was done lately: good, to be looked at when it is over, bad when it never was."""
    if at is None:
        return "bad"
    return "good" if now - at <= holds else "look"


def verified(at: datetime | None, *, clean: bool, now: datetime) -> State:
    """Return how the journal stands: tampered with is bad however fresh the look at it."""
    return "bad" if at is not None and not clean else aged(at, now, VERIFICATION_HOLDS)


def sealing(sealed_at: datetime | None, unsealed: int, now: datetime) -> State:
    """Return whether entries get their place: waiting ones beside an old head mean that nobody seals."""
    if unsealed == 0:
        return "good"
    return "good" if sealed_at is not None and now - sealed_at <= SEAL_HOLDS else "bad"


def reviewed(due: date | None, *, done: bool, today: date) -> State:
    """Return how the access review stands; before the first one there is nothing to reproach."""
    if due is None or done:
        return "good"
    return "look" if today <= due else "bad"


def worst(states: list[State]) -> State:
    """Return the worst of several."""
    return "bad" if "bad" in states else "look" if "look" in states else "good"

"""The button that follows something, for any page; what is followed is asked of whoever keeps it (`provide`)."""

from collections.abc import Callable

State = Callable[[str, str], bool]

_state: list[State] = []


def provide(state: State) -> None:
    """Name who tells whether the reader follows a subject's key; called once, from an `AppConfig.ready`."""
    _state[:] = [state]


def is_followed(subject: str, key: str) -> bool:
    """Tell whether the reader follows this; nobody follows anything where nobody keeps it."""
    return bool(_state) and _state[0](subject, key)

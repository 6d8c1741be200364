"""How a view says who may call it; the gate (`config/gate.py`) reads these marks. Without one: signed in, second factor."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that anyone may call: it runs without an actor, so every policy table is closed to it."""
    view.public = True  # type: ignore[attr-defined]
    return view

"""How a view says who may call it; `config/gate.py` reads the mark. Without one: signed in, with a second factor."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that anyone may call: it runs without an actor, so every policy table is closed to it."""
    view.public = True  # type: ignore[attr-defined]
    return view

"""How the pages of working groups take a form: call one action, and show what is wrong beside the fields."""

from collections.abc import Callable
from typing import TypeVar

from django import forms

from port2port.base.errors import Invalid

Made = TypeVar("Made")


def submitted(form: forms.Form, do: Callable[[], Made]) -> tuple[bool, Made | None]:
    """Return whether it was done, and what came of it; what is wrong stands in the form then."""
    if not form.is_valid():
        return False, None
    try:
        return True, do()
    except Invalid as error:
        for problem in error.problems:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem.message))
    return False, None

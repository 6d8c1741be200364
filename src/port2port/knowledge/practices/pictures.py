"""Pictures in the text of a practice: those among its own files, called by their name or id."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.knowledge.practices.models import PracticeFile
from port2port.knowledge.practices.rules import PARTS
from port2port.reports.attachments.shown import SHOWN
from port2port.site.markdown import pictures_in

ELSEWHERE = (":", "/", "\\")  # in no name of a file here: an address


def shown_in_text(files: Iterable[PracticeFile]) -> list[PracticeFile]:
    """Return those that a text can show: pictures, which were drawn anew when they were added."""
    return [one for one in files if one.media_type.startswith(SHOWN)]


def named(files: Iterable[PracticeFile]) -> dict[str, PracticeFile]:
    """Return the pictures by what a text may call them: the id, and the name where no other bears it."""
    rows = shown_in_text(files)
    often = Counter(one.filename for one in rows)
    found = {one.filename: one for one in rows if often[one.filename] == 1}
    return found | {str(one.id): one for one in rows}


def addresses(files: Iterable[PracticeFile], address: Callable[[UUID], str]) -> dict[str, str]:
    """Return the address of each picture by what a text may call it."""
    return {name: address(one.id) for name, one in named(files).items()}


def written(one: PracticeFile, files: Iterable[PracticeFile]) -> str:
    """Return how a text shows this picture, with nothing said of it yet."""
    name = one.filename if named(files).get(one.filename) is one else str(one.id)
    plain = name.replace("-", "").replace("_", "").replace(".", "").isalnum() and name.isascii()
    return f"![]({name})" if plain else f"![](<{name}>)"


def picture_problems(texts: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the pictures in a text: one that says nothing to who cannot see it, one elsewhere."""
    found = []
    for field in PARTS:
        for one in pictures_in(texts[field]):
            if not one.words:
                found.append(
                    Problem(
                        field, _("Say between the brackets what the picture shows: ![the gate at night](gate.png).")
                    )
                )
            if not one.name or any(mark in one.name for mark in ELSEWHERE):
                found.append(Problem(field, _("Only pictures among the files of this practice can stand in its text.")))
    return found

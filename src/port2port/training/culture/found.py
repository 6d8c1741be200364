"""Culture at a glance in the one search: by its own words and by the topics that it shows."""

from datetime import date
from functools import cache
from pathlib import Path

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from port2port.members.data_files import Named, Names, Reader
from port2port.sharing.found import Ready
from port2port.training.courses.contents import topics

DATA = Path(__file__).parent / "data" / "culture_search.v1.toml"


class Page(Named, frozen=True, kw_only=True):
    """The page as it is looked for."""

    version: int
    valid_from: date
    source: str
    said: Names


@cache
def page() -> Page:
    """Return the words that ship with the program. Raises ValueError with a line per problem."""
    reader = Reader(DATA)
    found = reader.single("page", Page)
    reader.check_sections(("page",))
    reader.finish()
    return found


def ready() -> tuple[Ready, ...]:
    """Return the page, with the names of its topics."""
    own = page()
    said = {code: "\n".join([text, *(one.names[code] for one in topics().list)]) for code, text in own.said.items()}
    return (
        Ready(
            "culture", "culture", _("Culture"), own.names, said, reverse("training:culture"),
            reverse("api-1:culture"),
        ),
    )  # fmt: skip

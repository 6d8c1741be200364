"""Pure decisions about declaring what one knows: what must be said, how long it lasts, which circles it may go to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.members.data_files import LANGUAGES

REACHES = ("question", "duty_desk", "mail")
MOST_CIRCLES = 50
# RFC 5321 section 4.1.2 in the form that organisations give out; whether it exists only a mail would tell.
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
# Circles that are no choice: they would carry it outside, or are not one's own to show it to.
NEVER = ("everyone", "sealed")


@dataclass(frozen=True)
class Declaration:
    """What somebody says of oneself. `mail`: a working address, when one may be reached so; `asked`: who confirms."""

    topics: tuple[str, ...]
    languages: tuple[str, ...]
    reaches: tuple[str, ...]
    until: date
    circles: tuple[UUID, ...]
    mail: str = ""
    asked: UUID | None = None


def problems_of(
    said: Declaration, *, known: Iterable[str], circles: Iterable[UUID], colleagues: Iterable[UUID], today: date,
    longest_days: int,
) -> list[Problem]:  # fmt: skip
    """Return everything that is wrong with a declaration.

    `known`: the codes of topics; `circles`: those the person may show it to; `colleagues`: who may confirm.
    """
    found = []
    unknown = _("This code is not known here.")
    if not said.topics:
        found.append(Problem("topics", _("Choose at least one topic.")))
    elif not set(said.topics) <= set(known):
        found.append(Problem("topics", unknown))
    if not said.languages:
        found.append(Problem("languages", _("Choose at least one language.")))
    elif not set(said.languages) <= set(LANGUAGES):
        found.append(Problem("languages", unknown))
    if not said.reaches:
        found.append(Problem("reaches", _("Choose how you can be reached.")))
    elif not set(said.reaches) <= set(REACHES):
        found.append(Problem("reaches", unknown))
    if "mail" in said.reaches and not ADDRESS.fullmatch(said.mail):
        found.append(Problem("mail", _("Give the address at which you can be reached.")))
    if "mail" not in said.reaches and said.mail:
        found.append(Problem("mail", _("Leave it empty, or say that you can be reached by mail.")))
    if not today < said.until <= today + timedelta(days=longest_days):
        message = _("Choose a day within the next %(n)d days.") % {"n": longest_days}
        found.append(Problem("until", message))
    if not said.circles:
        found.append(Problem("circles", _("Choose at least one circle.")))
    elif not set(said.circles) <= set(circles) or len(said.circles) > MOST_CIRCLES:
        found.append(Problem("circles", _("You cannot address one of these circles or persons.")))
    if said.asked is not None and said.asked not in set(colleagues):
        found.append(Problem("asked", _("Choose a colleague of your organisation.")))
    return found

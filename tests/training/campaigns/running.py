"""Running campaigns for tests through the real actions."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from port2port.base.clock import now
from port2port.training.campaigns import actions, asking
from port2port.training.campaigns.models import Campaign
from port2port.training.campaigns.queries import material
from port2port.training.campaigns.rules import Period

SLUG = "one-minute"
GUARD, TRAINER, OTHER = "director@antwerp.demo", "pso@antwerp.demo", "pso@northsea.demo"
PLACE = "here"


def period(**more: Any) -> Period:
    """Return a campaign of today alone, so that both waves are open."""
    today = timezone.localdate()
    values = {"audiences": ("all_others",), "languages": ("nl", "en"), "starts_on": today, "ends_on": today,
              "tell": "Duty desk 00 00"}  # fmt: skip
    return Period(**values | more)


def ran(slug: str = SLUG, **more: Any) -> Campaign:
    """Run a campaign as the current actor."""
    return actions.run_campaign(slug, plan=period(**more), at=now())


def later(days: int) -> Any:
    """Return a day so many days from today."""
    return timezone.localdate() + timedelta(days=days)


def hoped(slug: str = SLUG, *, yes: bool = True) -> dict[str, str]:
    """Return answers to all questions, as one hopes or not."""
    return {
        one.code: one.hoped[0] if yes else next(x.code for x in one.options if x.code not in one.hoped)
        for one in material(slug).questions
    }


def answered(codes: Iterable[str], *, yes: bool = True) -> None:
    """Answer these slips, as nobody in particular."""
    for code in codes:
        asking.answer(code, hoped(yes=yes), PLACE)

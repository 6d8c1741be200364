"""Campaigns of the demo, invented, through the real actions: one asked before and after, one that goes on."""

from datetime import datetime, timedelta

from django.utils import timezone

from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.training.campaigns import actions, asking
from port2port.training.campaigns.models import Campaign
from port2port.training.campaigns.queries import material
from port2port.training.campaigns.rules import Period

OTHERS, TRAINER = ("pso@northsea.demo", "pso@liege.demo"), "pso@antwerp.demo"
SLUG, NEXT = "one-minute", "first-offer"
TELL = "Duty desk 00 00 (invented)"
SLIPS = 32
ANSWERS = {"before": (24, 9), "after": (22, 18)}
"""How many answer, and how many of them as one hopes."""
PLACE = "seed"


def seed_campaigns(at: datetime) -> int:
    """Make what is invented, unless it is there. Returns how many campaigns."""
    today = timezone.localdate(at)
    day = Period(("all_others",), ("nl", "fr"), today, today, TELL)
    with acting_as(*cast_member(TRAINER)):
        if Campaign.objects.exists():
            return 0
        made = actions.run_campaign(SLUG, plan=day, at=at)
        actions.note_deed(made.id, kind="poster", number=6, on=today, at=at)
        actions.note_deed(made.id, kind="message", number=140, on=today, at=at)
        codes = {wave: actions.make_slips(made.id, wave=wave, number=SLIPS, at=at) for wave in ANSWERS}
        later = Period(("security_staff", "all_others"), ("nl", "en"), today, today + timedelta(days=42), TELL)
        actions.run_campaign(NEXT, plan=later, at=at)
    for email in OTHERS:
        with acting_as(*cast_member(email)):
            ran = actions.run_campaign(SLUG, plan=day, at=at)
            actions.note_deed(ran.id, kind="poster", number=3, on=today, at=at)
    for wave, (people, hoped) in ANSWERS.items():
        for n, code in enumerate(codes[wave][:people]):
            asking.answer(code, _answers(as_hoped=n < hoped), PLACE)
    return len(OTHERS) + 2


def _answers(*, as_hoped: bool) -> dict[str, str]:
    found = {}
    for one in material(SLUG).questions:
        other = next(option.code for option in one.options if option.code not in one.hoped)
        found[one.code] = one.hoped[0] if as_hoped else other
    return found

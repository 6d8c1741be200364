"""Reading campaigns: the library, what the own organisation runs and did, and what its questions tell."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from port2port.base.errors import NotFound
from port2port.training.campaigns.library import Material, PulseQuestion, library
from port2port.training.campaigns.models import Campaign, CampaignDeed
from port2port.training.campaigns.rules import WAVES, Change, Share, change, share

MOST = 200


@dataclass(frozen=True)
class Wave:
    """The questions before or after: how many slips were made, and how many answers are told."""

    wave: str
    made: int
    told: int


@dataclass(frozen=True)
class Finding:
    """A question: the share of hoped answers before and after, and what changed, as far as anything is told."""

    question: PulseQuestion
    before: Share | None
    after: Share | None
    change: Change | None


@dataclass(frozen=True)
class Pulse:
    """What the questions of a campaign tell."""

    waves: tuple[Wave, ...]
    findings: tuple[Finding, ...]

    def wave(self, code: str) -> Wave:
        """Return one of the two."""
        return next(one for one in self.waves if one.wave == code)


def material(slug: str) -> Material:
    """Return a campaign of the library. Raises NotFound."""
    found = library().get(slug)
    if found is None:
        raise NotFound()
    return found


def campaigns() -> list[Campaign]:
    """Return what the own organisation runs or ran, the newest first."""
    return list(Campaign.objects.order_by("-starts_on", "-id")[:MOST])


def campaign(identifier: UUID) -> Campaign:
    """Return a campaign of the own organisation. Raises NotFound."""
    found = Campaign.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound()
    return found


def deeds(identifier: UUID) -> list[CampaignDeed]:
    """Return what the own organisation did in a campaign, by day."""
    return list(CampaignDeed.objects.filter(campaign_id=identifier).order_by("on", "id"))


def reach(done: list[CampaignDeed]) -> dict[str, int]:
    """Return how far a campaign reached: places, screens, recipients, people present; never who."""
    found: Counter[str] = Counter()
    for one in done:
        found[one.kind] += one.number
    return dict(found)


def with_deeds() -> set[UUID]:
    """Return the campaigns in which something was done."""
    return set(CampaignDeed.objects.values_list("campaign_id", flat=True).distinct())


def running(slug: str, *, on: date) -> bool:
    """Tell whether the own organisation runs a campaign of the library on a day."""
    return Campaign.objects.filter(slug=slug, starts_on__lte=on, ends_on__gte=on).exists()


def run_by() -> dict[str, int]:
    """Return how many organisations of the network ran a campaign in twelve months; none below three."""
    with connection.cursor() as cursor:
        cursor.execute("select slug, organisations from training_campaigns_run()")
        return dict(cursor.fetchall())


def pulse(row: Campaign) -> Pulse:
    """Return what the questions of a campaign tell so far; nothing below ten answers."""
    with connection.cursor() as cursor:
        cursor.execute("select wave, made, told, question, option, number from training_pulse_told(%s)", [row.id])
        rows = cursor.fetchall()
    waves = {wave: Wave(wave, made, told) for wave, made, told, *_rest in rows}
    number: dict[tuple[str, str, str], int] = defaultdict(int)
    for wave, _made, _told, question, option, told in rows:
        if question is not None:
            number[wave, question, option] = told
    here = library().get(row.slug)
    asked = here.questions if here is not None else ()
    findings = []
    for question in asked:
        shares = {
            code: share(sum(number[code, question.code, one] for one in question.hoped), waves[code].told)
            for code in WAVES if code in waves
        }  # fmt: skip
        before, after = shares.get("before"), shares.get("after")
        findings.append(Finding(question, before, after, change(before, after) if before and after else None))
    return Pulse(tuple(waves.get(code, Wave(code, 0, 0)) for code in WAVES), tuple(findings))

"""What is done with campaigns: run in a period, what was done, slips for the questions. Answers come from `asking`."""

import secrets
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.measures.actions import guarded
from port2port.members.acting import action, current_actor, translated
from port2port.members.data_files import LANGUAGES
from port2port.training.campaigns.asking import hashed, new_code
from port2port.training.campaigns.library import words
from port2port.training.campaigns.models import Campaign, CampaignDeed
from port2port.training.campaigns.queries import campaign, material
from port2port.training.campaigns.rules import (
    AFTER,
    BEFORE,
    LATEST_START,
    MOST_SLIPS,
    WAVES,
    Period,
    deed_problems,
    period_problems,
    wave_open,
)
from port2port.training.courses.queries import trainer

KIND = "campaign"
CODE_BYTES = 12


@action
def run_campaign(slug: str, *, plan: Period, at: datetime) -> Campaign:
    """Run a campaign of the library in the own organisation. Raises NotFound, Refused, Invalid."""
    organisation, today = trainer(), timezone.localdate(at)
    problems = _problems(slug, plan)
    if not today <= plan.starts_on <= today + LATEST_START:
        problems.append(Problem("starts_on", _("Choose a day from today to two years ahead.")))
    if problems:
        raise Invalid(problems)
    made = Campaign(
        id=new_id(), organisation_id=organisation, slug=slug, code=secrets.token_hex(CODE_BYTES),
        made_by_id=current_actor().person, updated_at=at, **_values(plan),
    )  # fmt: skip
    made.save(force_insert=True)
    journal.write("campaign.planned", kind=KIND, at=at, campaign=made.id, slug=slug)
    return made


@action
def change_campaign(identifier: UUID, *, plan: Period, at: datetime) -> None:
    """Change period, audience, languages or whom to tell. Raises NotFound, Refused, Invalid, Conflict once it ended."""
    row = campaign(identifier)
    trainer()
    today = timezone.localdate(at)
    if row.ends_on < today:
        raise Conflict(_("This campaign has ended."))
    problems = _problems(row.slug, plan)
    if plan.starts_on != row.starts_on and not today <= plan.starts_on <= today + LATEST_START:
        problems.append(Problem("starts_on", _("Choose a day from today to two years ahead.")))
    if plan.ends_on < today:
        problems.append(Problem("ends_on", _("Choose today or a later day.")))
    if problems:
        raise Invalid(problems)
    Campaign.objects.filter(id=identifier).update(updated_at=at, sequence=row.sequence + 1, **_values(plan))
    journal.write("campaign.changed", kind=KIND, at=at, campaign=identifier)


@action
def note_deed(identifier: UUID, *, kind: str, number: int, on: date, at: datetime) -> CampaignDeed:
    """Write down what was done, and how often. Raises NotFound, Refused, Invalid."""
    row = campaign(identifier)
    organisation, today = trainer(), timezone.localdate(at)
    problems = deed_problems(kind, number, on, known={one.code for one in words().deeds}, today=today)
    if problems:
        raise Invalid(problems)
    made = CampaignDeed(
        id=new_id(), campaign=row, organisation_id=organisation, kind=kind, number=number, on=on,
        by_id=current_actor().person,
    )  # fmt: skip
    made.save(force_insert=True)
    journal.write("campaign.deed", kind=KIND, at=at, campaign=identifier, deed=kind, count=number)
    return made


@action
def remove_deed(identifier: UUID, *, at: datetime) -> UUID:
    """Take back what was written down by mistake. Returns the campaign's id. Raises Refused, NotFound."""
    trainer()
    row = CampaignDeed.objects.filter(id=identifier).first()
    if row is None or not CampaignDeed.objects.filter(id=identifier).delete()[0]:
        raise NotFound()
    journal.write("campaign.deed_removed", kind=KIND, at=at, campaign=row.campaign_id, deed=row.kind)
    return row.campaign_id


@action
def make_slips(identifier: UUID, *, wave: str, number: int, at: datetime) -> list[str]:
    """Make slips for the questions before or after, to be handed out by lot. Their codes are returned once.

    Raises NotFound, Refused, Invalid, Conflict when the wave is over or holds enough.
    """
    row = campaign(identifier)
    trainer()
    problems = []
    if wave not in WAVES:
        problems.append(Problem("wave", _("This code is not known here.")))
    elif not wave_open(wave, starts_on=row.starts_on, ends_on=row.ends_on, on=timezone.localdate(at)):
        raise Conflict(_("It is too late for these questions."))
    if not 1 <= number <= MOST_SLIPS:
        problems.append(Problem("number", _("Between 1 and %(n)d.") % {"n": MOST_SLIPS}))
    if problems:
        raise Invalid(problems)
    codes = [new_code() for _one in range(number)]
    with translated(), connection.cursor() as cursor:
        cursor.execute("select training_pulse_make(%s, %s, %s)", [row.id, wave, [hashed(one) for one in codes]])
    journal.write("campaign.slips", kind=KIND, at=at, campaign=identifier, wave=wave, count=number)
    return codes


def _problems(slug: str, plan: Period) -> list[Problem]:
    found = period_problems(plan, audiences=material(slug).head.audiences, languages=LANGUAGES)
    return [*found, *guarded({"tell": plan.tell})]


def _values(plan: Period) -> dict[str, Any]:
    return {
        "audiences": list(plan.audiences), "languages": list(plan.languages), "starts_on": plan.starts_on,
        "ends_on": plan.ends_on, "before_until": plan.starts_on + BEFORE, "after_until": plan.ends_on + AFTER,
        "tell": plan.tell.strip(),
    }  # fmt: skip

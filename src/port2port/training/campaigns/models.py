"""Campaigns that an organisation runs, what it did, and what came of the questions; see `training/sql/campaigns.sql`.

No answer is a row: a slip that was used is gone, and what was chosen is a sum over at least ten.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person
from port2port.training.campaigns.rules import LONGEST, WAVES


class Campaign(models.Model):
    """A campaign of the library, run by an organisation in a period. `tell`: whom to tell, on its posters and screens.

    `code` opens its screen for whoever holds the link. `before_until`, `after_until`: how long slips are taken.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    slug = models.CharField(max_length=60)
    audiences = ArrayField(models.CharField(max_length=40))
    languages = ArrayField(models.CharField(max_length=2))
    starts_on = models.DateField()
    ends_on = models.DateField()
    before_until = models.DateField()
    after_until = models.DateField()
    tell = models.CharField(max_length=LONGEST["tell"], default="")
    code = models.CharField(max_length=24, unique=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    updated_at = models.DateTimeField()
    sequence = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) & Q(before_until__gte=F("starts_on"))
                & Q(after_until__gte=F("ends_on")), name="training_campaign_period",
            )
        ]  # fmt: skip


class CampaignDeed(models.Model):
    """What the organisation did in a campaign, how often, on which day: places, screens, recipients, people present."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="deeds")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)


class PulseTicket(models.Model):
    """A slip that was not used yet, as a hash. Who holds it is not known; used, it is gone."""

    secret = models.BinaryField(max_length=32, primary_key=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    wave = models.CharField(max_length=6)


class PulseWave(models.Model):
    """The questions before or after: how many slips were made, answered, and how many answers are told."""

    pk = models.CompositePrimaryKey("campaign_id", "wave")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="waves", db_index=False)
    wave = models.CharField(max_length=6)
    made = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(wave__in=WAVES), name="training_pulsewave_wave")]


class PulseTally(models.Model):
    """How often an option was chosen, and how often as far as it is told. No persons, no single answers."""

    pk = models.CompositePrimaryKey("campaign_id", "wave", "question", "option")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+", db_index=False)
    wave = models.CharField(max_length=6)
    question = models.CharField(max_length=40)
    option = models.CharField(max_length=40)
    number = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)

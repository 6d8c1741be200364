"""Installations, what was measured of them, and what is sensitive in procurement; each is a record of its own.

A product has no table: it is what the installations one sees name ([0034](../../../../docs/decisions)).
"""

from django.db import models
from django.db.models import F, Q

from port2port.knowledge.systems.rules import ASSESSED, ASSESSMENTS, EXEMPT
from port2port.members.models import Facility
from port2port.sharing.models import Record


def _assessed(name: str) -> Q:
    """Return that a day stands with an assessment that was done, and a reason with one that is not needed."""
    state, on, reason = name, f"{name}_on", f"{name}_reason"
    done = Q(**{state: ASSESSED, f"{on}__isnull": False})
    other = ~Q(**{state: ASSESSED}) & Q(**{f"{on}__isnull": True})
    return (
        Q(**{f"{state}__in": ASSESSMENTS}) & (done | other) & (~Q(**{state: EXEMPT}) | Q(**{f"{reason}__regex": r"\S"}))
    )


class Installation(models.Model):
    """A system in use at a port (on the envelope) or facility. `product_key`: by what it is compared."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="installation")
    kind = models.CharField(max_length=20)
    maker = models.CharField(max_length=80)
    product = models.CharField(max_length=80)
    product_key = models.CharField(max_length=16)
    version = models.CharField(max_length=60, default="")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+", db_index=False)
    purpose = models.TextField()
    legal_basis = models.CharField(max_length=60, default="")
    legal_citation = models.CharField(max_length=200, default="")
    retention_days = models.PositiveIntegerField()
    rights = models.CharField(max_length=10)  # fundamental-rights impact assessment: done, not_needed, not_done
    rights_on = models.DateField(null=True)
    rights_reason = models.TextField(default="")
    privacy = models.CharField(max_length=10)  # data-protection impact assessment
    privacy_on = models.DateField(null=True)
    privacy_reason = models.TextField(default="")
    ai_class = models.CharField(max_length=20)
    ai_article = models.CharField(max_length=120, default="")
    since = models.DateField()
    until = models.DateField(null=True)
    language = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_assessed("rights"), name="knowledge_installation_rights"),
            models.CheckConstraint(condition=_assessed("privacy"), name="knowledge_installation_privacy"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="knowledge_installation_period"
            ),
            models.CheckConstraint(
                condition=~Q(legal_basis="") | Q(legal_citation__regex=r"\S"), name="knowledge_installation_basis"
            ),
        ]
        indexes = [models.Index(fields=["product_key"], name="knowledge_installation_product")]


class Measurement(models.Model):
    """What an installation did in a period. It is not changed: a wrong one is withdrawn and entered again."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="measurement")
    installation = models.ForeignKey(Installation, models.CASCADE, related_name="measurements")
    since = models.DateField()
    until = models.DateField()
    hours = models.FloatField()
    alarms = models.PositiveIntegerField()
    true_alarms = models.PositiveIntegerField()
    false_alarms = models.PositiveIntegerField()
    missed = models.PositiveIntegerField(null=True)  # null: nobody knows
    truth = models.CharField(max_length=20)
    light = models.CharField(max_length=20, default="")
    weather = models.CharField(max_length=200, default="")
    traffic = models.CharField(max_length=200, default="")
    threshold = models.CharField(max_length=200, default="")
    remarks = models.TextField(default="")
    language = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(alarms__gte=F("true_alarms") + F("false_alarms")), name="knowledge_measurement_counts"
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")) & Q(hours__gt=0), name="knowledge_measurement_period"
            ),
        ]


class Procurement(models.Model):
    """What is sensitive in procurement, with an audience of its own."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="procurement")
    installation = models.ForeignKey(Installation, models.CASCADE, related_name="procurements")
    price = models.PositiveBigIntegerField(null=True)  # euros
    contract_until = models.DateField(null=True)
    contract = models.CharField(max_length=200, default="")
    tender = models.TextField(default="")
    language = models.CharField(max_length=2)

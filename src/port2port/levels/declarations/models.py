"""Declarations of Security: metadata of the paper that a ship and a facility (or port) sign by hand."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from port2port.members.models import Facility, Port
from port2port.sharing.models import Record


class Declaration(models.Model):
    """One declaration. A ship has no account: `signed_on` and `kept_at` say that the paper was signed, and where it is.

    `facility` empty: of the port itself. `measures`: who is responsible for what, by code. The envelope's `expires_at`
    is the end of its time of keeping, counted from `ends`.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="declaration")
    port = models.ForeignKey(Port, models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    ship = models.CharField(max_length=80)
    imo = models.CharField(max_length=7)
    flag = models.CharField(max_length=2, default="")
    call_from = models.DateField(null=True)
    call_until = models.DateField(null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    ship_level = models.PositiveSmallIntegerField()
    facility_level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=40)
    activities = ArrayField(models.CharField(max_length=40))
    measures = models.JSONField()
    facility_post = models.CharField(max_length=40)
    ship_post = models.CharField(max_length=40)
    signed_on = models.DateField(null=True)
    kept_at = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="levels_declaration_time", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(
                name="levels_declaration_levels", condition=Q(ship_level__in=[1, 2, 3], facility_level__in=[1, 2, 3])
            ),
            models.CheckConstraint(
                name="levels_declaration_signed",
                condition=Q(signed_on=None, kept_at="") | (Q(signed_on__isnull=False) & ~Q(kept_at="")),
            ),
        ]
        indexes = [models.Index(fields=["imo"], name="levels_declaration_imo")]

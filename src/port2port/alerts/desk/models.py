"""What a desk keeps: the book of its shifts, and the numbers under which it is called when the network is down."""

from django.db import models
from django.db.models import F, Q

from port2port.base.ids import new_id
from port2port.members.models import Facility, Organisation, Person

NOTE_LONGEST, REMARK_LONGEST = 2000, 400
LABEL_LONGEST, HOURS_LONGEST, NUMBER_LONGEST = 80, 80, 16


class Handover(models.Model):
    """A page of the book: who went off duty, what was open then, and who took it over.

    It belongs to a desk: an organisation, or one of its facilities. `open_items`: {"alerts": [ids], "reports": [ids]}.
    It stands as it was written; the database forgets it after 90 days.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, models.CASCADE, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    text = models.CharField(max_length=NOTE_LONGEST)
    open_items = models.JSONField()
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    taken_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=REMARK_LONGEST, default="")

    class Meta:
        indexes = [models.Index(fields=["organisation", "facility", "-at"], name="alerts_handover_book")]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None, remark="")
                | (Q(taken_by__isnull=False, taken_at__isnull=False) & ~Q(taken_by=F("by"))),
                name="alerts_handover_taken_by_another",
            )
        ]


class DutyNumber(models.Model):
    """A number that somebody answers, in E.164 (ITU-T E.164); kept by the organisation whose desk it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    facility = models.ForeignKey(Facility, models.CASCADE, null=True, related_name="+", db_index=False)
    label = models.CharField(max_length=LABEL_LONGEST)
    number = models.CharField(max_length=NUMBER_LONGEST)
    hours = models.CharField(max_length=HOURS_LONGEST, default="")
    position = models.PositiveSmallIntegerField(default=1)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "facility", "number"], name="alerts_dutynumber_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^\+[1-9][0-9]{6,14}$"), name="alerts_dutynumber_e164"),
        ]

"""The tables of security verifications: a row for each staff number, and what others are told of them by the month.

Only outcome and days, at the employer (law of 11 December 1998): no name, no reason, no file. What is owed is worked
out from the row (`stored.READ`), so that nothing of it stands in a history that cannot be deleted.
"""

from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Facility, Organisation, Person

NUMBER = r"^([A-Z]{1,3}[-./]?)?[0-9]{1,7}([-./][A-Z0-9]{1,2})?$"  # short: no name, no national number, no telephone


class Screening(models.Model):
    """Whoever has a critical function, by the employer's own number.

    `since`: when the function was taken up, None as long as it was not. `applied_on`: of the application that is
    open. `verified_on`: of the last positive outcome. `refused_on`: the outcome was not positive, or a positive one was
    withdrawn; which of the two is nobody's matter, since the function ends either way.
    """

    subject = models.OneToOneField("compliance.Subject", models.CASCADE, primary_key=True, related_name="screening")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.CharField(max_length=16)
    function = models.CharField(max_length=40)
    since = models.DateField(null=True)
    applied_on = models.DateField(null=True)
    verified_on = models.DateField(null=True)
    refused_on = models.DateField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="compliance_screening_number", condition=Q(number__regex=NUMBER)),
            models.CheckConstraint(name="compliance_screening_over", condition=Q(refused_on=None) | Q(applied_on=None)),
            models.UniqueConstraint(name="compliance_screening_once", fields=["organisation", "number"]),
        ]
        indexes = [
            models.Index(fields=["refused_on"], name="compliance_screening_refused", condition=~Q(refused_on=None)),
            models.Index(fields=["changed_at"], name="compliance_screening_changed"),
        ]


class ScreeningFigure(models.Model):
    """How many at one employer and place have a critical function, as at the beginning of a month, and how many of
    them are verified; None: too few, or too few of the others, to be told. It is written once and stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    month = models.DateField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    staff = models.PositiveIntegerField()
    verified = models.PositiveIntegerField(null=True)
    invented = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="compliance_screening_month", fields=["month", "organisation", "facility"], nulls_distinct=False
            ),
        ]

"""Packages that editions are made of, and runs of them; see `training/sql/packages.sql`."""

from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person
from port2port.training.courses.models import Edition
from port2port.training.packages.manifest import LONGEST_DATA, LONGEST_PARAMETERS, LONGEST_TITLE
from port2port.training.packages.rules import OUTCOMES


class Package(models.Model):
    """The package that an edition consists of, as it was read; never changed. Its files lie in the vault as one zip.

    `address`: of that zip; it was sealed for the organisation. `launch` and `parameters`: the page to open.
    """

    edition = models.OneToOneField(Edition, models.CASCADE, primary_key=True, related_name="package")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    standard = models.CharField(max_length=4)
    title = models.CharField(max_length=LONGEST_TITLE)
    launch = models.CharField(max_length=200)
    parameters = models.CharField(max_length=LONGEST_PARAMETERS, default="")
    passing = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    data = models.CharField(max_length=LONGEST_DATA, default="")
    files = models.PositiveIntegerField()
    size = models.PositiveIntegerField()  # bytes of the files, unpacked
    address = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(standard__in=("1.2", "2004")), name="training_package_standard")
        ]


class Run(models.Model):
    """How far a person is in a package: what it keeps for itself, and what that comes to.

    `number` rises each time it is opened, so that a window that was left open does not overwrite a later one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(default=1)
    kept = models.JSONField(default=dict)
    outcome = models.CharField(max_length=6, default="going")
    begun_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "edition"], name="training_run_once"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="training_run_outcome"),
        ]

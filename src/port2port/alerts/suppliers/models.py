"""What an organisation uses: its private register of suppliers and systems."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from port2port.alerts.suppliers.rules import IDENTIFIER_LONGEST, NAME_LONGEST, USE_LONGEST, VERSION_LONGEST
from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person

CRITICAL = ("", "minor", "serious", "vital")
"""What stands still without it: not said, little, much, all."""


class SupplierUse(models.Model):
    """A supplier or system that an organisation uses, for its own people alone.

    `topics`: what it hears of by it (`names.heard_by`); the database copies them to `members_topic`, by which its
    people see alerts. `form` tells one entry from another. Nothing here ever leaves the organisation.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    vendor = models.CharField(max_length=NAME_LONGEST, default="")
    product = models.CharField(max_length=NAME_LONGEST, default="")
    version = models.CharField(max_length=VERSION_LONGEST, default="")
    cpe = models.CharField(max_length=IDENTIFIER_LONGEST, default="")
    package = models.CharField(max_length=IDENTIFIER_LONGEST, default="")
    used_for = models.CharField(max_length=USE_LONGEST, default="")
    critical = models.CharField(max_length=8, choices=[(code, code) for code in CRITICAL], default="")
    form = models.CharField(max_length=500)
    topics = ArrayField(models.UUIDField())
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "form", "version"], name="alerts_supplieruse_once"),
            models.CheckConstraint(
                condition=models.Q(topics__len__gt=0) & models.Q(critical__in=CRITICAL),
                name="alerts_supplieruse_heard",
            ),
        ]

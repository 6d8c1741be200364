"""What of a year's proposals is not wanted; the proposals themselves are worked out each time."""

from django.db import models

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person


class Declined(models.Model):
    """A proposal that who trains an organisation's people does not want. `key`: what it is for, and in which month."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=160)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="training_declined_once")]

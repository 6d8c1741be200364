"""How partners' files are read: one row for each mapping that an organisation keeps."""

from django.db import models

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person


class FileMapping(models.Model):
    """How an organisation reads the files of a partner: what each column is, kept by name. `head`: of which columns."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    head = models.CharField(max_length=64)
    body = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="exchange_filemapping_name")]

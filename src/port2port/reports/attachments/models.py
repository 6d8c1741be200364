"""The rows of attachments; the files themselves lie in the vault."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from port2port.base.ids import new_id
from port2port.members.models import Person


class Attachment(models.Model):
    """What may be shared of a file. `record` decides who sees it: the report's envelope, or an annex's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey("sharing.Record", models.CASCADE, related_name="attachments")
    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="attachments")
    filename = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()  # bytes of the cleaned copy
    sha256 = models.CharField(max_length=64)  # of the original, so that nobody adds it twice
    address = models.CharField(max_length=64)  # of the cleaned copy in the vault
    kept_for = models.UUIDField()  # the organisation for which the vault sealed it: with another it does not open
    removed = ArrayField(models.CharField(max_length=40), default=list)  # what was taken out of it, as codes
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "sha256"], name="reports_attachment_once")]
        indexes = [models.Index(fields=["address"], name="reports_attachment_address")]


class Original(models.Model):
    """The untouched file, for evidence: for the stewards of its owner alone."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="original")
    address = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    handed_to = models.CharField(max_length=120, default="")
    handed_reference = models.CharField(max_length=80, default="")
    handed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["address"], name="reports_original_address")]

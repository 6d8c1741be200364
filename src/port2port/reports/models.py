"""Reports: what happened, where, when, how; the envelope (`sharing.Record`) says whose it is and who sees it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from port2port.base.ids import new_id
from port2port.members.models import Facility, Landmark, Person, Waterway
from port2port.sharing.models import Record


class Report(models.Model):
    """An incident, suspicious situation or near miss. Port and threat stand on the envelope, once."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="report")
    nature = models.CharField(max_length=12)
    title = models.CharField(max_length=160)
    text = models.TextField()
    language = models.CharField(max_length=2)
    severity = models.CharField(max_length=8)
    occurred_at = models.DateTimeField()
    occurred_precision = models.CharField(max_length=6)  # minute, hour, day, month, year
    occurred_margin = models.PositiveSmallIntegerField(null=True)  # minutes either way, with precision minute
    place = models.CharField(max_length=10)  # port, facility, landmark, waterway, point, sea
    facility = models.ForeignKey(Facility, models.PROTECT, null=True)
    landmark = models.ForeignKey(Landmark, models.PROTECT, null=True)
    waterway = models.ForeignKey(Waterway, models.PROTECT, null=True)
    waterway_km = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    place_text = models.CharField(max_length=160, default="")
    modus_operandi = models.CharField(max_length=4, default="")
    modus_operandi_also = ArrayField(models.CharField(max_length=4), default=list)
    phase = models.CharField(max_length=12, default="")
    substance = models.CharField(max_length=40, default="")
    quantity_kg = models.FloatField(null=True)
    origin_country = models.CharField(max_length=2, default="")
    source = models.CharField(max_length=12)  # seen, colleague, sensor, tip, published
    source_name = models.CharField(max_length=160, default="")
    source_url = models.TextField(default="")
    source_published_on = models.DateField(null=True)
    source_precision = models.CharField(max_length=6, default="")
    source_confidence = models.CharField(max_length=6, default="")
    event_group = models.CharField(max_length=60, default="")
    state = models.CharField(max_length=8, default="open")  # open, closed
    outcome = models.CharField(max_length=400, default="")
    vocabulary = models.PositiveSmallIntegerField(default=1)


class Revision(models.Model):
    """What an edit changed: the fields with their values before, so that a report's history can be read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    act = models.CharField(max_length=12)  # edited, closed, reopened, widened, narrowed, withdrawn
    before = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "version"], name="reports_revision_once")]

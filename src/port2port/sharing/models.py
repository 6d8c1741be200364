"""The envelope and what the policy keeps beside it. The policy itself stands in `sql/policy.sql`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person, Port
from port2port.sharing.tlp import Tlp


class Record(models.Model):
    """The envelope of everything shared: whose it is, who may see it, how it may be used, how long it is kept.

    A domain's table has the same primary key and is seen exactly when its envelope is. `audience` holds the keys
    (ids of persons and circles) that see it; `addressed` what its author chose, for saying it in words.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    audience = ArrayField(models.UUIDField())
    addressed = ArrayField(models.UUIDField())
    tlp = models.SmallIntegerField(choices=[(t.value, t.label) for t in Tlp])
    pap = models.SmallIntegerField(choices=[(t.value, t.label) for t in Tlp if t != Tlp.AMBER_STRICT])
    purpose = models.CharField(max_length=40)
    legal_basis = models.CharField(max_length=40)
    personal_data = models.CharField(
        max_length=8, choices=[(c, c) for c in ("none", "indirect", "direct")], default="none"
    )
    provenance = models.CharField(
        max_length=9, choices=[(c, c) for c in ("member", "published", "invented")], default="member"
    )
    origin = models.CharField(max_length=80, default="")
    origin_id = models.CharField(max_length=120, default="")
    port = models.ForeignKey(Port, models.PROTECT, null=True)
    threat = models.CharField(max_length=20, default="")
    at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)


class Posting(models.Model):
    """One row for each key that sees a record: lists, feeds and counts walk these newest first."""

    pk = models.CompositePrimaryKey("key", "record_id")
    key = models.UUIDField()
    record = models.ForeignKey(Record, models.CASCADE, related_name="postings", db_index=False)
    kind = models.CharField(max_length=20)
    sensitive = models.BooleanField()  # AMBER or narrower, for anybody but its author
    at = models.DateTimeField()
    port = models.UUIDField(null=True)
    threat = models.CharField(max_length=20)
    tlp = models.SmallIntegerField()
    expires_at = models.DateTimeField()


class Event(models.Model):
    """What happened to a record, for whom: feeds open screens and their replay. Holds no content."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    act = models.CharField(max_length=12)
    record = models.UUIDField()
    keys = ArrayField(models.UUIDField())
    tlp = models.SmallIntegerField()
    expires_at = models.DateTimeField()


class Tombstone(models.Model):
    """A withdrawn or expired record: that it was, for whom, and why it is gone; never what it said."""

    record = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    owner = models.UUIDField()
    keys = ArrayField(models.UUIDField())
    tlp = models.SmallIntegerField()
    at = models.DateTimeField()
    why = models.CharField(max_length=12, choices=[("withdrawn", "withdrawn"), ("expired", "expired")])
    reason = models.CharField(max_length=40, default="")
    expires_at = models.DateTimeField()


class Searchable(models.Model):
    """The words of a record as a text-search vector; read only through `sharing_find`."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True)
    words = models.TextField()


class Glass(models.Model):
    """Breaking the glass: an operator asks to read one record, a second person of another organisation approves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.UUIDField()
    reason = models.CharField(max_length=400)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_for = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_for = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    seen_by_owner_at = models.DateTimeField(null=True)


class Export(models.Model):
    """A file that somebody took out. `records` goes in and never comes out: the serving role may not select it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    form = models.CharField(max_length=8)
    number = models.PositiveIntegerField()
    records = ArrayField(models.UUIDField())
    circle = models.UUIDField(null=True)
    recalled_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)


class Pair(models.Model):
    """TLP:RED leaves by two persons: one asks to take it out, a second who sees it too approves, once within a day.

    What leaves is `records`, or what the circle of persons `circle` sees; `path` is the page that shows it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    path = models.CharField(max_length=200)
    records = ArrayField(models.UUIDField())
    circle = models.UUIDField(null=True)
    reason = models.CharField(max_length=400)
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_for = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    used_at = models.DateTimeField(null=True)


class MisuseAlarm(models.Model):
    """Reading or exporting far above the habit or the quota: once for each person, kind and day, for own auditors."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=[("reading", "reading"), ("export", "export")])
    at = models.DateTimeField()
    day = models.DateField()
    number = models.PositiveIntegerField()
    usual = models.PositiveIntegerField()
    seen_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation", "kind", "day"], name="sharing_misusealarm_once")
        ]

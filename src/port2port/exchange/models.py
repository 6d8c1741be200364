"""What partners' systems read and send: a row for each version of an object, and one for each key that sees it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person
from port2port.sharing.models import Record


class StixObject(models.Model):
    """A version of a STIX object as stored JSON. Seen as its record is; without one it is a fact of the network.

    `added` is when it came, later than all before it: what a partner that asks for more since a moment goes by.
    `version` is `modified`, and of observables, which have none, `added`. `digest` is of what it says without its time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stix_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+")
    threat = models.CharField(max_length=20, default="")
    version = models.DateTimeField()
    added = models.DateTimeField()
    oldest = models.BooleanField()
    newest = models.BooleanField()
    digest = models.CharField(max_length=64)
    body = models.TextField()

    class Meta:
        db_table = "exchange_object"
        indexes = [
            models.Index(fields=["stix_id", "added"], name="exchange_object_stix"),
            models.Index(fields=["-added"], name="exchange_object_added"),
        ]


class ObjectPosting(models.Model):
    """One row for each key that sees a version: pages walk these, oldest first."""

    pk = models.CompositePrimaryKey("key", "object_id")
    key = models.UUIDField()
    object = models.ForeignKey(StixObject, models.CASCADE, related_name="+")
    sensitive = models.BooleanField()  # AMBER or narrower, for anybody but its author
    added = models.DateTimeField()
    version = models.DateTimeField()
    kind = models.CharField(max_length=60)
    threat = models.CharField(max_length=20)
    oldest = models.BooleanField()
    newest = models.BooleanField()
    tlp = models.SmallIntegerField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_posting"


class Due(models.Model):
    """A record that is to be rendered, from a moment on. Written by triggers, in the transaction of what changed."""

    record = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)


class Delivery(models.Model):
    """Objects that somebody's system sent in one request, and what became of each."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    total = models.PositiveIntegerField()
    accepted = models.JSONField(default=list)  # [{id, version}]
    refused = models.JSONField(default=list)  # [{id, version, message}]


class Inbound(models.Model):
    """A version of an object that was sent to an organisation, as it came, for that organisation alone.

    `report` is what was made of it here, by a person.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="+")
    stix_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    version = models.DateTimeField()
    added = models.DateTimeField()
    tlp = models.SmallIntegerField()
    body = models.TextField()
    report = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "stix_id", "version"], name="exchange_inbound_once"),
        ]
        indexes = [models.Index(fields=["organisation", "added"], name="exchange_inbound_added")]


class MispEvent(models.Model):
    """The MISP event of a record as stored JSON without its times, seen as the record is; empty when it is no more.

    `changed` is when it last said something else, in whole seconds as MISP counts; `hashes` are of its values, for the
    index of the feed; `digest` is of `body`.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="+")
    uuid = models.UUIDField(unique=True)
    changed = models.DateTimeField()
    digest = models.CharField(max_length=64)
    manifest = models.TextField()
    hashes = ArrayField(models.CharField(max_length=32))
    body = models.TextField()

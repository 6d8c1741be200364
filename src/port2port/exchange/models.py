"""What partners' systems read and send: a row for each version of an object, and one for each key that sees it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from port2port.base.ids import new_id
from port2port.exchange.files.models import FileMapping as FileMapping
from port2port.exchange.mail.models import MailDesk as MailDesk
from port2port.exchange.mail.models import MailDraft as MailDraft
from port2port.members.models import Circle, Membership, Organisation, Person
from port2port.sharing.models import Record


class StixObject(models.Model):
    """A version of a STIX object as stored JSON. Seen as its record is; without one it is a fact of the network, or
    says that a record is `gone`, and is seen as its postings are.

    `added` is when it came, later than all before it: what a partner that asks for more since a moment goes by.
    `version` is `modified`, and of observables, which have none, `added`. `digest` is of what it says without its time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stix_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+")
    gone = models.UUIDField(null=True)
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


class Leaving(models.Model):
    """That a record is gone for some keys, until the renderer has told them. Written by the database alone."""

    id = models.UUIDField(primary_key=True)
    record = models.UUIDField()
    keys = ArrayField(models.UUIDField())
    author = models.UUIDField()
    tlp = models.SmallIntegerField()
    at = models.DateTimeField()
    stix_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    threat = models.CharField(max_length=20)
    body = models.JSONField()


class Peer(models.Model):
    """Another node, as an organisation here stands for it: where it is, as whom we act with it, how far we are.

    What it sends is kept for `organisation`, by its machine `person`; what that machine sees is sent to it. `node` is
    the id by which it was met first. `after`, `following` and `reached` say where reading is: asked since, the page
    after, and when its last object came there; `sent_to` up to which moment ours were sent. `walk` counts readings of
    everything again, by which is found what is there no more. `refused` counts by reason. `tested_at`: when the
    connection was tried on demand, and `test_code` what came of it. `certificate` is ours for them (PEM), `key` its
    private key, sealed; `trust`: the certificates that theirs must lead to, or be, instead of those of this machine.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    root = models.CharField(max_length=2000)
    collection = models.CharField(max_length=80)
    inbox = models.CharField(max_length=80)
    secret = models.BinaryField()
    pulls = models.BooleanField()
    pushes = models.BooleanField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    node = models.UUIDField(null=True)
    after = models.DateTimeField(null=True)
    following = models.TextField(default="")
    reached = models.DateTimeField(null=True)
    sent_to = models.DateTimeField(null=True)
    walk = models.PositiveIntegerField(default=0)
    walking = models.BooleanField(default=False)
    walked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, default="")
    waiting = models.BooleanField(default=False)
    came = models.PositiveBigIntegerField(default=0)
    known = models.PositiveBigIntegerField(default=0)
    withdrawn = models.PositiveBigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    sent = models.PositiveBigIntegerField(default=0)
    refused = models.JSONField(default=dict)
    tested_at = models.DateTimeField(null=True)
    test_code = models.CharField(max_length=60, default="")
    certificate = models.TextField(default="")
    key = models.BinaryField(null=True)
    trust = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="exchange_peer_name"),
            models.UniqueConstraint(fields=["person"], name="exchange_peer_person"),
        ]


class TakServer(models.Model):
    """A TAK server that an organisation's alerts and sightings are shown on, with the sight of `person` under `hat`, a
    machine of it, up to the mark `tlp`.

    `certificate` and `secret` (its key, sealed) are the organisation's, `ca` vouches for the server; `shows`: how many
    events it got last.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hat = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=260)
    tlp = models.SmallIntegerField()
    language = models.CharField(max_length=2)
    ca = models.TextField(default="")
    certificate = models.TextField()
    secret = models.BinaryField()
    ends_at = models.DateTimeField()  # of the certificate
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, default="")
    shows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="exchange_tak_name"),
            models.UniqueConstraint(fields=["person"], name="exchange_tak_person"),
            models.CheckConstraint(condition=models.Q(tlp__in=(0, 1)), name="exchange_tak_tlp"),
        ]


class Delivery(models.Model):
    """Objects that somebody's system sent in one request, and what became of each. `peer`: the node they came from."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    total = models.PositiveIntegerField()
    accepted = models.JSONField(default=list)  # [{id, version}]
    refused = models.JSONField(default=list)  # [{id, version, message}]
    peer = models.ForeignKey(Peer, models.CASCADE, null=True, related_name="+")


class Inbound(models.Model):
    """A version of an object that was sent to an organisation, as it came, for that organisation alone.

    `report` is what was made of it here, by a person. `peer` is the node that brought it, `node` and `origin_record`
    where it comes from; `walk` the last reading of everything in which it was still there. Everything is looked up
    within the organisation, so that each index leads with it; a foreign key has one of its own only where none does.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="+")
    stix_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    version = models.DateTimeField()
    added = models.DateTimeField()
    tlp = models.SmallIntegerField()
    body = models.TextField()
    report = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="+")
    peer = models.ForeignKey(Peer, models.CASCADE, null=True, related_name="+", db_index=False)
    node = models.UUIDField(null=True)
    origin_record = models.UUIDField(null=True)
    revoked = models.BooleanField(default=False)
    keep_until = models.DateTimeField(null=True)
    walk = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "stix_id", "version"], name="exchange_inbound_once"),
        ]
        indexes = [
            models.Index(fields=["organisation", "added"], name="exchange_inbound_added"),
            models.Index(fields=["peer", "origin_record"], name="exchange_inbound_record"),
        ]


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


class Reading(models.Model):
    """That a machine of an organisation got a record in a form (`stix`, `misp`, `cap`, `geojson`): first, and last."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    form = models.CharField(max_length=8)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "form", "record"], name="exchange_reading_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-last_at"], name="exchange_reading_last"),
            models.Index(fields=["person", "first_at"], name="exchange_reading_first"),
        ]


class MispGroup(models.Model):
    """That a sharing group of a MISP is, here, one circle of which the organisation is a member: so it said."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    group = models.UUIDField()
    name = models.CharField(max_length=120)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "group"], name="exchange_mispgroup_once"),
        ]


class Bound(models.Model):
    """How far a report may go that was made of what came for sharing groups: the own organisation, and `circle`."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="+")
    circle = models.ForeignKey(Circle, models.PROTECT, null=True, related_name="+")

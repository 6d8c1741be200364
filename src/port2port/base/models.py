"""What `migrations/0001_initial.py` builds in SQL, as Django reads it. The journal is written by `journal.write`."""

from django.db import models


class JournalEntry(models.Model):
    """One thing that somebody did, saw, exported or was refused. After an erasure only id, moment and leaf remain.

    The columns after `payload` are generated from it by the database, so that they cannot disagree with it.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    salt = models.BinaryField(null=True)
    payload = models.TextField(null=True)  # noqa: DJ001 - null says erased
    actor = models.UUIDField(null=True)
    hat = models.UUIDField(null=True)
    organisation = models.UUIDField(null=True)
    act = models.TextField(null=True)  # noqa: DJ001 - null says erased
    kind = models.TextField(null=True)  # noqa: DJ001 - null says erased
    record = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "base_journal_entry"


class JournalLeaf(models.Model):
    """The place that the sealer gave an entry, and its leaf hash."""

    place = models.BigIntegerField(primary_key=True)
    entry = models.UUIDField(unique=True)
    leaf = models.BinaryField()

    class Meta:
        managed = False
        db_table = "base_journal_leaf"


class JournalHead(models.Model):
    """A signed root over the first `size` leaves, with the right edge from which the next one grows."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    signature = models.BinaryField()
    edge = models.BinaryField()

    class Meta:
        managed = False
        db_table = "base_journal_head"


class Setting(models.Model):
    """A fact about this installation. The owner writes it (migrate, seed, restore); the program reads it."""

    key = models.TextField(primary_key=True)
    value = models.TextField()

    class Meta:
        managed = False
        db_table = "base_setting"


class Idempotency(models.Model):
    """The answer that a request with an Idempotency-Key got, kept for a day for whoever asked."""

    pk = models.CompositePrimaryKey("actor", "key")
    actor = models.UUIDField()
    key = models.TextField()
    method_path = models.TextField()
    request_hash = models.BinaryField()
    status = models.IntegerField(null=True)
    body = models.BinaryField(null=True)
    content_type = models.TextField(null=True)  # noqa: DJ001 - null until answered
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "base_idempotency"

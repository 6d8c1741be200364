"""The texts that members accept, in versions, and who accepted them. Both are only added to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Membership, Organisation, Person


class CharterText(models.Model):
    """One version of a text in every language. Published it is never changed: the next version takes its place.

    `digests` (SHA-256 of each language's text) are worked out by the database. `asks`: this version must be accepted
    again; `accept_by`: until then, who accepted an earlier one goes on. `entitled`: roles that may accept it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=24)
    number = models.PositiveIntegerField()
    titles = models.JSONField()
    bodies = models.JSONField()
    digests = models.JSONField(default=dict)
    template = models.BooleanField(default=False)  # ours, to be reviewed by counsel before anybody relies on it
    asks = models.BooleanField(default=True)
    entitled = ArrayField(models.CharField(max_length=40))
    why = models.TextField(default="")
    state = models.CharField(max_length=9, default="proposed")  # proposed, published, declined
    days = models.PositiveSmallIntegerField()  # to accept it, from the day it is published
    accept_by = models.DateField(null=True)
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "governance_text"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "number"],
                condition=Q(state__in=["proposed", "published"]),
                name="governance_text_once",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None)
                | Q(state="declined", decided_at__isnull=False)
                | Q(state="published", decided_at__isnull=False, accept_by__isnull=False),
                name="governance_text_state",
            ),
        ]


class Acceptance(models.Model):
    """An organisation accepts a version, by a person: when, in which language, the very text by its digest.

    `entry` is its entry in the journal, whose place proves that nothing was put in later.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    text = models.ForeignKey(CharterText, models.PROTECT, related_name="acceptances")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    hat = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    digest = models.CharField(max_length=64)
    entry = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "text"], name="governance_acceptance_once"),
        ]


class Exemption(models.Model):
    """What is never held back for a text that is not accepted; empty fields fit everything. Written by the owner."""

    code = models.CharField(primary_key=True, max_length=24)
    kind = models.CharField(max_length=20, default="")
    threat = models.CharField(max_length=20, default="")
    tlp = models.SmallIntegerField(null=True)
    legal_basis = models.CharField(max_length=40, default="")
    within = models.BooleanField(default=False)  # only while it stays in the organisation

"""Practices, their texts, who uses them, what they belong to. The envelope says whose one is and who sees it.

Until it is published a practice is seen by its organisation alone; later drafts of a published one too.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.knowledge.practices.rules import MATURITIES, STATES, TOPICS
from port2port.members.models import Organisation, Person
from port2port.sharing.models import Record


class Practice(models.Model):
    """What an organisation does and others may do too. What it says stands in its texts.

    `state` is that of the newest version (`number`); `published` the version that readers have. Both are turned by
    the database alone: see `sql/practices.sql`. `audience` and `audience_tlp`: who is to see it once it is published.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="practice")
    state = models.CharField(max_length=9, default="draft")
    number = models.PositiveIntegerField(default=1)
    published = models.PositiveIntegerField(null=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True)
    review_on = models.DateField(null=True)
    audience = ArrayField(models.UUIDField())
    audience_tlp = models.SmallIntegerField()
    original = models.ForeignKey("self", models.SET_NULL, null=True, related_name="translations")
    original_number = models.PositiveIntegerField(null=True)  # the version of the original that it says
    sources = models.JSONField(default=list)  # publications that an editorial practice rests on

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=STATES), name="knowledge_practice_state")]
        indexes = [
            models.Index(fields=["review_on"], name="knowledge_practice_review"),
            models.Index(fields=["record"], name="knowledge_practice_waiting", condition=Q(state="review")),
        ]


class PracticeText(models.Model):
    """A version of a practice in one language. Never changed: a change is the next version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="texts", db_index=False)
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    topic = models.CharField(max_length=20)
    maturity = models.CharField(max_length=14)
    modi = ArrayField(models.CharField(max_length=4))
    title = models.CharField(max_length=120)
    context = models.TextField()
    done = models.TextField()
    cost = models.TextField(default="")
    outcome = models.TextField(default="")
    wrong = models.TextField(default="")
    conditions = models.TextField(default="")
    contact = models.CharField(max_length=200, default="")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number", "language"], name="knowledge_text_once"),
            models.CheckConstraint(
                condition=Q(topic__in=TOPICS, maturity__in=MATURITIES, language__in=("nl", "fr", "de", "en")),
                name="knowledge_text_codes",
            ),
        ]


class Endorsement(models.Model):
    """An organisation says that it uses a practice, and what that was like there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="endorsements", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    experience = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "organisation"], name="knowledge_endorsement_once")]


class PracticeLink(models.Model):
    """That a practice belongs to another record. Seen by those alone who see both."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="links", db_index=False)
    kind = models.CharField(max_length=20)
    target = models.ForeignKey(Record, models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "target"], name="knowledge_link_once")]


class PracticeFile(models.Model):
    """A picture or document of a practice, cleaned; the file lies in the vault. `number`: the version it came with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="files", db_index=False)
    number = models.PositiveIntegerField()
    filename = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()  # bytes of the cleaned copy
    sha256 = models.CharField(max_length=64)  # of the file as it was sent, so that nobody adds it twice
    address = models.CharField(max_length=64)  # of the cleaned copy in the vault
    kept_for = models.UUIDField()  # the organisation for which the vault sealed it
    removed = ArrayField(models.CharField(max_length=40), default=list)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "sha256"], name="knowledge_file_once")]
        indexes = [models.Index(fields=["address"], name="knowledge_file_address")]

"""Mail that came in: the address of an organisation, and the drafts that its desk reads."""

from django.db import models

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person
from port2port.sharing.models import Record


class MailDesk(models.Model):
    """The address to which an organisation lets mail come as drafts: the unguessable part before the @."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    alias = models.CharField(max_length=40, unique=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class MailDraft(models.Model):
    """A message that came to the address of an organisation, for whoever may report there; seen by nobody else.

    `digest` is of its Message-ID, so that it is here once. `sender` and `written_at` are as it claims; `checks` what
    the own mail server said of it. Attachments are listed, not kept. `report` is what was made of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    came_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=400)
    text = models.TextField()
    shortened = models.BooleanField(default=False)
    checks = models.JSONField(default=list)  # [{method, result, about}]
    attachments = models.JSONField(default=list)  # [{name, type, size}]
    report = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "digest"], name="exchange_maildraft_once")]
        indexes = [models.Index(fields=["organisation", "-came_at"], name="exchange_maildraft_newest")]

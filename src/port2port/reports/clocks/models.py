"""What was sent to an authority, with its text: written once, read by the organisation whose duty it was."""

from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.compliance.models import Happening
from port2port.members.models import Organisation, Person

CHANNELS = ("portal", "mail", "phone", "letter", "other")


class Sending(models.Model):
    """A text that was sent. `happening`: the event that settles what was owed; when it is corrected, that says so.

    `kind`: of that event, as the rules of what is owed call it; `case`: which request it answers. `sha256` is of
    `text`, which the database sees to. `form_version`: of the file of forms from which it was prepared.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    happening = models.OneToOneField(Happening, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    case = models.CharField(max_length=80, default="")
    form = models.CharField(max_length=60)
    form_version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    channel = models.CharField(max_length=8)
    sent_at = models.DateTimeField()
    reference = models.CharField(max_length=80, default="")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="reports_sending_channel"),
            models.CheckConstraint(condition=~Q(text=""), name="reports_sending_text"),
        ]

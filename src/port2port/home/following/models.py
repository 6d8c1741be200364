"""What people follow. A row says of nobody but its person, and only to that person."""

from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Person

SUBJECTS = ("threat", "port", "topic", "record")


class Follow(models.Model):
    """A person follows a threat or a topic (by its code), a port (by its UN/LOCODE) or a record (by its id)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    subject = models.CharField(max_length=8)
    key = models.CharField(max_length=40)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "subject", "key"], name="home_follow_once"),
            models.CheckConstraint(
                condition=Q(subject__in=SUBJECTS[:3])
                | Q(subject="record", key__regex=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
                name="home_follow_subject",
            ),
        ]

"""What others add to a report: updates, links, the answer its reporter is owed, what was learned.

An update belongs to the report and is seen with it. A link belongs to two reports and is seen by who sees both: so it
is the link, never an update, that says which other report is meant.
"""

from django.db import models
from django.db.models import F, Q

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person


class Update(models.Model):
    """Something said about a report. Written by `reports_say` only; a sighting elsewhere is unsigned here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="updates", db_index=False)
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=8)  # note, seen_too, question, answer
    text = models.CharField(max_length=2000, default="")
    reply_to = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    # whom a question proposes to let in
    about = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["report", "at"], name="reports_update_report"),
            models.Index(
                fields=["at"], condition=Q(kind="question", withdrawn_at=None), name="reports_update_questions"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="seen_too", author=None, organisation=None, text="")
                | (~Q(kind="seen_too") & Q(author__isnull=False, organisation__isnull=False)),
                name="reports_update_signed",
            )
        ]


class Link(models.Model):
    """Two reports that belong together, the lesser id first. Seen by who sees both, undone and never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    a = models.ForeignKey("reports.Report", models.CASCADE, related_name="+")
    b = models.ForeignKey("reports.Report", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)  # same_event, duplicate, related, seen_too
    # which of the two was closed as a duplicate of the other
    merged = models.ForeignKey("reports.Report", models.CASCADE, null=True, related_name="+")
    told = models.ForeignKey(Update, models.CASCADE, null=True, related_name="+")  # the update that speaks of it
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="reports_link_ordered"),
            models.CheckConstraint(
                condition=Q(kind__in=["same_event", "duplicate", "related", "seen_too"]), name="reports_link_kind"
            ),
            models.CheckConstraint(
                condition=Q(merged=None) | Q(kind="duplicate", merged=F("a")) | Q(kind="duplicate", merged=F("b")),
                name="reports_link_merged",
            ),
            models.UniqueConstraint(fields=["a", "b", "kind"], condition=Q(undone_at=None), name="reports_link_once"),
        ]


class Feedback(models.Model):
    """The answer to who reported. When it was due is no column: it follows from the envelope and the severity."""

    report = models.OneToOneField("reports.Report", models.CASCADE, primary_key=True, related_name="+")
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=20)  # used, not_used, useful_cannot_say
    text = models.CharField(max_length=2000, default="")


class Lesson(models.Model):
    """What was learned from a report, in a few sentences; whoever looks after it writes it."""

    report = models.OneToOneField("reports.Report", models.CASCADE, primary_key=True, related_name="+")
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

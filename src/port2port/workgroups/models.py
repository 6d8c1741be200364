"""Working groups and what they write. What is shared has its envelope (`sharing.Record`); see `sql/policy.sql`.

A group is seen by who is in its circle. Meetings, agenda items with their minutes, papers, decisions and actions are
records of their own, so each may be narrower than the group.
"""

from django.db import models
from django.db.models import F, Q

from port2port.base.ids import new_id
from port2port.members.models import Circle, Organisation, Person
from port2port.sharing.models import Record


class Group(models.Model):
    """A working group. Its circle of persons is its audience; name, remit and label stand in its author's language.

    `label`: how calendars call it, which leave the platform. `tlp`: what its records begin with. Written by
    `workgroups_found` and, later, by its chair and secretaries.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    circle = models.OneToOneField(Circle, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    label = models.CharField(max_length=40)
    remit = models.TextField()
    language = models.CharField(max_length=2)
    tlp = models.SmallIntegerField()
    version = models.PositiveIntegerField(default=1)
    invented = models.BooleanField(default=False)
    founded_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)


class Seat(models.Model):
    """A person in a group, for an organisation. Written by `workgroups_seat` and `workgroups_unseat` alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    office = models.CharField(max_length=9)  # chair, secretary, member
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], condition=Q(until=None), name="workgroups_seat_once"),
            models.UniqueConstraint(
                fields=["group"], condition=Q(until=None, office="chair"), name="workgroups_one_chair"
            ),
            models.CheckConstraint(
                condition=Q(office__in=["chair", "secretary", "member"]), name="workgroups_seat_office"
            ),
        ]


class Rule(models.Model):
    """A version of a group's rule of decision; never changed, the newest holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="rules")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9)  # consensus, qualified
    majority_of = models.PositiveSmallIntegerField(default=0)  # of a fraction: its numerator
    majority_in = models.PositiveSmallIntegerField(default=1)  # and its denominator
    quorum_of = models.PositiveSmallIntegerField()
    quorum_in = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=400)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="workgroups_rule_number"),
            models.CheckConstraint(
                condition=Q(quorum_in__range=(1, 100), quorum_of__gte=0, quorum_of__lte=F("quorum_in"))
                & (
                    Q(kind="consensus", majority_of=0, majority_in=1)
                    | Q(kind="qualified", majority_in__range=(1, 100), majority_of__lte=F("majority_in"))
                    & Q(majority_in__lte=F("majority_of") * 2)
                ),
                name="workgroups_rule_fractions",
            ),
        ]


class Meeting(models.Model):
    """A meeting of a group. `sequence` rises with each change that a calendar must follow (RFC 5545, 3.8.7.4)."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="meetings")
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, default="")
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=9, default="planned")  # planned, cancelled, approved
    sequence = models.PositiveIntegerField(default=0)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_in = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="workgroups_meeting_time"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cancelled"], approved_at=None)
                | Q(state="approved", approved_at__isnull=False),
                name="workgroups_meeting_state",
            ),
        ]


class Item(models.Model):
    """An item of an agenda with its minutes. `target`: the record that it is about, of kind `about`."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    about = models.CharField(max_length=20, default="")
    target = models.UUIDField(null=True)
    minutes = models.TextField(default="")
    language = models.CharField(max_length=2)
    edited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)


class Correction(models.Model):
    """What approved minutes say from now on, and why; the approved text stays beside it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="corrections")
    number = models.PositiveIntegerField()
    minutes = models.TextField()
    reason = models.CharField(max_length=400)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="workgroups_correction_number")]


class Attendance(models.Model):
    """Whether a person of the group was there. `replaced_by`: who came in the person's place."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8)  # present, excused, absent, replaced
    replaced_by = models.CharField(max_length=80, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="workgroups_attendance_once"),
            models.CheckConstraint(
                condition=Q(state__in=["present", "excused", "absent"], replaced_by="")
                | (Q(state="replaced") & ~Q(replaced_by="")),
                name="workgroups_attendance_state",
            ),
        ]


class Paper(models.Model):
    """A text for a meeting, handed in by anybody of the group; Markdown."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="papers")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="papers")
    title = models.CharField(max_length=120)
    text = models.TextField()
    language = models.CharField(max_length=2)


class Decision(models.Model):
    """What a group decides: proposed by anybody in it, then taken or not by the rule that held, which it names.

    `votes`: organisation -> for, against, abstain. `organisations`: how many were in the group then.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="decisions")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="decisions")
    item = models.ForeignKey(Item, models.SET_NULL, null=True, related_name="decisions")
    title = models.CharField(max_length=200)
    text = models.TextField()
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=11, default="proposed")  # proposed, reached, not_reached
    rule = models.ForeignKey(Rule, models.PROTECT, null=True, related_name="+")
    votes = models.JSONField(default=dict)
    organisations = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="proposed", rule=None, decided_at=None, organisations=0, votes={})
                | Q(state__in=["reached", "not_reached"], rule__isnull=False, decided_at__isnull=False),
                name="workgroups_decision_state",
            )
        ]


class Action(models.Model):
    """Something that a person of the group does by a day. Its owner says what came of it."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="actions")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="actions")
    item = models.ForeignKey(Item, models.SET_NULL, null=True, related_name="actions")
    text = models.CharField(max_length=400)
    language = models.CharField(max_length=2)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    due = models.DateField()
    state = models.CharField(max_length=7, default="open")  # open, done, dropped
    outcome = models.CharField(max_length=400, default="")
    ended_at = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", outcome="", ended_at=None)
                | (Q(state__in=["done", "dropped"], ended_at__isnull=False) & ~Q(outcome="")),
                name="workgroups_action_state",
            )
        ]
        indexes = [models.Index(fields=["owner", "due"], name="workgroups_action_open", condition=Q(state="open"))]


class Link(models.Model):
    """From a decision or an action to what it is about: a report, a measure, a practice. Seen by who sees both."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    target = models.UUIDField(db_index=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "target"], name="workgroups_link_once")]

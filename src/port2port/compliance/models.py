"""Who owes, what happened to them, what is owed, and rules that administrators wrote. Metadata alone.

An event is never changed: a later one corrects it. Obligations are worked out from events and rules and may be thrown
away and worked out again. Who sees them is the law's matter and not an envelope's: see `sql/policy.sql`.
"""

from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Facility, Organisation, Person, Port
from port2port.sharing.models import Record


class Subject(models.Model):
    """What or who owes: a facility, a port, an organisation, a person in a function, a report, a staff number.

    `organisation`: the organisation itself, the employer of a person, the owner of a report; a facility and a port have
    none. `person` or `holder`: who holds a function, as a member or as initials or post, never both. `wakes`: when it
    must be worked out again without an event. `book`: by which rules it was worked out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    port = models.ForeignKey(Port, models.PROTECT, null=True, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    function = models.CharField(max_length=40, default="")
    holder = models.CharField(max_length=40, default="")
    attributes = models.JSONField(default=dict)
    invented = models.BooleanField(default=False)
    computed_at = models.DateTimeField(null=True)
    wakes = models.DateTimeField(null=True)
    book = models.CharField(max_length=16, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="compliance_subject_whole",
                condition=Q(kind="facility", facility__isnull=False, organisation=None, record=None, function="")
                | Q(kind="port", port__isnull=False, facility=None, organisation=None, record=None, function="")
                | Q(kind="report", record__isnull=False, organisation__isnull=False, function="")
                | Q(kind="screening", organisation__isnull=False, record=None, port=None, function="")
                | (Q(kind="function_holder", organisation__isnull=False, record=None) & ~Q(function=""))
                | (
                    Q(organisation__isnull=False, record=None, facility=None, function="")
                    & ~Q(kind__in=["facility", "port", "report", "function_holder", "screening"])
                ),
            ),
            models.CheckConstraint(
                name="compliance_subject_holder",
                condition=Q(person=None, holder="")
                | (Q(kind="function_holder") & (Q(person__isnull=False, holder="") | (Q(person=None) & ~Q(holder="")))),
            ),
            models.UniqueConstraint(name="compliance_facility_once", fields=["facility"], condition=Q(kind="facility")),
            models.UniqueConstraint(name="compliance_port_once", fields=["port"], condition=Q(kind="port")),
            models.UniqueConstraint(
                name="compliance_report_once", fields=["record", "organisation"], condition=Q(kind="report")
            ),
        ]
        indexes = [models.Index(fields=["wakes"], name="compliance_subject_wakes")]


class Happening(models.Model):
    """An event of a subject. `kind` and the names in `details` are those of the rules.

    `reference`: the number of the notice or decision elsewhere, never its text. `origin`: why it stands here although
    the state's platform is the authority of record: taken in from a file, needed for a reminder, or what a report says.
    `source_id`: its number in that file. `corrects`: the entry in whose place this one stands; `void`: that one did not
    happen. `narrow`: for the employer alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    details = models.JSONField(default=dict)
    reference = models.CharField(max_length=80, default="")
    origin = models.CharField(max_length=8)
    source_id = models.CharField(max_length=80, default="")
    corrects = models.OneToOneField("self", models.CASCADE, null=True, related_name="corrected_by")
    void = models.BooleanField(default=False)
    narrow = models.BooleanField(default=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="compliance_event_origin", condition=Q(origin__in=["imported", "reminder", "invented", "report"])
            ),
            models.CheckConstraint(name="compliance_event_void", condition=Q(void=False) | Q(corrects__isnull=False)),
            models.UniqueConstraint(
                name="compliance_event_taken_once",
                fields=["subject", "organisation", "source_id"],
                condition=~Q(source_id="") & Q(corrects=None),
            ),
        ]
        indexes = [models.Index(fields=["subject", "at"], name="compliance_event_subject")]


class Owed(models.Model):
    """One thing owed, as it was worked out. All bounds are inclusive; what it is *now* the bounds say, not `state`.

    `state`: what it was at `computed_at`; from `wakes` on it is another one. `deputy_at`, `administrator_at`,
    `escalates`: from when on the next above is told. `trigger` and `proof` are events.
    """

    pk = models.CompositePrimaryKey("subject_id", "key")
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="owed", db_index=False)
    key = models.CharField(max_length=200)
    rule = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    case = models.CharField(max_length=80)
    keeps = models.BooleanField()
    narrow = models.BooleanField()
    owed_by = models.CharField(max_length=40)
    decided_by = models.CharField(max_length=40)
    since = models.DateTimeField()
    opens = models.DateTimeField(null=True)
    soon = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    lapses = models.DateTimeField(null=True)
    deputy_at = models.DateTimeField(null=True)
    administrator_at = models.DateTimeField(null=True)
    escalates = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=14)
    settled_at = models.DateTimeField(null=True)
    trigger = models.UUIDField()
    proof = models.UUIDField(null=True)
    state = models.CharField(max_length=14)
    computed_at = models.DateTimeField()
    wakes = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due"], name="compliance_owed_due", condition=Q(outcome__in=["pending", "broken"], keeps=False)
            )
        ]


class RuleChange(models.Model):
    """A rule that administrators wrote, or a new version of one: proposed by one person, switched on by another.

    `entry`: the rule as in the data file; `events`: kinds of event that it brings. Kept for good: the journal of rules.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    entry = models.JSONField()
    events = models.JSONField(default=list)
    why = models.CharField(max_length=1000)
    state = models.CharField(max_length=12, default="proposed")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="compliance_rule_state",
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | Q(state__in=["on", "declined", "off"], decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="compliance_rule_once", fields=["code", "version"], condition=Q(state__in=["proposed", "on"])
            ),
        ]


from port2port.compliance.screening.models import Screening, ScreeningFigure  # noqa: E402, F401 - tables of this app

"""Reports: what happened, where, when, how; the envelope (`sharing.Record`) says whose it is and who sees it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from port2port.base.ids import new_id
from port2port.flights.models import Flight
from port2port.members.models import Facility, Landmark, Organisation, Person, Waterway
from port2port.reports.routing import models as routing_models  # noqa: F401 - the tables of routing
from port2port.sharing.models import Record


class Report(models.Model):
    """An incident, suspicious situation or near miss. Port and threat stand on the envelope, once."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="report")
    nature = models.CharField(max_length=12)
    title = models.CharField(max_length=160)
    text = models.TextField()
    language = models.CharField(max_length=2)
    severity = models.CharField(max_length=8)
    occurred_at = models.DateTimeField()
    occurred_precision = models.CharField(max_length=6)  # minute, hour, day, month, year
    occurred_margin = models.PositiveSmallIntegerField(null=True)  # minutes either way, with precision minute
    place = models.CharField(max_length=10)  # port, facility, landmark, waterway, point, sea
    facility = models.ForeignKey(Facility, models.PROTECT, null=True)
    landmark = models.ForeignKey(Landmark, models.PROTECT, null=True)
    waterway = models.ForeignKey(Waterway, models.PROTECT, null=True)
    waterway_km = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    place_text = models.CharField(max_length=160, default="")
    modus_operandi = models.CharField(max_length=4, default="")
    modus_operandi_also = ArrayField(models.CharField(max_length=4), default=list)
    phase = models.CharField(max_length=12, default="")
    substance = models.CharField(max_length=40, default="")
    quantity_kg = models.FloatField(null=True)
    origin_country = models.CharField(max_length=2, default="")
    source = models.CharField(max_length=12)  # seen, colleague, sensor, tip, published
    source_name = models.CharField(max_length=160, default="")
    source_url = models.TextField(default="")
    source_published_on = models.DateField(null=True)
    source_precision = models.CharField(max_length=6, default="")
    source_confidence = models.CharField(max_length=6, default="")
    event_group = models.CharField(max_length=60, default="")
    # Of a cyber attack: whether personal data were breached, and from when its owner's times to notify run.
    personal_data_breach = models.CharField(max_length=7, default="")  # yes, no, unknown; empty: not asked
    aware_since = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="open")  # open, closed
    outcome = models.CharField(max_length=400, default="")
    vocabulary = models.PositiveSmallIntegerField(default=1)
    protected = models.BooleanField(default=False)  # its author is an alias

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(personal_data_breach__in=("", "yes", "no", "unknown")), name="reports_report_breach"
            )
        ]


class Revision(models.Model):
    """What an edit changed: the fields with their values before, so that a report's history can be read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    act = models.CharField(max_length=12)  # edited, graded, closed, reopened, widened, narrowed, withdrawn
    before = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "version"], name="reports_revision_once")]


class Annex(models.Model):
    """A part of a report with an audience of its own: what identifies somebody indirectly, or an answer to an ask."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="annex")
    report = models.ForeignKey(Report, models.CASCADE, related_name="annexes")
    answers = models.UUIDField(null=True)  # the ask that this answers; then it is read without the report
    text = models.TextField(default="")


class Observable(models.Model):
    """Something that can be seen again. `record` decides who sees it: the report's envelope, or an annex's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="observables")
    report = models.ForeignKey(Report, models.CASCADE, related_name="observables")
    answer = models.BooleanField(default=False)  # given on being asked: read without the report
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=200)
    checked = models.BooleanField(null=True)  # whether its check digit is right; null: it has none
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "kind", "value"], name="reports_observable_once")]


class Mark(models.Model):
    """What matching compares: an observable's value or a near form of it, blinded. Read by definer functions only."""

    id = models.BigAutoField(primary_key=True)
    key = models.BinaryField(max_length=16)
    near = models.CharField(max_length=16, default="")  # empty: the value itself
    own_only = models.BooleanField(default=False)  # compared within one organisation only
    observable = models.ForeignKey(Observable, models.CASCADE, related_name="+")
    record = models.UUIDField()
    report = models.UUIDField()
    owner = models.UUIDField()
    port = models.UUIDField(null=True)
    at = models.DateTimeField()
    silent_until = models.DateTimeField(null=True)  # a judicial hold: until then only its owner learns of matches

    class Meta:
        indexes = [
            models.Index(fields=["key", "-at"], name="reports_mark_key"),
            models.Index(fields=["report"], name="reports_mark_report"),
        ]


class Hold(models.Model):
    """A judicial hold on a report: its observables match in silence, until a day or a release."""

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="+")
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    until = models.DateTimeField(null=True)  # null: until it is released
    released_at = models.DateTimeField(null=True)


class PersonThreat(models.Model):
    """A report that tells of a threat to a person: kept out of matching and counts, changed by its author alone."""

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="+")
    kind = models.CharField(max_length=12)  # approached, bribed, coerced, threatened
    contact = models.CharField(max_length=200, default="")  # how its author wants to be reached
    pso = models.BooleanField(default=False)  # whether the port security officers at the desk may know


class FlightShown(models.Model):
    """An authorised flight that was shown before this report was sent all the same; for those who see both."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="flights_shown")
    flight = models.ForeignKey(Flight, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "flight"], name="reports_flightshown_once")]


class Grading(models.Model):
    """What source and information are worth, in one scheme, and what the next reader may do with them."""

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="+")
    scheme = models.CharField(max_length=9, default="")  # admiralty, 4x4; empty: only handling
    source = models.CharField(max_length=1, default="")
    information = models.CharField(max_length=1, default="")
    handling = models.CharField(max_length=2, default="")
    handling_text = models.CharField(max_length=400, default="")  # what H3 restricts
    graded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scheme="admiralty", source__in="ABCDEF", information__in="123456")
                | models.Q(scheme="4x4", source__in="ABCX", information__in="1234")
                | models.Q(scheme="", source="", information="", handling__in=("H0", "H1", "H2", "H3")),
                name="reports_grading_one_scheme",
            ),
            models.CheckConstraint(
                condition=models.Q(handling="H3") & ~models.Q(handling_text="")
                | models.Q(handling__in=("", "H0", "H1", "H2"), handling_text=""),
                name="reports_grading_handling",
            ),
        ]


class MatchRule(models.Model):
    """Whether an organisation lets others know that a match exists with what they may not see."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    tells = models.BooleanField(default=True)
    # the same for place, time and method of a hidden report, which say more than a value: nobody, unless it is set
    tells_occasions = models.BooleanField(default=False)
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()


class MatchNote(models.Model):
    """A later report matched one of ours: one row for each value and organisation, however often it is seen.

    About an observable, or about a report whose place, time and method were met; then the key is that report's id.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    observable = models.ForeignKey(Observable, models.CASCADE, null=True, related_name="+")
    report = models.ForeignKey(Report, models.CASCADE, null=True, related_name="+")
    met = models.UUIDField(null=True)  # the later report, without which the note is not read; null: a hidden one
    key = models.BinaryField(max_length=16)
    near = models.CharField(max_length=16, default="")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="reports_matchnote_once"),
            models.CheckConstraint(
                condition=models.Q(observable=None) ^ models.Q(report=None), name="reports_matchnote_about"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-last_at"], name="reports_matchnote_newest")]


class Ask(models.Model):
    """A question to an owner one does not know: may we see what matches ours? Answered with one click."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")  # who asks
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    observable = models.ForeignKey(Observable, models.CASCADE, null=True, related_name="+")  # the asker's own
    report = models.ForeignKey(Report, models.CASCADE, null=True, related_name="+")  # or its place, time and method
    reason = models.CharField(max_length=400)
    legal_basis = models.CharField(max_length=60)
    owner = models.UUIDField()  # whom it was put to; not for the asker before the answer
    target = models.UUIDField()  # their observable, or their report; never for the asker
    state = models.CharField(max_length=8, default="open")  # open, shared, part, declined
    answer = models.CharField(max_length=400, default="")
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(observable=None) ^ models.Q(report=None), name="reports_ask_about"
            )
        ]


from port2port.reports.attachments import models as _attachments  # noqa: E402, F401 - for Django to find them
from port2port.reports.clocks.models import Sending  # noqa: E402, F401 - a table of this app
from port2port.reports.together.models import Feedback, Lesson, Link, Update  # noqa: E402, F401 - tables of this app

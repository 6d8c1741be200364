"""What the worker does for security verifications: numbers for others by the month, and forgetting what is over."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from procrastinate.contrib.django import app

from port2port.base import journal
from port2port.base.clock import now
from port2port.compliance.book import rules_in_force
from port2port.compliance.calendar import months_after
from port2port.compliance.screening import queries
from port2port.compliance.screening.actions import KIND, delete
from port2port.compliance.screening.book import keeping
from port2port.compliance.screening.models import Screening, ScreeningFigure
from port2port.compliance.screening.rules import told
from port2port.members.acting import acting_as_system

GOOD = ("verified", "renewing")
AT_ONCE = 1000


@app.periodic(cron="20 2 * * *")
@app.task(name="compliance.screening", queueing_lock="compliance.screening")
def screening(timestamp: int = 0) -> tuple[int, int]:
    """Write the month's numbers where they are missing, and delete what is over. Returns how many of each."""
    at = now()
    with acting_as_system("worker"):
        return count(at=at), forget(at=at)


def count(*, at: datetime, invented: bool = False) -> int:
    """Write how many are verified at each employer and place, once a month. Returns how many places were told of."""
    month = queries.month_of(at.astimezone(rules_in_force().book.zone).date())
    if ScreeningFigure.objects.filter(month=month).exists():
        return 0
    staff: Counter[tuple[UUID, UUID | None]] = Counter()
    good: Counter[tuple[UUID, UUID | None]] = Counter()
    rows = list(queries.listed(at=at))
    for start in range(0, len(rows), AT_ONCE):
        for row in queries.with_owed(rows[start : start + AT_ONCE], at=at):
            group = row.screening.organisation_id, row.screening.subject.facility_id
            staff[group] += 1
            good[group] += row.standing in GOOD
    made = []
    for (organisation, facility), number in staff.items():
        numbers = told(number, good[organisation, facility], smallest=keeping().smallest)
        if numbers is not None:
            made.append(
                ScreeningFigure(
                    month=month, organisation_id=organisation, facility_id=facility, staff=numbers[0],
                    verified=numbers[1], invented=invented,
                )
            )  # fmt: skip
    ScreeningFigure.objects.bulk_create(made)
    return len(made)


def forget(*, at: datetime) -> int:
    """Delete rows whose verification was refused or withdrawn some time ago, or that nobody touched for years, and
    numbers of places that are old. Returns how many rows."""
    today, head = at.astimezone(rules_in_force().book.zone).date(), keeping()
    old = months_after(today, -head.untouched_months)
    over = Q(refused_on__lt=today - timedelta(days=head.refused_days)) | Q(changed_at__date__lt=old)
    gone = list(Screening.objects.filter(over).values_list("subject_id", flat=True))
    ScreeningFigure.objects.filter(month__lt=months_after(today, -head.figures_months)).delete()
    deleted = delete(gone) if gone else 0
    for one in gone:
        journal.write("screening.forgotten", kind=KIND, record=one, at=at)
    return deleted

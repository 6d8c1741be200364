"""The demo's files are written also where reports have begun clocks already."""

from port2port.base.clock import now
from port2port.compliance import queries
from port2port.compliance.models import Happening
from port2port.compliance.seeding import seed_obligations
from tests.compliance.files.given import ANSM, PFSO
from tests.reports.writing import own, report


def test_clocks_of_reports_do_not_stand_for_the_files(acting):
    with acting(PFSO):
        report(to=own(), threat="physical_intrusion", nature="incident", severity="high")
        assert Happening.objects.exists()
    assert seed_obligations(now()) > 1
    assert seed_obligations(now()) == 0
    with acting(ANSM):
        assert queries.owed("late", at=now()).filter(subject__kind="facility").exists()

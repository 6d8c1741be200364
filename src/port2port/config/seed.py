"""`port2port seed`: the demo. Facts and cast as the owner, reports through the real actions as the serving role."""

import argparse
import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.db import connection

from port2port.alerts.seeding import seed_alerts
from port2port.base.clock import now
from port2port.compliance.screening.seeding import seed_screenings
from port2port.compliance.seeding import seed_obligations
from port2port.config.demo import mark_as_demo, seeded_as_demo
from port2port.config.options import BadOption
from port2port.displacement.seeding import seed_displacement
from port2port.exchange.seeding import seed_mail, seed_mapping, seed_peers, seed_tak
from port2port.flights.seeding import seed_flights
from port2port.governance.charter.seeding import seed_acceptances
from port2port.governance.desk.seeding import seed_desk
from port2port.helpdesk.desks import load_desks
from port2port.helpdesk.seeding import seed_cases
from port2port.home.seeding import seed_follows
from port2port.knowledge.experts.seeding import seed_experts
from port2port.knowledge.practices.seeding import seed_practices
from port2port.knowledge.questions.seeding import seed_questions
from port2port.knowledge.systems.seeding import seed_systems
from port2port.levels.seeding import seed_levels
from port2port.measures.operations.seeding import seed_operations
from port2port.measures.seeding import seed_measures
from port2port.members import loading
from port2port.members.acting import nobody
from port2port.members.network_data import load_network
from port2port.members.tasks import open_reviews
from port2port.reports.clocks.seeding import seed_clocks
from port2port.reports.seeding import seed_reports
from port2port.training.authoring.seeding import seed_own_course
from port2port.training.campaigns.seeding import seed_campaigns
from port2port.training.courses.seeding import seed_courses
from port2port.training.exercises.seeding import seed_exercises
from port2port.training.packages.example import seed_package
from port2port.training.stores.seeding import seed_store
from port2port.workgroups.seeding import seed_workgroups


def register(subparsers: Any) -> None:
    """Add `seed`."""
    one = subparsers.add_parser("seed", help="write the demo's network, cast and reports (never beside real people)")
    one.add_argument("--facts-only", action="store_true", help=argparse.SUPPRESS)
    one.set_defaults(run=run_seed)


def run_seed(arguments: argparse.Namespace) -> int:
    """Write the demo's data. Refused beside accounts that are not the demo's. Raises BadOption."""
    network = load_network()
    if arguments.facts_only:
        loading.load_roles()
        loading.load_facts(network, now())
        loading.load_cast(network, now())
        load_desks()
        return 0
    if not settings.OPTIONS.embedded and not seeded_as_demo(settings.OPTIONS.database_url) and people():
        raise BadOption("There are people in this database and it was not seeded as a demo: the demo stays out of it.")
    print("  network and cast ...", flush=True)
    subprocess.run(
        [sys.executable, "-m", "port2port", "seed", "--facts-only"],
        check=True,
        env={**os.environ, "PORT2PORT_AS": "owner"},
    )
    print("  published facts and invented reports ...", flush=True)
    seed_acceptances(at=now(), but=("harbour-of-elsewhere",))  # one that has not, so that the demo shows it
    seed_reports(at=now())
    seed_alerts(at=now())
    seed_workgroups(at=now())
    seed_cases(at=now())
    seed_flights(at=now())
    seed_measures(at=now())
    seed_operations(at=now())
    seed_practices(at=now())
    seed_displacement(at=now())
    seed_systems(at=now())
    seed_experts(at=now())
    seed_questions(at=now())
    seed_exercises(at=now())
    seed_courses(at=now())
    seed_own_course(at=now())
    seed_package(at=now())
    seed_campaigns(at=now())
    seed_store(at=now())
    seed_follows(at=now())
    seed_obligations(at=now())
    seed_screenings(at=now())
    seed_levels(at=now())
    seed_clocks(at=now())
    seed_desk(at=now())
    seed_peers(at=now())
    seed_tak(at=now())
    seed_mapping(at=now())
    seed_mail(at=now())
    open_reviews()
    mark_as_demo()
    return 0


def people() -> bool:
    """Whether there is any current membership."""
    with nobody(), connection.cursor() as cursor:
        cursor.execute("select platform_has_people()")
        return bool(cursor.fetchone()[0])

"""Work of courses that waits: what is over is forgotten."""

from datetime import date
from functools import cache

from django.db import connection
from procrastinate.contrib.django import app

from port2port.members.acting import acting_as_system
from port2port.members.data_files import Entry, Reader
from port2port.training.courses.contents import DATA


class Keeping(Entry, frozen=True, kw_only=True):
    """How many days what is kept."""

    version: int
    valid_from: date
    attempts: int
    open_attempts: int
    participation: int
    source: str


@cache
def keeping() -> Keeping:
    """Return how long things are kept. Raises ValueError with a line per problem."""
    reader = Reader(DATA / "course_keeping.v1.toml")
    found = reader.single("keeping", Keeping)
    reader.check_sections(("keeping",))
    reader.finish()
    return found


@app.periodic(cron="40 4 * * *")
@app.task(name="training.forget_courses", queueing_lock="training.forget_courses")
def forget_courses(timestamp: int) -> int:
    """Forget attempts, participation, sessions and enrolments whose time is over. Returns how many attempts."""
    known = keeping()
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select training_forget(%s, %s, %s)", [known.attempts, known.open_attempts, known.participation])
        return int(cursor.fetchone()[0])

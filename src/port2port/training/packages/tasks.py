"""Work of packages that waits: runs are forgotten as attempts at a quiz are."""

from django.db import connection
from procrastinate.contrib.django import app

from port2port.members.acting import acting_as_system
from port2port.training.courses.tasks import keeping


@app.periodic(cron="45 4 * * *")
@app.task(name="training.forget_runs", queueing_lock="training.forget_runs")
def forget_runs(timestamp: int) -> int:
    """Forget how far people were in packages that they have not opened for as long as attempts are kept. Returns how
    many."""
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select training_runs_forget(%s)", [keeping().attempts])
        return int(cursor.fetchone()[0])

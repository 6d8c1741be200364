"""Work of campaigns that waits: what is over is forgotten."""

from django.db import connection
from procrastinate.contrib.django import app

from port2port.members.acting import acting_as_system
from port2port.training.campaigns.library import words


@app.periodic(cron="50 4 * * *")
@app.task(name="training.forget_campaigns", queueing_lock="training.forget_campaigns")
def forget_campaigns(timestamp: int) -> int:
    """Forget slips that open no more, and campaigns whose time is over. Returns how many campaigns."""
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select training_campaigns_forget(%s)", [words().head.kept_days])
        return int(cursor.fetchone()[0])

"""The worker finds the work of training: a task that nobody imports is queued and never done."""

import subprocess
import sys

NAMES = (
    "training.forget_courses",
    "training.forget_runs",
    "training.invite",
    "training.send_invitation",
    "training.tell_stores",
)
CODE = """
import django; django.setup()
from procrastinate.contrib.django import app
print(*sorted(app.tasks))
"""


def test_a_worker_that_begins_knows_them():
    known = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert set(NAMES) <= set(known.stdout.split())

"""Every task that is written is known to the worker: it looks for `tasks` in each app, and in nothing below."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import port2port

SOURCE = Path(port2port.__file__).parent
NAMED = re.compile(r"@app\.task\(\s*name=\"([a-z_.]+)\"")
KNOWN = """
import json, django
django.setup()
from procrastinate.contrib.django import app
print(json.dumps(sorted(app.tasks)))
"""


def test_the_worker_knows_every_task_that_is_written():
    written = {name for file in SOURCE.rglob("*.py") for name in NAMED.findall(file.read_text())}
    assert "training.forget_courses" in written
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "port2port.config.settings"}
    said = subprocess.run([sys.executable, "-c", KNOWN], env=environment, capture_output=True, check=True, text=True)
    assert written <= set(json.loads(said.stdout.splitlines()[-1]))

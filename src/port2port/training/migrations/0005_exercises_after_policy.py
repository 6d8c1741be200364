"""The policy of what comes of exercises; by itself, since foreign keys are there once their migration has ended."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("training", "0004_exercises_after")]
    operations = run_file(__file__, "exercises_after")

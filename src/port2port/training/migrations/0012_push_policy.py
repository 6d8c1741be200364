"""The policy of push to players: nobody reads it; the worker tells each browser once."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_policy"), ("training", "0011_push")]
    operations = run_file(__file__, "exercises_push")

"""The policy of drills and exercises, and of players from outside."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_policy"), ("training", "0002_exercises")]
    operations = run_file(__file__, "exercises", "exercises_guests")

"""The table in which sign-in is throttled."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("members", "0002_policy")]
    operations = run_file(__file__, "throttle")

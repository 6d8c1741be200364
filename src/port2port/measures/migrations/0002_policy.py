"""The policy of measures."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0002_policy"),
        ("alerts", "0002_policy"),
        ("workgroups", "0002_policy"),
        ("measures", "0001_initial"),
    ]
    operations = run_file(__file__, "agreement", "adoption")

"""The policy of the displacement monitor."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0002_policy"),
        ("measures", "0002_policy"),
        ("reports", "0005_protected"),
        ("displacement", "0001_initial"),
    ]
    operations = run_file(__file__, "policy")

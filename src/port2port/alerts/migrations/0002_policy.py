"""The policy of alerts."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_policy"), ("reports", "0002_policy"), ("alerts", "0001_initial")]
    operations = run_file(__file__, "policy", "desk", "delivery")

"""The policy of the charter, the gate before sharing, and what members read of the platform's health."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0004_search"), ("governance", "0002_charter")]
    operations = run_file(__file__, "charter", "health")

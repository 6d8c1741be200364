"""The policy of the register of systems."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_policy"), ("members", "0002_policy"), ("knowledge", "0004_systems")]
    operations = run_file(__file__, "systems")

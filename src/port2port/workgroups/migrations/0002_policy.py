"""The policy of working groups, and what holds whoever writes."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_policy"), ("members", "0002_policy"), ("workgroups", "0001_initial")]
    operations = run_file(__file__, "policy", "guards")

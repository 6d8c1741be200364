"""The policy of what was sent."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("compliance", "0003_reports"), ("reports", "0010_clocks")]
    operations = run_file(__file__, "clocks")

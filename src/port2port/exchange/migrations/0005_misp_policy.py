"""The policy of MISP events."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_misp")]
    operations = run_file(__file__, "misp")

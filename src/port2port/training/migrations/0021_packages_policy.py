"""The policy of packages: whose they are, how far one is in them, and what the second origin may be answered."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("training", "0020_packages"), ("knowledge", "0003_practices_policy")]
    operations = run_file(__file__, "packages")

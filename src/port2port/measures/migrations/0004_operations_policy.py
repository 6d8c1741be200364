"""The policy of operations and aid."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_policy"), ("measures", "0002_policy"), ("measures", "0003_operations")]
    operations = run_file(__file__, "operations", "aid")

"""The policy of the register of what an organisation uses."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_suppliers")]
    operations = run_file(__file__, "suppliers")

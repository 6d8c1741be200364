"""The matching of place, time and method; apart, since Django makes the foreign keys at the end of a migration."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_occasions")]
    operations = run_file(__file__, "comparing", "occasions")

"""What the public page may read of alerts."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("alerts", "0005_weekly")]
    operations = run_file(__file__, "public")

"""What a protected reporter sees of the own reports from under the own name."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_grading_policy"), ("members", "0005_shield")]
    operations = run_file(__file__, "protected")

"""Culture at a glance: the distribution that the database alone makes."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("training", "0007_courses_policy")]
    operations = run_file(__file__, "culture")

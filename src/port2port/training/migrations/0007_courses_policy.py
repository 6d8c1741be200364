"""The policy of courses: whose attempts and participation these are, and what the database alone does."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("training", "0006_courses")]
    operations = run_file(__file__, "courses")

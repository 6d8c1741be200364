"""The policy, and the few definer functions round it."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_policy"),
        ("sharing", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = run_file(__file__, "policy", "functions", "jobs")

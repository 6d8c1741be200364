"""Recognising who asks with one statement."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("members", "0003_throttle")]
    operations = run_file(__file__, "recognising")

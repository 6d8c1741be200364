"""Who sees security verifications."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("compliance", "0004_screening")]
    operations = run_file(__file__, "screening")

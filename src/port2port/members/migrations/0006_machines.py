"""Machines wait for a while, and are bound to a certificate."""

from django.db import migrations, models

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("members", "0005_shield")]
    operations = [
        migrations.AddField(
            model_name="membership",
            name="paused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="certificate",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
        *run_file(__file__, "machines"),
    ]

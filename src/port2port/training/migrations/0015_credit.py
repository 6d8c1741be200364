"""That it was held stands in a security file: in which entry, and whether somebody who keeps the file knows."""

import django.db.models.deletion
from django.db import migrations, models

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("training", "0014_trainers_policy"), ("compliance", "0005_screening_policy")]
    operations = [
        migrations.AddField(
            model_name="part",
            name="event",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
                to="compliance.happening",
            ),
        ),
        migrations.AddField(model_name="part", name="checked_at", field=models.DateTimeField(null=True)),
        *run_file(__file__, "exercises_credit"),
    ]  # fmt: skip

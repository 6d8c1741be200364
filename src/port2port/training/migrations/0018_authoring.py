"""Where the pictures of own courses are."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_shield"),
        ("training", "0017_stores_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="CourseMedium",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slug", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("address", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["address"], name="training_medium_address")],
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "name"), name="training_medium_once"),
                ],
            },
        ),
    ]

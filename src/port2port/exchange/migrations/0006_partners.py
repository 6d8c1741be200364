import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_misp_policy"), ("members", "0006_machines"), ("sharing", "0004_search")]

    operations = [
        migrations.AddField(
            model_name="peer",
            name="tested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="peer",
            name="test_code",
            field=models.CharField(default="", max_length=60),
        ),
        migrations.AddField(
            model_name="peer",
            name="certificate",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="peer",
            name="key",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="peer",
            name="trust",
            field=models.TextField(default=""),
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("form", models.CharField(max_length=8)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sharing.record"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-last_at"], name="exchange_reading_last"),
                    models.Index(fields=["person", "first_at"], name="exchange_reading_first"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "form", "record"), name="exchange_reading_once")
                ],
            },
        ),
    ]

"""Where record stores are, and which statements went there."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_shield"),
        ("training", "0015_credit"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordStore",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("url", models.CharField(max_length=500)),
                ("way", models.CharField(max_length=6)),
                ("secret", models.BinaryField()),
                ("version", models.CharField(max_length=6)),
                ("actor", models.CharField(max_length=7)),
                ("since", models.DateTimeField()),
                ("failed_from", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("tried_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("code", models.CharField(default="", max_length=64)),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ToldStatement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("verb", models.CharField(max_length=20)),
                ("body", models.TextField()),
                ("state", models.CharField(default="waiting", max_length=7)),
                ("code", models.CharField(default="", max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "attempt",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="training.attempt"
                    ),
                ),
                (
                    "completion",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="training.completion",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="told",
                        to="training.recordstore",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="recordstore",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("way__in", ("basic", "bearer")),
                    ("actor__in", ("account", "mail")),
                    ("version__in", ("1.0.3", "2.0.0")),
                ),
                name="training_recordstore_known",
            ),
        ),
        migrations.AddIndex(
            model_name="toldstatement",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["store", "at"], name="training_told_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="toldstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("waiting", "sent", "refused"))), name="training_toldstatement_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="toldstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attempt", None), ("completion__isnull", False)),
                    models.Q(("attempt__isnull", False), ("completion", None)),
                    _connector="OR",
                ),
                name="training_toldstatement_about",
            ),
        ),
    ]

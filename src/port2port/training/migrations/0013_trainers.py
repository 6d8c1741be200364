"""Who trains: mails to who is expected at sessions, proposals for the year that are not wanted."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_shield"),
        ("training", "0012_push_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Declined",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=160)),
                ("at", models.DateTimeField()),
                (
                    "by",
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
                "constraints": [models.UniqueConstraint(fields=("organisation", "key"), name="training_declined_once")],
            },
        ),
        migrations.CreateModel(
            name="TakenStatement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("statement", models.UUIDField()),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
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
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "statement"), name="training_takenstatement_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sequence", models.PositiveSmallIntegerField()),
                ("step", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("state", models.CharField(default="waiting", max_length=8)),
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
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="training.session",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["session", "person", "id"], name="training_invitation_last")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step__in", ("request", "cancel", "reminder")),
                            ("state__in", ("waiting", "sent", "failed", "void")),
                        ),
                        name="training_invitation_step",
                    )
                ],
            },
        ),
    ]

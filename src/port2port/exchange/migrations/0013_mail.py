import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0012_filemapping_policy"),
        ("members", "0005_shield"),
        ("sharing", "0004_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailDesk",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="members.organisation",
                    ),
                ),
                ("alias", models.CharField(max_length=40, unique=True)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailDraft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("came_at", models.DateTimeField()),
                ("written_at", models.DateTimeField(null=True)),
                ("sender", models.CharField(max_length=320)),
                ("subject", models.CharField(max_length=400)),
                ("text", models.TextField()),
                ("shortened", models.BooleanField(default=False)),
                ("checks", models.JSONField(default=list)),
                ("attachments", models.JSONField(default=list)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.organisation"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="sharing.record",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "-came_at"], name="exchange_maildraft_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=["organisation", "digest"], name="exchange_maildraft_once")
                ],
            },
        ),
    ]

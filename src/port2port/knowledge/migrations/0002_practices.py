# The tables of practices.

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("knowledge", "0001_initial"),
        ("members", "0005_shield"),
        ("sharing", "0004_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Practice",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="practice",
                        serialize=False,
                        to="sharing.record",
                    ),
                ),
                ("state", models.CharField(default="draft", max_length=9)),
                ("number", models.PositiveIntegerField(default=1)),
                ("published", models.PositiveIntegerField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("review_on", models.DateField(null=True)),
                ("audience", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("audience_tlp", models.SmallIntegerField()),
                ("original_number", models.PositiveIntegerField(null=True)),
                ("sources", models.JSONField(default=list)),
                (
                    "original",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="translations",
                        to="knowledge.practice",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Endorsement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("experience", models.TextField(default="")),
                ("at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
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
                    "practice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="endorsements",
                        to="knowledge.practice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PracticeFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("filename", models.CharField(max_length=120)),
                ("media_type", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("address", models.CharField(max_length=64)),
                ("kept_for", models.UUIDField()),
                (
                    "removed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
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
                    "practice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="knowledge.practice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PracticeLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
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
                    "practice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="knowledge.practice",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sharing.record"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PracticeText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=2)),
                ("topic", models.CharField(max_length=20)),
                ("maturity", models.CharField(max_length=14)),
                (
                    "modi",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), size=None),
                ),
                ("title", models.CharField(max_length=120)),
                ("context", models.TextField()),
                ("done", models.TextField()),
                ("cost", models.TextField(default="")),
                ("outcome", models.TextField(default="")),
                ("wrong", models.TextField(default="")),
                ("conditions", models.TextField(default="")),
                ("contact", models.CharField(default="", max_length=200)),
                ("made_at", models.DateTimeField()),
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
                    "practice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="knowledge.practice",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="practice",
            index=models.Index(fields=["review_on"], name="knowledge_practice_review"),
        ),
        migrations.AddIndex(
            model_name="practice",
            index=models.Index(
                condition=models.Q(("state", "review")), fields=["record"], name="knowledge_practice_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("draft", "review", "published"))), name="knowledge_practice_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="endorsement",
            constraint=models.UniqueConstraint(fields=("practice", "organisation"), name="knowledge_endorsement_once"),
        ),
        migrations.AddIndex(
            model_name="practicefile",
            index=models.Index(fields=["address"], name="knowledge_file_address"),
        ),
        migrations.AddConstraint(
            model_name="practicefile",
            constraint=models.UniqueConstraint(fields=("practice", "sha256"), name="knowledge_file_once"),
        ),
        migrations.AddConstraint(
            model_name="practicelink",
            constraint=models.UniqueConstraint(fields=("practice", "target"), name="knowledge_link_once"),
        ),
        migrations.AddConstraint(
            model_name="practicetext",
            constraint=models.UniqueConstraint(fields=("practice", "number", "language"), name="knowledge_text_once"),
        ),
        migrations.AddConstraint(
            model_name="practicetext",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language__in", ("nl", "fr", "de", "en")),
                    ("maturity__in", ("idea", "pilot", "proven_one", "proven_several")),
                    (
                        "topic__in",
                        (
                            "inspections",
                            "access_control",
                            "screening",
                            "drones",
                            "ai_cameras",
                            "cyber",
                            "release_process",
                            "insider",
                            "training",
                            "other",
                        ),
                    ),
                ),
                name="knowledge_text_codes",
            ),
        ),
    ]

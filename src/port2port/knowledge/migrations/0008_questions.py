"""Questions to the network, what was answered, whom they were told."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0007_experts_policy"),
        ("members", "0005_shield"),
        ("sharing", "0004_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="question",
                        serialize=False,
                        to="sharing.record",
                    ),
                ),
                ("asked_of", models.CharField(max_length=9)),
                ("topic", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField()),
                ("language", models.CharField(max_length=2)),
                ("state", models.CharField(default="open", max_length=8)),
                ("answers", models.PositiveIntegerField(default=0)),
                ("first_answer_at", models.DateTimeField(null=True)),
                ("accepted", models.UUIDField(null=True)),
                ("merged_into", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "merged")), fields=["merged_into"], name="knowledge_question_into"
                    ),
                    models.Index(fields=["topic"], name="knowledge_question_topic"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked_of__in", ("network", "circle", "expertise")),
                            ("state__in", ("open", "answered", "closed", "merged")),
                        ),
                        name="knowledge_question_codes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("state", "merged")),
                            models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into", None)),
                            _connector="OR",
                        ),
                        name="knowledge_question_merged",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "answered"), _negated=True), ("accepted__isnull", False), _connector="OR"
                        ),
                        name="knowledge_question_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=8)),
                ("text", models.TextField(default="")),
                ("language", models.CharField(default="", max_length=2)),
                ("about", models.UUIDField(null=True)),
                ("retracted_at", models.DateTimeField(null=True)),
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
                    "question",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="knowledge.question",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["question", "at"], name="knowledge_questionevent_line")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "act__in",
                                ("answer", "accept", "unaccept", "retract", "close", "reopen", "merge", "unmerge"),
                            )
                        ),
                        name="knowledge_questionevent_act",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("retracted_at", None), models.Q(("act", "answer"), ("text", "")), _connector="OR"
                        ),
                        name="knowledge_questionevent_retracted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.person"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.question",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("question", "person"), name="knowledge_told_once")],
            },
        ),
    ]

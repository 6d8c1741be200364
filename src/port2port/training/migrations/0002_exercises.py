"""Drills and exercises: plan, script, players, clock, what came, what was said and seen."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0005_shield"),
        ("sharing", "0004_search"),
        ("training", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exercise",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="exercise",
                        serialize=False,
                        to="sharing.record",
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("size", models.CharField(max_length=8)),
                ("language", models.CharField(max_length=2)),
                ("starts_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("notes", models.TextField(default="")),
                ("roles", models.JSONField(default=list)),
                ("safety", models.JSONField(default=list)),
                ("phrase", models.JSONField(default=dict)),
                ("state", models.CharField(default="planned", max_length=10)),
                ("turned_at", models.DateTimeField(null=True)),
                ("report", models.TextField(default="")),
                ("why", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="Inject",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("second", models.PositiveIntegerField()),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                ("channel", models.CharField(max_length=40)),
                ("text", models.JSONField()),
                ("added", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Guest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("role", models.CharField(max_length=40)),
                ("function", models.CharField(max_length=80)),
                ("secret", models.BinaryField(max_length=32, unique=True)),
                ("device", models.BinaryField(max_length=32, null=True, unique=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("second", models.PositiveIntegerField()),
                ("role", models.CharField(default="", max_length=40)),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("credited_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("role", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("text", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("criterion", models.CharField(max_length=40)),
                ("value", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("role", models.CharField(default="", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="ClockEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=6)),
                ("minute", models.PositiveSmallIntegerField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Script",
            fields=[
                (
                    "exercise",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="script",
                        serialize=False,
                        to="training.exercise",
                    ),
                ),
                ("document", models.JSONField(default=dict)),
            ],
        ),
        migrations.AddIndex(
            model_name="exercise",
            index=models.Index(fields=["starts_at"], name="training_exercise_starts"),
        ),
        migrations.AddConstraint(
            model_name="exercise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("planned", "running", "paused", "ended", "closed", "called_off")),
                    ("size__in", ["drill", "exercise"]),
                    ("minutes__gte", 1),
                ),
                name="training_exercise_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="exercise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("state", "called_off"), _negated=True), ("why__regex", "\\S"), _connector="OR"),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("report__regex", "\\S"), _connector="OR"),
                ),
                name="training_exercise_said",
            ),
        ),
        migrations.AddField(
            model_name="clockevent",
            name="exercise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="clock", to="training.exercise"
            ),
        ),
        migrations.CreateModel(
            name="Expected",
            fields=[
                (
                    "inject",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="expected",
                        serialize=False,
                        to="training.inject",
                    ),
                ),
                ("lines", models.JSONField(default=list)),
            ],
        ),
        migrations.AddField(
            model_name="inject",
            name="exercise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="injects", to="training.exercise"
            ),
        ),
        migrations.AddField(
            model_name="guest",
            name="exercise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="guests", to="training.exercise"
            ),
        ),
        migrations.AddField(
            model_name="guest",
            name="made_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
            ),
        ),
        migrations.AddField(
            model_name="lesson",
            name="exercise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lessons", to="training.exercise"
            ),
        ),
        migrations.AddField(
            model_name="lesson",
            name="person",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
            ),
        ),
        migrations.AddField(
            model_name="observation",
            name="exercise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="observations", to="training.exercise"
            ),
        ),
        migrations.AddField(
            model_name="observation",
            name="person",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="exercise",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="training.exercise",
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="facility",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.facility"
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="port",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.port"),
        ),
        migrations.AddField(
            model_name="reaction",
            name="exercise",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reactions",
                to="training.exercise",
            ),
        ),
        migrations.AddField(
            model_name="reaction",
            name="guest",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="training.guest",
            ),
        ),
        migrations.AddField(
            model_name="reaction",
            name="inject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reactions", to="training.inject"
            ),
        ),
        migrations.AddField(
            model_name="reaction",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="members.person",
            ),
        ),
        migrations.AddField(
            model_name="score",
            name="exercise",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="scores",
                to="training.exercise",
            ),
        ),
        migrations.AddField(
            model_name="score",
            name="person",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="exercise",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="seats",
                to="training.exercise",
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"),
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "inject",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="release",
                        serialize=False,
                        to="training.inject",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("second", models.PositiveIntegerField()),
                ("how", models.CharField(max_length=7)),
                (
                    "exercise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="releases", to="training.exercise"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="inject",
            index=models.Index(fields=["exercise", "second"], name="training_inject_second"),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(
                fields=("exercise", "organisation", "port", "facility"), name="training_part_once", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="reaction",
            index=models.Index(fields=["exercise", "person"], name="training_reaction_own"),
        ),
        migrations.AddConstraint(
            model_name="reaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("guest__isnull", False), ("person", None)),
                    models.Q(("guest", None), ("person__isnull", False)),
                    _connector="OR",
                ),
                name="training_reaction_whose",
            ),
        ),
        migrations.AddConstraint(
            model_name="reaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("text", "")),
                fields=("inject", "person", "guest"),
                name="training_reaction_seen_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.UniqueConstraint(fields=("exercise", "person", "criterion"), name="training_score_once"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("exercise", "person"), name="training_seat_once"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ("lead", "control", "observer", "player")),
                    models.Q(
                        models.Q(("kind", "player"), models.Q(("role", ""), _negated=True)),
                        models.Q(models.Q(("kind", "player"), _negated=True), ("role", "")),
                        _connector="OR",
                    ),
                ),
                name="training_seat_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ("clock", "hand", "skipped"))), name="training_release_how"
            ),
        ),
    ]

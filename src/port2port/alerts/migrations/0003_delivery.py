"""Delivery of alerts: tables and policy."""

import django.db.models.deletion
import port2port.base.ids
from django.db import migrations, models

from port2port.base.sql import run_file


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0002_policy'),
        ('alerts', '0002_policy'),
        ('alerts', '0004_desk'),  # made beside this one: one line of history
        ('members', '0004_recognising'),
    ]

    operations = [
        migrations.CreateModel(
            name='Quiet',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='members.person')),
                ('from_time', models.TimeField()),
                ('to_time', models.TimeField()),
                ('urgent_overrides', models.BooleanField(default=True)),
                ('digest', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Reach',
            fields=[
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='members.organisation')),
                ('push_allowed', models.BooleanField(default=False)),
                ('step_minutes', models.SmallIntegerField(default=10)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('step_minutes__gte', 1), ('step_minutes__lte', 240)), name='alerts_reach_minutes')],
            },
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('url', models.CharField(max_length=2000)),
                ('name', models.CharField(max_length=80)),
                ('secret', models.BinaryField()),
                ('old_secret', models.BinaryField(null=True)),
                ('rotated_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('paused_at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('tested_at', models.DateTimeField(null=True)),
                ('test_code', models.CharField(default='', max_length=64)),
                ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.SmallIntegerField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.organisation')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'position'), name='alerts_contact_place')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('event', models.UUIDField(null=True)),
                ('channel', models.CharField(max_length=8)),
                ('target', models.CharField(max_length=36)),
                ('step', models.SmallIntegerField(default=0)),
                ('attempts', models.SmallIntegerField(default=0)),
                ('state', models.CharField(default='waiting', max_length=9)),
                ('code', models.CharField(default='', max_length=64)),
                ('held', models.BooleanField(default=False)),
                ('private', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('alert', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='alerts.alert')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at'], name='alerts_delivery_waiting'), models.Index(condition=models.Q(('state', 'waiting')), fields=['channel', 'target'], name='alerts_delivery_target'), models.Index(condition=models.Q(('state__in', ['failed', 'gone', 'dead'])), fields=['organisation', '-made_at'], name='alerts_delivery_failed')],
                'constraints': [models.UniqueConstraint(fields=('alert', 'channel', 'target', 'step'), name='alerts_delivery_once'), models.CheckConstraint(condition=models.Q(('channel__in', ('mail', 'push', 'sms', 'voice', 'webhook')), ('state__in', ('waiting', 'delivered', 'failed', 'gone', 'dead', 'void'))), name='alerts_delivery_codes')],
            },
        ),
        migrations.CreateModel(
            name='Leave',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('from_day', models.DateField()),
                ('to_day', models.DateField()),
                ('deputy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('to_day__gte', models.F('from_day')), models.Q(('deputy', models.F('person')), _negated=True)), name='alerts_leave_days')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(max_length=8)),
                ('wanted', models.BooleanField()),
                ('urgent_only', models.BooleanField(default=False)),
                ('address', models.CharField(max_length=16, null=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'channel'), name='alerts_preference_once'), models.CheckConstraint(condition=models.Q(('channel__in', ('mail', 'push', 'sms', 'voice'))), name='alerts_preference_channel'), models.CheckConstraint(condition=models.Q(('address', None), models.Q(('address__regex', '^\\+[1-9][0-9]{6,14}$'), ('channel__in', ['sms', 'voice'])), _connector='OR'), name='alerts_preference_address')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('endpoint', models.CharField(max_length=2000)),
                ('p256dh', models.CharField(max_length=100)),
                ('auth', models.CharField(max_length=40)),
                ('made_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'endpoint'), name='alerts_subscription_once')],
            },
        ),
        *run_file(__file__, "delivery"),
    ]

"""What the team means to do, within the team and behind its wall."""

import datetime
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


BUILD = """
ALTER TABLE crm_activity ADD CONSTRAINT activity_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
SELECT kring_build_wall('crm_activity');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('crm_activity');
ALTER TABLE crm_activity DROP CONSTRAINT activity_is_the_teams;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0010_saved_views'),
        ('teams', '0007_second_wall'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('kind', models.CharField(choices=[('call', 'Call'), ('mail', 'Mail'), ('meeting', 'Meeting'), ('task', 'Task'), ('visit', 'Visit')], max_length=10)),
                ('title', models.CharField(max_length=120)),
                ('due_on', models.DateField()),
                ('due_time', models.TimeField(blank=True, null=True)),
                ('reminder', models.CharField(blank=True, choices=[('', 'No mail'), ('same day', 'That morning'), ('day before', 'The morning before'), ('hour before', 'An hour before')], max_length=12)),
                ('is_next_step', models.BooleanField(default=False)),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome_note', models.TextField(blank=True, max_length=2000)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='crm.contact')),
                ('deal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='activities', to='crm.deal')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='crm.organization')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='teams.team')),
            ],
            options={
                'verbose_name': 'activity',
                'verbose_name_plural': 'activities',
                'indexes': [models.Index(fields=['team', 'due_on'], name='activities_of_a_team')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('dropped_at__isnull', True), ('is_next_step', True)), fields=('deal',), name='one_next_step_per_deal'), models.CheckConstraint(condition=models.Q(('deal__isnull', False), ('organization__isnull', False), ('contact__isnull', False), _connector='OR'), name='activity_is_about_something'), models.CheckConstraint(condition=models.Q(('is_next_step', False), ('deal__isnull', False), _connector='OR'), name='a_next_step_is_of_a_deal'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='activity_has_a_title'), models.CheckConstraint(condition=models.Q(('kind__in', ['call', 'mail', 'meeting', 'task', 'visit'])), name='activity_kind_is_known'), models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('dropped_at__isnull', True), _connector='OR'), name='activity_is_done_or_dropped'), models.CheckConstraint(condition=models.Q(('due_on__gte', datetime.date(1990, 1, 1)), ('due_on__lte', datetime.date(2100, 12, 31))), name='activity_is_in_our_time')],
            },
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]

"""How long customers wait for an answer, and what the team promised them, behind its wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


BUILD = """
ALTER TABLE crm_responseclock ADD CONSTRAINT clock_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
SELECT kring_build_wall('crm_responseclock');
SELECT kring_build_wall('crm_answerpromise');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('crm_answerpromise');
SELECT kring_tear_down_wall('crm_responseclock');
ALTER TABLE crm_responseclock DROP CONSTRAINT clock_is_the_teams;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0016_deals_in_the_bin'),
        ('teams', '0010_work_calendar'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerPromise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('since_at', models.DateTimeField()),
                ('seconds', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=300)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answer_promises', to='teams.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('team', 'number'), name='promises_are_numbered'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='promises_are_numbered_from_one'), models.CheckConstraint(condition=models.Q(('seconds__gt', 0)), name='a_promise_is_some_time'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_promise_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='ResponseClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField()),
                ('promise_seconds', models.PositiveIntegerField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('business_seconds', models.PositiveIntegerField(null=True)),
                ('is_void', models.BooleanField(default=False)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='crm.interaction')),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='response_clocks', to='crm.deal')),
                ('opened_by', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='crm.interaction')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='response_clocks', to='teams.team')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', True), ('is_void', False)), fields=['team', 'due_at'], name='clocks_that_run'), models.Index(fields=['team', 'opened_at'], name='clocks_of_a_team')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True), ('is_void', False)), fields=('deal',), name='one_open_clock_per_deal'), models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', True), ('promise_seconds__isnull', True)), models.Q(('due_at__gte', models.F('opened_at')), ('promise_seconds__isnull', False)), _connector='OR'), name='what_is_promised_is_due'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('business_seconds__isnull', True)), models.Q(('answered_at__gte', models.F('opened_at')), ('business_seconds__isnull', False)), _connector='OR'), name='an_answer_has_its_length')],
            },
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]

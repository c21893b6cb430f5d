"""The customer is asked how well the team helped, within one team and behind its wall."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

BUILD = """
ALTER TABLE crm_question ADD CONSTRAINT question_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
SELECT kring_build_wall('crm_question');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('crm_question');
ALTER TABLE crm_question DROP CONSTRAINT question_is_the_teams;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0019_words'),
        ('teams', '0009_country'),
    ]

    operations = [
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.UUIDField(default=uuid.uuid4)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('score', models.PositiveSmallIntegerField(choices=[(1, 'Not at all'), (2, 'Poorly'), (3, 'So-so'), (4, 'Well'), (5, 'Very well')], null=True)),
                ('words', models.CharField(blank=True, max_length=500)),
                ('language', models.CharField(blank=True, max_length=8)),
            ],
            options={
                'verbose_name': 'question to the customer',
                'verbose_name_plural': 'questions to customers',
            },
        ),
        migrations.AddField(
            model_name='pipeline',
            name='asks_customer',
            field=models.CharField(choices=[('nobody', 'Nobody'), ('won', 'When a deal is won'), ('closed', 'When a deal is won or lost')], default='nobody', max_length=10),
        ),
        migrations.AddField(
            model_name='pipelinerevision',
            name='asks_customer',
            field=models.CharField(choices=[('nobody', 'Nobody'), ('won', 'When a deal is won'), ('closed', 'When a deal is won or lost')], default='', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='pipeline',
            constraint=models.CheckConstraint(condition=models.Q(('asks_customer__in', ['nobody', 'won', 'closed'])), name='asking_is_known'),
        ),
        migrations.AddField(
            model_name='question',
            name='closing',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='question', to='crm.stagevisit'),
        ),
        migrations.AddField(
            model_name='question',
            name='deal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='crm.deal'),
        ),
        migrations.AddField(
            model_name='question',
            name='team',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='teams.team'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['team', '-answered_at'], name='answers_of_a_team'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['team', 'expires_at'], name='questions_of_a_team'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('language', ''), ('score', None), ('words', '')), models.Q(('answered_at__isnull', False), ('score__in', [1, 2, 3, 4, 5])), _connector='OR'), name='an_answer_has_a_score'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('answered_at', None), ('withdrawn_at', None), _connector='OR'), name='question_ends_once'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at__isnull', False)), fields=('deal',), name='one_answer_per_deal'),
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]

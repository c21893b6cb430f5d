"""What was said between the customer and the team, within one team and behind its wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


BUILD = """
ALTER TABLE crm_interaction ADD CONSTRAINT interaction_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
SELECT kring_build_wall('crm_interaction');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('crm_interaction');
ALTER TABLE crm_interaction DROP CONSTRAINT interaction_is_the_teams;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0007_process_of_the_team'),
        ('teams', '0007_second_wall'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Interaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('phone', 'Phone'), ('meeting', 'Meeting'), ('chat', 'Chat'), ('form', 'Form'), ('post', 'Letter')], max_length=10)),
                ('direction', models.CharField(choices=[('in', 'The customer, to us'), ('out', 'We, to the customer')], max_length=3)),
                ('occurred_at', models.DateTimeField()),
                ('is_automated', models.BooleanField(default=False)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField(blank=True, max_length=10000)),
                ('logged_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='interactions', to='crm.contact')),
                ('deal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='interactions', to='crm.deal')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interactions', to='teams.team')),
            ],
            options={
                'verbose_name': 'interaction',
                'verbose_name_plural': 'interactions',
                'indexes': [models.Index(fields=['deal', '-occurred_at'], name='interactions_of_a_deal')],
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'phone', 'meeting', 'chat', 'form', 'post'])), name='interaction_channel_is_known'), models.CheckConstraint(condition=models.Q(('direction__in', ['in', 'out'])), name='interaction_direction_is_known'), models.CheckConstraint(condition=models.Q(('subject', ''), ('text', ''), _negated=True), name='interaction_says_something'), models.CheckConstraint(condition=models.Q(('occurred_at__gte', '1990-01-01T00:00Z'), ('occurred_at__lt', '2101-01-01T00:00Z')), name='interaction_is_in_our_time')],
            },
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]

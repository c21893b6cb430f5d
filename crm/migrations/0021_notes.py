"""What the team writes down for itself, and whom it mentions, behind its wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


BUILD = """
ALTER TABLE crm_note ADD CONSTRAINT note_within_team UNIQUE (team_id, id);
ALTER TABLE crm_note ADD CONSTRAINT note_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
ALTER TABLE crm_mention ADD CONSTRAINT mention_is_the_teams
    FOREIGN KEY (team_id, note_id) REFERENCES crm_note (team_id, id) ON DELETE CASCADE DEFERRABLE;
SELECT kring_build_wall('crm_note');
SELECT kring_build_wall('crm_mention');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('crm_mention');
SELECT kring_tear_down_wall('crm_note');
ALTER TABLE crm_mention DROP CONSTRAINT mention_is_the_teams;
ALTER TABLE crm_note DROP CONSTRAINT note_is_the_teams;
ALTER TABLE crm_note DROP CONSTRAINT note_within_team;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0020_customers_voice'),
        ('teams', '0009_country'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('text', models.TextField(max_length=10000)),
                ('is_pinned', models.BooleanField(default=False)),
                ('written_at', models.DateTimeField()),
                ('edited_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='crm.contact')),
                ('deal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='crm.deal')),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='crm.organization')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='teams.team')),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('note', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='crm.note')),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
            },
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index(fields=['team', '-written_at'], name='notes_of_a_team'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='note_says_something'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact__isnull', True), ('deal__isnull', False), ('organization__isnull', True)), models.Q(('contact__isnull', True), ('deal__isnull', True), ('organization__isnull', False)), models.Q(('contact__isnull', False), ('deal__isnull', True), ('organization__isnull', True)), _connector='OR'), name='note_is_about_one_thing'),
        ),
        migrations.AddIndex(
            model_name='mention',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user', 'team'], name='mentions_to_be_read'),
        ),
        migrations.AddConstraint(
            model_name='mention',
            constraint=models.UniqueConstraint(fields=('note', 'user'), name='mentioned_once_per_note'),
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]

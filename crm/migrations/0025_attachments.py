"""Files with a deal or a note, within the team and behind its wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


BUILD = """
ALTER TABLE crm_attachment ADD CONSTRAINT attachment_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
ALTER TABLE crm_attachment ADD CONSTRAINT attachment_note_is_the_teams
    FOREIGN KEY (team_id, note_id) REFERENCES crm_note (team_id, id) ON DELETE CASCADE DEFERRABLE;
SELECT kring_build_wall('crm_attachment');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('crm_attachment');
ALTER TABLE crm_attachment DROP CONSTRAINT attachment_note_is_the_teams;
ALTER TABLE crm_attachment DROP CONSTRAINT attachment_is_the_teams;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0024_words_of_notes'),
        ('teams', '0011_findable'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('family', models.CharField(max_length=10)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=100, unique=True)),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='crm.deal')),
                ('note', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='crm.note')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='teams.team')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('deal__isnull', True), ('note__isnull', False)), models.Q(('deal__isnull', False), ('note__isnull', True)), _connector='OR'), name='attachment_is_of_one_thing'), models.CheckConstraint(condition=models.Q(('family__in', ['pdf', 'png', 'jpeg', 'gif', 'webp', 'zip', 'ole', 'text'])), name='attachment_family_is_known'), models.CheckConstraint(condition=models.Q(('size__gt', 0), ('size__lte', 20971520)), name='attachment_is_not_too_large')],
            },
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]

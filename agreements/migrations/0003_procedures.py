"""The register of procedures, behind the second wall."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0002_said_once'),
        ('teams', '0015_mail_with_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Procedure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('purpose', models.CharField(max_length=300)),
                ('hours', models.DecimalField(decimal_places=2, max_digits=6)),
                ('state', models.CharField(choices=[('alive', 'Alive'), ('on_trial', 'On trial: we do without it'), ('buried', 'Buried')], default='alive', max_length=8)),
                ('shield', models.CharField(blank=True, choices=[('', 'not protected'), ('law', 'the law asks for it'), ('safety', 'somebody’s safety hangs on it')], default='', max_length=6)),
                ('guard', models.SlugField(blank=True, db_index=False, default='', max_length=60)),
                ('trial_from', models.DateField(null=True)),
                ('trial_until', models.DateField(null=True)),
                ('epitaph', models.CharField(blank=True, default='', max_length=300)),
                ('hours_saved', models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ('buried_on', models.DateField(null=True)),
                ('why', models.CharField(blank=True, default='', max_length=300)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='procedures', to='teams.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), name='a_procedure_is_registered_once'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('guard', ''), _negated=True), ('state', 'on_trial'), ('trial_from__isnull', False), ('trial_until__isnull', False)), models.Q(models.Q(('state', 'on_trial'), _negated=True), ('guard', ''), ('trial_from', None), ('trial_until', None)), _connector='OR'), name='a_trial_has_a_guard_and_an_end'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('epitaph', ''), _negated=True), ('buried_on__isnull', False), ('hours_saved__isnull', False), ('state', 'buried')), models.Q(models.Q(('state', 'buried'), _negated=True), ('buried_on', None), ('epitaph', ''), ('hours_saved', None)), _connector='OR'), name='a_grave_has_its_words'), models.CheckConstraint(condition=models.Q(('state', 'alive'), ('shield', ''), _connector='OR'), name='what_is_protected_is_alive')],
            },
        ),
        migrations.RunSQL(
            "SELECT kring_build_wall('agreements_procedure')",
            "SELECT kring_tear_down_wall('agreements_procedure')",
        ),
    ]

"""By which figures a team steers: written once, behind the second wall."""

import django.db.models.deletion
from django.db import migrations, models


BUILD = """
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON dashboards_figurechoice
    FOR EACH ROW EXECUTE FUNCTION kring_written_once();
SELECT kring_build_wall('dashboards_figurechoice');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('dashboards_figurechoice');
DROP TRIGGER written_once ON dashboards_figurechoice;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('dashboards', '0010_objectives'),
        ('teams', '0015_mail_with_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='FigureChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('since_at', models.DateTimeField()),
                ('kpis', models.JSONField()),
                ('reason', models.CharField(max_length=300)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='figure_choices', to='teams.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('team', 'number'), name='choices_are_numbered'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='choices_are_numbered_from_one'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_choice_has_a_reason'), models.CheckConstraint(condition=models.Q(('kpis', []), _negated=True), name='a_choice_is_of_something')],
            },
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]

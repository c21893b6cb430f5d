"""Rules about steps that are late, and for which day of a step one worked."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0035_own_facts'),
        ('teams', '0013_hours_are_kept'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rule',
            name='rule_trigger_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='rule',
            name='who_waits_waits_for_days',
        ),
        migrations.RemoveConstraint(
            model_name='rulerun',
            name='a_rule_works_once_for_each_stay',
        ),
        migrations.AddField(
            model_name='rulerun',
            name='due_on',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='rule',
            name='trigger',
            field=models.CharField(choices=[('created', 'A deal is new'), ('moved', 'A deal comes into a stage'), ('aged', 'A deal stands in a stage for so many days'), ('overdue', 'The next step of a deal is so many days late')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('trigger__in', ['created', 'moved', 'aged', 'overdue'])), name='rule_trigger_is_known'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('days__range', (1, 365)), ('trigger__in', ('aged', 'overdue'))), models.Q(models.Q(('trigger__in', ('aged', 'overdue')), _negated=True), ('days__isnull', True)), _connector='OR'), name='who_waits_waits_for_days'),
        ),
        migrations.AddConstraint(
            model_name='rulerun',
            constraint=models.UniqueConstraint(fields=('rule', 'deal', 'visit', 'due_on'), name='a_rule_works_once_for_each_stay_and_late_day', nulls_distinct=False),
        ),
    ]

"""A kind of agreement more: what a manager promises a whole team to keep off."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0006_interventions'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='agreement', name='agreement_kind_is_known'),
        migrations.AlterField(
            model_name='agreement',
            name='kind',
            field=models.CharField(choices=[('bilateral', 'between people of the team'), ('team', 'of the whole team'), ('manager', 'with the manager'), ('non-intervention', 'on what the manager keeps off')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['bilateral', 'team', 'manager', 'non-intervention'])), name='agreement_kind_is_known'),
        ),
    ]

"""Promises that come round: how often, until when, and one day after the other."""

import datetime
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0003_procedures'),
    ]

    operations = [
        migrations.AddField(
            model_name='agreementversion',
            name='ends_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='agreementversion',
            name='every',
            field=models.CharField(blank=True, choices=[('', 'once'), ('week', 'every week'), ('fortnight', 'every two weeks'), ('month', 'every month'), ('quarter', 'every quarter')], default='', max_length=9),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_on', None), ('every', '')), models.Q(('ends_on__isnull', False), ('every__in', ['week', 'fortnight', 'month', 'quarter']), ('ends_on__gte', models.F('due_on')), ('ends_on__lte', django.db.models.expressions.CombinedExpression(models.F('proposed_on'), '+', models.Value(datetime.timedelta(days=366))))), _connector='OR'), name='what_comes_round_ends_within_a_year'),
        ),
        migrations.AddConstraint(
            model_name='occurrence',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'upcoming')), fields=('agreement',), name='one_day_at_a_time_is_to_come'),
        ),
    ]

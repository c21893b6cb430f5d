"""A normal range may be that of a period of so many cases; the ranges of before are as they were."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0011_choices")]

    operations = [
        migrations.AddField("baseline", "cases", models.FloatField(null=True)),
        migrations.AddConstraint(
            "baseline",
            models.CheckConstraint(
                condition=models.Q(cases=None) | models.Q(cases__gt=0),
                name="a_range_is_of_some_cases",
            ),
        ),
    ]

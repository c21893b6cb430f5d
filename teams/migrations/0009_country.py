"""Whose public holidays a team keeps; who was here before keeps those of the Netherlands."""

from django.db import migrations, models

import teams.countries


class Migration(migrations.Migration):
    dependencies = [("teams", "0008_sent_once")]

    operations = [
        migrations.AddField(
            model_name="team",
            name="country",
            field=models.CharField(
                default="NL",
                help_text="Whose public holidays the team keeps.",
                max_length=2,
                validators=[teams.countries.country_exists],
                verbose_name="country",
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.CheckConstraint(
                condition=models.Q(country__regex="^[A-Z]{2}$"), name="country_is_two_letters"
            ),
        ),
    ]

"""A mail may show pictures, and say where somebody leaves who no longer wants its like."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0014_find_in_one_go")]

    operations = [
        migrations.AddField("outgoingmail", "pictures", models.JSONField(default=dict)),
        migrations.AddField(
            "outgoingmail",
            "settings_url",
            models.CharField(blank=True, default="", max_length=500),
        ),
    ]

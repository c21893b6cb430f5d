"""A view remembers what it was before its last change, so that this can be taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0040_deals_by_customer")]

    operations = [
        migrations.AddField(
            model_name="savedview", name="before", field=models.JSONField(null=True)
        ),
    ]

"""Whom a team has deals with is read from an index alone, and not from a page for each deal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0039_rules_tell_programs"), ("teams", "0014_find_in_one_go")]

    operations = [
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(deleted_at__isnull=True),
                fields=["team", "organization", "contact"],
                name="deals_by_customer",
            ),
        ),
    ]

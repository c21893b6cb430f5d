"""Deals that were deleted, and stay in their team's recycle bin for a while."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0015_taken_back")]

    operations = [
        migrations.AddField(
            model_name="deal",
            name="deleted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                fields=["team", "-deleted_at"],
                condition=models.Q(("deleted_at__isnull", False)),
                name="deals_in_the_bin",
            ),
        ),
    ]

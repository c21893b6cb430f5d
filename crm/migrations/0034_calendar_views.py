"""A saved view may be opened on the calendar."""

from django.db import migrations, models

LAYOUTS = [("list", "List"), ("board", "Board"), ("calendar", "Calendar")]


class Migration(migrations.Migration):
    dependencies = [("crm", "0033_columns")]

    operations = [
        migrations.RemoveConstraint("savedview", "view_layout_is_known"),
        migrations.AlterField(
            "savedview",
            "layout",
            models.CharField(choices=LAYOUTS, default="list", max_length=10),
        ),
        migrations.AddConstraint(
            "savedview",
            models.CheckConstraint(
                condition=models.Q(("layout__in", ["list", "board", "calendar"])),
                name="view_layout_is_known",
            ),
        ),
    ]

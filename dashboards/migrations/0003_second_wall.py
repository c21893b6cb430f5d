"""What the database itself keeps: a team's figures are shown to those they are opened for."""

from django.db import migrations

BUILD = """
SELECT kring_build_wall('dashboards_measurement');
SELECT kring_build_wall('dashboards_baseline');
SELECT kring_build_wall('dashboards_signal');
SELECT kring_build_wall('dashboards_report');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('dashboards_report');
SELECT kring_tear_down_wall('dashboards_signal');
SELECT kring_tear_down_wall('dashboards_baseline');
SELECT kring_tear_down_wall('dashboards_measurement');
"""


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0002_promises"), ("teams", "0007_second_wall")]

    operations = [migrations.RunSQL(BUILD, TEAR_DOWN)]

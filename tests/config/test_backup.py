"""A copy of everything, put back and compared; and the way out of the demo."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from config.embedded.house import House

COMPANY = (
    "from teams.models import Team, User; from django.utils import timezone;"
    "User.objects.create_user('{0}@example.com', '{0}');"
    "Team.start('Team {0}', by=None, at=timezone.now())"
)


@pytest.fixture(scope="module")
def own_house(tmp_path_factory):
    """A house of their own, in which the servers run on between the commands."""
    house = House(tmp_path_factory.mktemp("home with a space") / "fast", fast=True)
    house.open()
    yield house
    house.leave()


@pytest.fixture(scope="module")
def manage(own_house):
    """Kring's own commands on a database of their own."""
    environment = {
        "PATH": os.environ["PATH"],
        "KRING_HOME": str(own_house.embedded.parents[1]),
        "KRING_EMBEDDED_FAST": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    def run(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            input=said,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    assert run("migrate", "--verbosity=0").returncode == 0
    return run


@pytest.fixture
def copy(tmp_path) -> Path:
    return tmp_path / "everything.dump"


@pytest.fixture
def names(own_house):
    """Asks which teams there are now, in the database itself."""

    def names() -> list[str]:
        address = own_house.addresses().owner_url
        with closing(psycopg2.connect(address)) as database, database.cursor() as cursor:
            cursor.execute("SELECT name FROM teams_team ORDER BY name")
            return [name for (name,) in cursor.fetchall()]

    return names


def test_what_was_lost_comes_back_and_the_demo_is_left(manage, names, copy):
    manage("shell", "--command", COMPANY.format("Anna"))
    made = manage("backup", str(copy))
    assert made.returncode == 0, made.stderr
    assert copy.stat().st_mode & 0o777 == 0o600
    manage("shell", "--command", COMPANY.format("Bram"))
    assert names() == ["Team Anna", "Team Bram"]

    refused = manage("restore", str(copy), said="no\n")
    assert (refused.returncode, names()) == (1, ["Team Anna", "Team Bram"])

    restored = manage("restore", str(copy), said="yes\n")
    assert restored.returncode == 0, restored.stderr
    assert names() == ["Team Anna"]

    left = manage(
        *("leave_demo", "--email", "ada@example.com", "--name", "Ada", "--password-stdin"),
        said="a long enough secret\n",
    )
    assert left.returncode == 0, left.stderr
    assert "Ada can sign in as ada@example.com" in left.stdout
    assert names() == []

    aside = left.stdout.partition("kept in ")[2].partition(". Now run")[0]
    assert manage("restore", aside, "--yes").returncode == 0
    assert names() == ["Team Anna"]


def test_a_file_that_is_no_copy_changes_nothing(manage, names, tmp_path):
    nonsense = tmp_path / "holiday.jpg"
    nonsense.write_text("not a copy of anything")
    before = names()

    refused = manage("restore", str(nonsense), "--yes")

    assert refused.returncode == 1
    assert "pg_restore did not succeed" in refused.stderr
    assert names() == before


def test_a_copy_is_never_written_over(manage, copy):
    copy.write_text("precious")

    refused = manage("backup", str(copy))

    assert (refused.returncode, copy.read_text()) == (1, "precious")
    assert "is there already" in refused.stderr


def test_a_file_that_is_not_there_is_refused(manage, copy):
    refused = manage("restore", str(copy), "--yes")

    assert refused.returncode == 1
    assert f"CommandError: There is no file {copy}." in refused.stderr

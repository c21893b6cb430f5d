"""A copy of everything, put back and compared; and the way out of the demo."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

COMPANY = (
    "from teams.models import Team, User; from django.utils import timezone;"
    "User.objects.create_user('{0}@example.com', '{0}');"
    "Team.start('Team {0}', by=None, at=timezone.now())"
)
NAMES = "from teams.models import Team; print(sorted(Team.objects.values_list('name', flat=True)))"


@pytest.fixture(scope="module")
def manage(tmp_path_factory):
    """Kring's own commands on a database of their own, with its servers in a box of their own."""
    home = tmp_path_factory.mktemp("home with a space")
    environment = {
        "PATH": os.environ["PATH"],
        "KRING_HOME": str(home),
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


def names(manage) -> str:
    return manage("shell", "--verbosity=0", "--command", NAMES).stdout.strip()


def test_what_was_lost_comes_back_and_the_demo_is_left(manage, copy):
    manage("shell", "--command", COMPANY.format("Anna"))
    made = manage("backup", str(copy))
    assert made.returncode == 0, made.stderr
    assert copy.stat().st_mode & 0o777 == 0o600
    manage("shell", "--command", COMPANY.format("Bram"))
    assert names(manage) == "['Team Anna', 'Team Bram']"

    refused = manage("restore", str(copy), said="no\n")
    assert (refused.returncode, names(manage)) == (1, "['Team Anna', 'Team Bram']")

    restored = manage("restore", str(copy), said="yes\n")
    assert restored.returncode == 0, restored.stderr
    assert names(manage) == "['Team Anna']"

    left = manage(
        *("leave_demo", "--email", "ada@example.com", "--name", "Ada", "--password-stdin"),
        said="a long enough secret\n",
    )
    assert left.returncode == 0, left.stderr
    assert "Ada can sign in as ada@example.com" in left.stdout
    assert names(manage) == "[]"

    aside = left.stdout.partition("kept in ")[2].partition(". Now run")[0]
    assert manage("restore", aside, "--yes").returncode == 0
    assert names(manage) == "['Team Anna']"


def test_a_file_that_is_no_copy_changes_nothing(manage, tmp_path):
    nonsense = tmp_path / "holiday.jpg"
    nonsense.write_text("not a copy of anything")
    before = names(manage)

    refused = manage("restore", str(nonsense), "--yes")

    assert refused.returncode == 1
    assert "pg_restore did not succeed" in refused.stderr
    assert names(manage) == before


def test_a_copy_is_never_written_over(manage, copy):
    copy.write_text("precious")

    refused = manage("backup", str(copy))

    assert (refused.returncode, copy.read_text()) == (1, "precious")
    assert "is there already" in refused.stderr


def test_a_file_that_is_not_there_is_refused(manage, copy):
    refused = manage("restore", str(copy), "--yes")

    assert refused.returncode == 1
    assert f"CommandError: There is no file {copy}." in refused.stderr

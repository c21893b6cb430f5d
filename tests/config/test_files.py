"""Where files are kept: how it is set, what is said where it cannot be, and a trial."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from config import checks, env, files

BUCKET = "s3://key:se%2Fcret@s3.example.org:9000/kring?region=eu-west-1"


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """A folder that is not there yet, as the place of all files."""
    place = tmp_path / "not" / "yet"
    settings.FILES = str(place)
    settings.STORAGES = settings.STORAGES | {"default": env.files(settings.FILES)}
    return place


def test_a_folder_keeps_files_for_this_account_alone(folder):
    storages["default"].save("exports/deals.csv", ContentFile(b"No."))

    file = folder / "exports" / "deals.csv"
    assert file.read_bytes() == b"No."
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_no_file_has_an_address(folder):
    with pytest.raises(ValueError, match="not accessible via a URL"):
        storages["default"].url("exports/deals.csv")


def test_the_address_of_a_bucket_is_taken_apart():
    given = env.files(BUCKET)["OPTIONS"]

    assert (given["access_key"], given["secret_key"]) == ("key", "se/cret")
    assert (given["endpoint_url"], given["bucket_name"], given["region_name"]) == (
        "https://s3.example.org:9000",
        "kring",
        "eu-west-1",
    )
    assert env.files("s3://k:s@localhost:9000/kring?tls=no")["OPTIONS"]["endpoint_url"] == (
        "http://localhost:9000"
    )


@pytest.mark.parametrize(
    "place",
    [
        "http://k:s@host/kring",
        "s3://host/kring",
        "s3://k@host/kring",
        "s3://k:s@host",
        "s3://k:s@host/kring/below",
        "s3://k:s@host/kring?tls=maybe",
    ],
)
def test_any_other_address_is_refused_with_an_example(place):
    with pytest.raises(ImproperlyConfigured, match="s3://KEY:SECRET@HOST/BUCKET"):
        env.files(place)


def test_a_folder_that_can_be_made_is_fine(folder):
    assert checks.files_can_be_kept() == []


def test_a_file_in_the_place_of_the_folder_is_told(folder):
    folder.parent.parent.mkdir(exist_ok=True)
    folder.parent.write_text("in the way")

    (message,) = checks.files_can_be_kept()

    assert message.msg == f"The folder {folder} cannot be written by this account; set KRING_FILES."
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("try_storage")


def test_an_extra_that_is_missing_is_told(settings, monkeypatch):
    settings.FILES = BUCKET
    monkeypatch.setattr(files, "EXTRA", ("a_package_that_nobody_made",))
    (message,) = checks.files_can_be_kept()
    assert "pip install 'django-storages[s3]" in message.msg

    monkeypatch.setattr(files, "EXTRA", ("django",))
    assert checks.files_can_be_kept() == []


def test_a_bucket_is_named_without_its_secret(settings):
    settings.FILES = BUCKET
    assert files.place() == "the bucket s3.example.org:9000/kring"


def test_a_file_is_tried_and_nothing_stays(folder, capsys):
    call_command("try_storage")

    said = capsys.readouterr().out
    assert said == (f"A file was written to {folder}, read back and removed. Files can be kept.\n")
    assert list(folder.iterdir()) == []


def test_a_disk_that_fails_is_told(folder, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.Folder, "_save", full)

    with pytest.raises(CommandError, match="No space left on device"):
        call_command("try_storage")


def test_a_disk_that_forgets_is_told(folder, monkeypatch):
    monkeypatch.setattr(files.Folder, "_open", lambda *_: ContentFile(b"something else"))

    with pytest.raises(CommandError, match="something else than was written"):
        call_command("try_storage")

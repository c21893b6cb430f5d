"""Read the environment, and fail loudly on nonsense."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Nobody waits long for a lock, nobody sits on a transaction, and the work of a process that died
# is ended at once, so that it holds no locks. Nor does the planner weigh every order of the eight
# tables around a deal, which takes it twenty times as long as to read them: the ORM begins with the
# table that the condition is about, and that order is a good one. What the figures of all teams are
# grouped from stays in memory; most statements need next to nothing of it.
LIMITS = (
    "-c lock_timeout=3s -c idle_in_transaction_session_timeout=60s"
    " -c client_connection_check_interval=2s"
    " -c join_collapse_limit=4 -c from_collapse_limit=4"
    " -c work_mem=32MB"
)


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """Read a yes-or-no setting. Raises ImproperlyConfigured for anything but 1, 0, true, false."""
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value in {"1", "true"}:
        return True
    if value in {"0", "false"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; use 1 or 0.")


def number(name: str, default: int) -> int:
    """Read a whole number. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "").strip()
    if value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; use a whole number.") from None


def words(name: str, default: str) -> list[str]:
    """Read a comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret(name: str, path: Path) -> str:
    """Read a secret from the environment or from its file, which is made on first use.

    The file is written aside and linked into place, so that of two processes that start at
    the same time both end with the same secret.
    """
    if value := os.environ.get(name):
        return value
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def database(url: str, *, statement_timeout: str = "10s", **extra: Any) -> dict[str, Any]:
    """Turn a PostgreSQL address into Django's settings.

    A socket folder is given as `?host=/folder`; every other query parameter is passed to the
    driver. `statement_timeout` is PostgreSQL's own notation, "0" for none. Raises
    ImproperlyConfigured for another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("The database address must begin with postgresql://")
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured("The port in the database address is no port.") from None
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **options,
            "options": f"-c statement_timeout={statement_timeout} {LIMITS}"
            f" {options.get('options', '')}".rstrip(),
        },
        **extra,
    }


def files(place: str) -> dict[str, Any]:
    """Turn the place where files are kept into Django's settings of a storage.

    It is a folder, or a bucket as `s3://KEY:SECRET@HOST/BUCKET?region=REGION&tls=yes`. Raises
    ImproperlyConfigured for any other address.
    """
    if "://" not in place:
        return {
            "BACKEND": "config.files.Folder",
            "OPTIONS": {
                "location": place,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    parts = urlsplit(place)
    asked = dict(parse_qsl(parts.query))
    bucket, tls = parts.path.strip("/"), asked.get("tls", "yes")
    whole = parts.hostname and parts.username and parts.password and bucket and "/" not in bucket
    if parts.scheme != "s3" or not whole or tls not in {"yes", "no"}:
        raise ImproperlyConfigured(
            "KRING_FILES must be a folder, or look like s3://KEY:SECRET@HOST/BUCKET?region=REGION"
        )
    _login, _at, host = parts.netloc.rpartition("@")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "endpoint_url": f"{'https' if tls == 'yes' else 'http'}://{host}",
            "bucket_name": bucket,
            "region_name": asked.get("region"),
            "addressing_style": "path",
            "signature_version": "s3v4",
            "default_acl": None,
            "file_overwrite": False,
        },
    }


def mail(url: str) -> dict[str, Any]:
    """Turn the address of a mail server into Django's settings.

    `smtp://NAME:PASSWORD@HOST:587?tls=starttls`; `tls` is starttls (as usual on 587), ssl (465) or
    none. Raises ImproperlyConfigured for anything else.
    """
    parts = urlsplit(url)
    tls = dict(parse_qsl(parts.query)).get("tls", "starttls")
    if parts.scheme != "smtp" or not parts.hostname or tls not in {"starttls", "ssl", "none"}:
        raise ImproperlyConfigured(
            "KRING_SMTP_URL must look like smtp://NAME:PASSWORD@HOST:587?tls=starttls"
        )
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if tls == "ssl" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "ssl",
        "EMAIL_TIMEOUT": 20,
    }

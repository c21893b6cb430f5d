"""The people who sign in."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from teams.happenings import Happening
from teams.text import one_line

LANGUAGES = [("en", "English"), ("nl", "Nederlands")]
# Where nobody has an address (RFC 2606): whoever was erased is called by their number there.
NOWHERE = "erased.invalid"


class SomebodyWhoLeft(str):
    """What stands in the place of a name that was erased, in the language of whoever reads."""

    __slots__ = ()


class PersonName(models.CharField):
    """A name. Of a person who was erased none is stored, and every reader is told the same."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return SomebodyWhoLeft(gettext("Somebody who left")) if value == "" else value

    def get_prep_value(self, value: Any) -> Any:
        return "" if isinstance(value, SomebodyWhoLeft) else super().get_prep_value(value)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def by_name(self) -> Self:
        return self.order_by("name", "pk")


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(
        self, email: str, name: str, password: str | None = None, **extra: Any
    ) -> "User":
        """Make a person; without a password nobody can sign in as them."""
        user: User = self.model(email=email.strip().lower(), name=one_line(name), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None) -> "User":
        return self.create_user(email, name, password, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email=(username or "").lower())
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by e-mail address. What they may see hangs on memberships and links only.

    Of a person who was erased the row stays, without anything that says who they were.
    """

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = PersonName(_("name"), max_length=120)
    # Empty until they choose: then the browser decides.
    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES, blank=True)
    # Whether the mail of the morning is written to them (teams.digest).
    is_reminded = models.BooleanField(_("is reminded by mail"), default=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="one_person_per_address",
                violation_error_message=_("There is already somebody with this address."),
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="address_is_in_small_letters"
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at=None) & ~models.Q(name="")
                | models.Q(
                    erased_at__isnull=False,
                    name="",
                    language="",
                    is_active=False,
                    is_staff=False,
                    is_superuser=False,
                    last_login=None,
                    email__endswith=f"@{NOWHERE}",
                ),
                name="person_has_a_name_or_is_erased",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Put the address and the name as they are kept. Raises ValidationError for no name."""
        super().clean()
        self.email = self.email.strip().lower()
        self.name = one_line(self.name)
        if not self.name:
            raise ValidationError({"name": _("Give a name that can be read.")})

    def edit(self, *, name: str, language: str, is_reminded: bool, at: datetime) -> None:
        """Change one's own name and language, and whether one is reminded by mail.

        Raises ValidationError for what is no name, or no language.
        """
        from teams.models.logbook import LogEntry  # noqa: PLC0415 -- which knows people itself

        self.name, self.language, self.is_reminded = name, language, is_reminded
        self.full_clean(exclude=["password"])
        with transaction.atomic():
            self.save(update_fields=["name", "language", "is_reminded"])
            LogEntry.record(Happening.PERSON_EDITED, self, by=self, at=at)

    def lose_everything(self, *, at: datetime) -> None:
        """Take away who they are; what points to them goes on to point to somebody."""
        self.set_unusable_password()
        self.name, self.language, self.last_login = SomebodyWhoLeft(""), "", None
        self.email, self.erased_at = f"{self.pk}@{NOWHERE}", at
        self.is_active = self.is_staff = self.is_superuser = self.is_reminded = False
        self.groups.clear()
        self.user_permissions.clear()
        self.save()
        self.refresh_from_db(fields=["name"])

    def get_short_name(self) -> str:
        return self.name.split()[0]

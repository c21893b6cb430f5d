"""The people who sign in."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.happenings import Happening
from teams.text import one_line

LANGUAGES = [("en", "English"), ("nl", "Nederlands")]


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
    """A person, known by e-mail address. What they may see hangs on memberships and links only."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=120)
    # Empty until they choose: then the browser decides.
    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

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
            models.CheckConstraint(condition=~models.Q(name=""), name="person_has_a_name"),
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

    def edit(self, *, name: str, language: str, at: datetime) -> None:
        """Change one's own name and language. Raises ValidationError for what is neither."""
        from teams.models.logbook import LogEntry  # noqa: PLC0415 -- which knows people itself

        self.name, self.language = name, language
        self.full_clean(exclude=["password"])
        with transaction.atomic():
            self.save(update_fields=["name", "language"])
            LogEntry.record(Happening.PERSON_EDITED, self, by=self, at=at)

    def get_short_name(self) -> str:
        return self.name.split()[0]

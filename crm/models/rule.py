"""Rules: what the team lets happen by itself when a deal is new, moves, or is left lying."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models.activity import LONGEST_TITLE, Kind
from crm.models.choices import Source, Tag
from crm.models.definition import Target
from crm.models.stage import Stage
from crm.models.values import LONGEST_URL, filled
from crm.models.versions import Versioned
from crm.refusals import RuleError, StaleRule
from teams.models import Job, LogEntry, Membership, Team
from teams.text import one_line

LONGEST_RULE_NAME = 60
MOST_RULES = 50
MOST_DAYS = 365
# What a rule may do, by the names of its fields: one of them at least.
DEEDS = ("activity_title", "tag", "source", "custom", "mails", "hook_url")
HTTPS_PORT = 443
WORK, WATCH, AGE = "crm.rules.work", "crm.rules.watch", "crm.rules.age"
TELL = "crm.rules.tell"

_is_address = URLValidator(schemes=["https"])


class Trigger(models.TextChoices):
    CREATED = "created", gettext_lazy("A deal is new")
    MOVED = "moved", gettext_lazy("A deal comes into a stage")
    AGED = "aged", gettext_lazy("A deal stands in a stage for so many days")
    OVERDUE = "overdue", gettext_lazy("The next step of a deal is so many days late")


# What happens at the moment when somebody does something; the others are found by the clock.
AT_ONCE = (Trigger.CREATED, Trigger.MOVED)
BY_THE_CLOCK = (Trigger.AGED, Trigger.OVERDUE)


class RuleQuerySet(models.QuerySet["Rule"]):
    def on(self) -> Self:
        """Those that are at work."""
        return self.filter(on_since__isnull=False)

    def at_once(self) -> Self:
        """Those that answer to what somebody does, and not to time that passes."""
        return self.filter(trigger__in=AT_ONCE)

    def by_the_clock(self) -> Self:
        """Those that answer to time that passes."""
        return self.filter(trigger__in=BY_THE_CLOCK)

    def by_name(self) -> Self:
        return self.order_by(Lower("name"), "pk")

    def draft(self, wanted: Mapping[str, Any], team: Team) -> "Rule":
        """A rule of the team that is not written down; `wanted` holds those of its FIELDS that say
        something.

        Raises RuleError for one without a name, and for one that does nothing; FieldError for a
        value that its field cannot hold.
        """
        blank = self.model(team=team)
        unsaid = {name: getattr(blank, name) for name in Rule.FIELDS}
        return self.model(team=team, **_checked({**unsaid, **wanted}, team=team))

    def add(self, wanted: Mapping[str, Any], *, by: Membership, at: datetime) -> "Rule":
        """Write down a rule that is at work from now on; `wanted` as `draft` takes it.

        Raises RuleError as `draft`, for a name that is taken, and where there are too many.
        """
        rule = self.draft(wanted, by.team)
        rule.on_since = at
        if self.filter(team=by.team).count() >= MOST_RULES:
            raise RuleError(_("There are many rules already. Use one that is switched off."))
        with transaction.atomic():
            try:
                with transaction.atomic():
                    rule.save()
            except IntegrityError:
                raise _taken(rule.name) from None
            rule.tell(Happening.RULE_ADDED, by=by, at=at)
        return rule


class Rule(Versioned):
    """When something happens to a deal that meets the conditions, something is done about it.

    `conditions` holds the lines of a filter, as in a saved view. `stage` is the one that a deal
    comes into or stands in, None for any; `days` is for how long it stands there, or how many days
    its next step is late: one on the day after it was due, on the clock of the team. What is done:
    an activity is planned, due `activity_in_days` later; the deal gets a tag, a source, and the
    values of `custom` in the team's own fields; whoever looks after it gets a mail; another
    program, at `hook_url`, is told. It is at work since `on_since`, None while it is switched off,
    and looks at nothing that happened before.
    """

    FIELDS = (
        "name", "trigger", "days", "stage", "conditions", "activity_title", "activity_kind",
        "activity_in_days", "tag", "source", "custom", "mails",
        "hook_url",
    )  # fmt: skip

    # Without an index of its own, for those below begin with it.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="rules", db_index=False)
    name = models.CharField(gettext_lazy("name"), max_length=LONGEST_RULE_NAME)
    trigger = models.CharField(max_length=10, choices=Trigger)
    days = models.PositiveSmallIntegerField(null=True)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, null=True, related_name="+")
    conditions = models.JSONField(default=list)
    activity_title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    activity_kind = models.CharField(max_length=10, choices=Kind, default=Kind.TASK)
    activity_in_days = models.PositiveSmallIntegerField(default=0)
    # Both are the team's own through composite keys; see the migrations.
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="+")
    custom = models.JSONField(default=dict)
    mails = models.BooleanField(default=False)
    hook_url = models.CharField(max_length=LONGEST_URL, blank=True)
    hook_seed = models.UUIDField(default=uuid.uuid4)
    on_since = models.DateTimeField(null=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("rule")
        verbose_name_plural = gettext_lazy("rules")
        constraints = [
            models.UniqueConstraint("team", Lower("name"), name="one_rule_of_a_name_in_a_team"),
            models.CheckConstraint(condition=~models.Q(name=""), name="rule_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(trigger__in=Trigger.values), name="rule_trigger_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(trigger__in=BY_THE_CLOCK, days__range=(1, MOST_DAYS))
                | (~models.Q(trigger__in=BY_THE_CLOCK) & models.Q(days__isnull=True)),
                name="who_waits_waits_for_days",
            ),
            models.CheckConstraint(
                condition=~models.Q(activity_title="")
                | models.Q(tag__isnull=False)
                | models.Q(source__isnull=False)
                | ~models.Q(custom={})
                | models.Q(mails=True)
                | ~models.Q(hook_url=""),
                name="rule_does_something",
            ),
            models.CheckConstraint(
                condition=models.Q(activity_kind__in=Kind.values), name="rule_plans_a_known_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(activity_in_days__lte=MOST_DAYS), name="rule_plans_within_a_year"
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "trigger"],
                condition=models.Q(on_since__isnull=False),
                name="rules_at_work",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def hook_host(self) -> str:
        """Whom it tells: the rest of the address may be a secret of theirs."""
        return urlsplit(self.hook_url).hostname or ""

    @property
    def hook_secret(self) -> str:
        """What signs the things that it tells: made of `hook_seed` with the secret key."""
        mine = f"{self.pk}:{self.hook_seed.hex}"
        return salted_hmac("crm.rule", mine, algorithm="sha256").hexdigest()

    # -- verbs ---------------------------------------------------------------------------------

    def change(
        self, wanted: Mapping[str, Any], *, version: int, by: Membership, at: datetime
    ) -> LogEntry | None:
        """Let it be otherwise, as seen in this version; from now on, if it is at work.

        What stands there already is no change: None. Raises StaleRule when somebody changed it
        since, RuleError as `add`.
        """
        as_it_is = {name: getattr(self, name) for name in self.FIELDS}
        checked = _checked({**as_it_is, **wanted}, team=self.team, stands=self.custom)
        new = {name: value for name, value in checked.items() if value != as_it_is[name]}
        if not new:
            return None
        with transaction.atomic():
            since = {"on_since": at} if self.on_since else {}
            try:
                with transaction.atomic():
                    done = self._change({**new, **since}, version=version)
            except IntegrityError:
                raise _taken(checked["name"]) from None
            if not done:
                raise _stale()
            return self.tell(Happening.RULE_CHANGED, by=by, at=at, changed=sorted(new))

    def switch_off(self, *, by: Membership, at: datetime) -> LogEntry:
        """Let it rest. Raises StaleRule when it rests."""
        with transaction.atomic():
            if not self._change({"on_since": None}, on_since__isnull=False):
                raise StaleRule(_("This rule was switched off already."))
            return self.tell(Happening.RULE_SWITCHED_OFF, by=by, at=at)

    def switch_on(self, *, by: Membership, at: datetime) -> LogEntry:
        """Let it work from now on. Raises StaleRule when it is at work."""
        with transaction.atomic():
            if not self._change({"on_since": at}, on_since__isnull=True):
                raise StaleRule(_("This rule was switched on already."))
            return self.tell(Happening.RULE_SWITCHED_ON, by=by, at=at)

    def renew_secret(self, *, by: Membership, at: datetime) -> LogEntry:
        """Let what it tells be signed with another `hook_secret` from now on."""
        with transaction.atomic():
            self.hook_seed = uuid.uuid4()
            Rule.objects.filter(pk=self.pk).update(hook_seed=self.hook_seed)
            return self.tell(Happening.RULE_SIGNS_ANEW, by=by, at=at)

    def tell(self, kind: Happening, *, by: Membership, at: datetime, **details: Any) -> LogEntry:
        return LogEntry.record(kind, self, by=by, at=at, rule=self.name, **details)


class RuleRun(models.Model):
    """That a rule did its work for a deal, once for each stay of the deal in a stage.

    `visit` is the number of that stay. A move that is taken back and done again is the same one.
    Of a step that was late, `due_on` is its day: one that is planned anew may be late once more.
    """

    # Both are the team's own through composite keys; see the migration.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="runs", db_index=False)
    deal = models.ForeignKey("crm.Deal", on_delete=models.CASCADE, related_name="+")
    visit = models.PositiveIntegerField()
    due_on = models.DateField(null=True)
    at = models.DateTimeField()
    # The status with which the program answered that was told, None for none.
    answered = models.PositiveSmallIntegerField(null=True)

    # See crm.rules.runs_of.
    untold: Job | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "deal", "visit", "due_on"],
                nulls_distinct=False,
                name="a_rule_works_once_for_each_stay_and_late_day",
            ),
        ]
        indexes = [models.Index(fields=["rule", "-at"], name="runs_of_a_rule")]

    def __str__(self) -> str:
        return f"run of rule {self.rule_id} for stay {self.visit} of deal {self.deal_id}"


def _checked(
    wanted: Mapping[str, Any], *, team: Team, stands: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    tidy = {**wanted, "name": one_line(wanted["name"])}
    tidy["activity_title"] = one_line(wanted["activity_title"])
    if not tidy["name"]:
        raise RuleError(_("Give this rule a name."))
    tidy["hook_url"] = checked_address(tidy["hook_url"])
    if tidy["trigger"] == Trigger.CREATED:
        tidy["stage"] = None
    if tidy["trigger"] not in BY_THE_CLOCK:
        tidy["days"] = None
    elif not tidy["days"]:
        raise RuleError(_("Say for how many days."))
    tidy["custom"] = _to_give(wanted["custom"], stands or {}, team)
    if not any(tidy[name] for name in DEEDS):
        raise RuleError(
            _("Say what is to be done: an activity, a tag, a value, a mail or a message.")
        )
    _refuse_what_is_of_others(tidy, team)
    return tidy


def checked_address(address: str) -> str:
    """Where another program listens, or nothing. Raises RuleError for what we do not call."""
    tidy = one_line(address)
    if not tidy:
        return ""
    try:
        _is_address(tidy)
    except ValidationError:
        text = _("Write an address in full, such as https://www.example.com/deals.")
        raise RuleError(text) from None
    parts = urlsplit(tidy)
    if parts.username is not None or parts.port not in (None, HTTPS_PORT):
        raise RuleError(_("Leave the port, the name and the password out of this address."))
    return tidy


def _refuse_what_is_of_others(wanted: Mapping[str, Any], team: Team) -> None:
    stage, tag, source = wanted["stage"], wanted["tag"], wanted["source"]
    if stage and not Stage.objects.of_team(team).filter(pk=stage.pk).exists():
        raise RuleError(_("This stage is not of the team."))
    if tag and tag.team_id != team.pk:
        raise RuleError(_("This tag is not of the team."))
    if source and source.team_id != team.pk:
        raise RuleError(_("This source is not of the team."))


def _to_give(custom: Mapping[str, Any], stands: Mapping[str, Any], team: Team) -> dict[str, Any]:
    """The values for the team's own fields. What the rule gives already may stay, fit or not."""
    new = {key: value for key, value in custom.items() if value != stands.get(key)}
    return filled({**custom, **team.fields.about(Target.DEAL).checked(new, kept={})})


def _taken(name: str) -> RuleError:
    return RuleError(_("There is a rule “%(rule)s” already.") % {"rule": name})


def _stale() -> StaleRule:
    return StaleRule(_("Someone changed this rule a moment ago. Look at it once more."))

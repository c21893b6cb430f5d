"""How long a team keeps who somebody at a customer is, and what becomes of them after that.

A contact is silent when nothing was said, planned, done or written about them since a moment, and
no deal of theirs was opened or closed. A team decides about those whom it alone serves. Nobody is
anonymised by the clock: a member looks at the list, says so, and a job does it, for good.
See docs/adr/0013.
"""

from calendar import monthrange
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.models.activity import Activity
from crm.models.contact import Affiliation, Contact, ContactPoint
from crm.models.deal import Deal
from crm.models.imports import ExternalId
from crm.models.interaction import Interaction
from crm.models.merging import MergeRecord
from crm.models.note import Note
from crm.models.own_facts import OwnFacts
from crm.refusals import RetentionError, StaleRetention
from teams import wall
from teams.models import Job, LogEntry, Membership, Team

ANONYMISE = "crm.anonymise"
FEWEST_MONTHS, MOST_MONTHS = 6, 120
OF_A_JOB = 100
WORDLESS = "–"
CONTACT = models.OuterRef("pk")


class RetentionRuleQuerySet(models.QuerySet["RetentionRule"]):
    def agree(self, months: int, *, seen: int, by: Membership, at: datetime) -> "RetentionRule":
        """Keep contacts for so many months after the last contact, as seen in this version.

        `seen` is 0 where there was no rule. The same months are no change. Raises StaleRetention
        when somebody was faster, RetentionError for a number of months that is out of bounds.
        """
        if not FEWEST_MONTHS <= months <= MOST_MONTHS:
            raise RetentionError(_("Choose between 6 and 120 months."))
        with transaction.atomic():
            # Whoever changes the rule waits here for the one before them.
            Team.objects.select_for_update(no_key=True).get(pk=by.team_id)
            rule = self.filter(team=by.team).first()
            if (rule.version if rule else 0) != seen:
                raise StaleRetention(_("Someone changed this a moment ago. Look at it once more."))
            if rule and rule.months == months:
                return rule
            new = {"months": months, "version": seen + 1}
            kept, _is_new = self.update_or_create(team=by.team, defaults=new)
            LogEntry.record(Happening.RETENTION_AGREED, kept, by=by, at=at, months=months)
        return kept

    def ask(self, count: int, *, by: Membership, at: datetime) -> Job:
        """Let a job anonymise those of whom the team's rule is. Raises as `RetentionRule.ask`."""
        rule = self.select_related("team").filter(team=by.team).first()
        if rule is None:
            raise RetentionError(_("Say first for how long."))
        return rule.ask(count, by=by, at=at)


class RetentionRule(models.Model):
    """For how many months after the last contact a team keeps who somebody is."""

    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="retention_rule")
    months = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(months__range=(FEWEST_MONTHS, MOST_MONTHS)),
                name="contacts_are_kept_for_some_months",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.months} months for team {self.team_id}"

    @property
    def is_at_work(self) -> bool:
        """Whether a job is at it."""
        jobs = Job.objects.filter(kind=ANONYMISE, state__in=["due", "running"])
        return jobs.filter(payload__rule_id=self.pk).exists()

    def due(self, at: datetime) -> models.QuerySet[Contact]:
        """Who was silent for so long at this moment, the longest first, with `last_contact_at`.

        Read it with the wall open: whether another team serves them too stands behind it.
        """
        bound = [~models.Exists(rows) for rows in (*_ties_to_others(self.team), *_open_work())]
        known = Contact.objects.known_to(self.team).filter(*bound, anonymised_at=None)
        silent = known.annotate(last_contact_at=Greatest(*_moments()))
        since = months_before(at, self.months)
        return silent.filter(last_contact_at__lt=since).order_by("last_contact_at", "pk")

    def ask(self, count: int, *, by: Membership, at: datetime) -> Job:
        """Let a job anonymise those who were shown, for good.

        `count` is how many the person saw. Raises StaleRetention when the list is another by now,
        RetentionError where there is nobody and while a job is at it.
        """
        with transaction.atomic(), wall.opened():
            now = self.due(at).count()
        if now != count:
            raise StaleRetention(_("The list has changed. Look at it once more."))
        if not now:
            raise RetentionError(_("There is nobody to anonymise."))
        if self.is_at_work:
            raise RetentionError(_("They are being anonymised already."))
        return self._arm(by.user_id, asked_at=at, so_far=0, at=at)

    def go_on(
        self, *, person_id: int, version: int, asked_at: datetime, so_far: int, at: datetime
    ) -> None:
        """Anonymise the next of those who were due when it was asked; for the job.

        It stops where somebody changed the rule since, or whoever asked left the team. The
        logbook says how many it were, and nothing of whom.
        """
        by = self.team.memberships.current().filter(user=person_id).first()
        if by is None or self.version != version:
            return
        with transaction.atomic(), wall.opened():
            some = self._hold_some(asked_at)
            for contact in some:
                forget(contact, at=at)
        so_far += len(some)
        if len(some) == OF_A_JOB:
            self._arm(person_id, asked_at=asked_at, so_far=so_far, at=at)
        elif so_far:
            LogEntry.record(
                Happening.CONTACTS_ANONYMISED,
                self,
                by=by,
                at=at,
                count=so_far,
                months=self.months,
            )

    def _hold_some(self, asked_at: datetime) -> list[Contact]:
        keys = list(self.due(asked_at).values_list("pk", flat=True)[:OF_A_JOB])
        rows = Contact.everything.filter(pk__in=keys).order_by("pk")
        # Whoever begins something with one of them now waits, or came before: so we look again.
        list(rows.select_for_update().values_list("pk"))
        return list(self.due(asked_at).filter(pk__in=keys))

    def _arm(self, person_id: int, *, asked_at: datetime, so_far: int, at: datetime) -> Job:
        payload = {
            "team_id": self.team_id,
            "rule_id": self.pk,
            "person_id": person_id,
            "version": self.version,
            "asked_at": asked_at.isoformat(),
            "so_far": so_far,
        }
        key = f"{self.pk}:{asked_at.isoformat()}:{so_far}"
        return Job.objects.arm(ANONYMISE, key, run_at=at, payload=payload)


def months_before(at: datetime, months: int) -> datetime:
    """The same day so many months ago, or the last one of a month that is too short."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last))


def _ties_to_others(team: Team) -> list[models.QuerySet[Any]]:
    """What ties a contact to another team."""
    deals = Deal.everything.filter(gone_at=None).exclude(team=team).order_by()
    at_theirs = Affiliation.everything.filter(organization__in=deals.values("organization"))
    about = [
        rows.exclude(team=team) for rows in (Interaction.objects, Activity.objects, Note.objects)
    ]
    return [rows.filter(contact=CONTACT) for rows in (deals, at_theirs, *about)]


def _open_work() -> list[models.QuerySet[Any]]:
    """What is still to be done with a contact; what lies in the bin may come back."""
    deals = Deal.everything.filter(outcome=Deal.Outcome.OPEN, gone_at=None).order_by()
    there_now = Affiliation.everything.filter(until_on=None)
    at_work = there_now.filter(organization__in=deals.values("organization"))
    return [rows.filter(contact=CONTACT) for rows in (deals, at_work, Activity.objects.open())]


def _moments() -> list[models.Subquery]:
    """When something was last known of a contact; where nothing is, nobody counts as silent."""
    of_deals = Deal.everything.filter(contact=CONTACT)
    lines = LogEntry.objects.filter(subject_label=Contact._meta.label_lower, subject_id=CONTACT)
    told = ((Interaction, "occurred_at"), (Activity, "done_at"), (Note, "written_at"))
    return [
        _last(of_deals, "opened_at"),
        _last(of_deals, "closed_at"),
        _last(lines, "at"),
        *(
            _last(kind.objects.filter(**{about: CONTACT}), moment)
            for kind, moment in told
            for about in ("contact", "deal__contact")
        ),
    ]


def _last(rows: models.QuerySet[Any], moment: str) -> models.Subquery:
    newest = rows.order_by(models.F(moment).desc(nulls_last=True))
    return models.Subquery(newest.values(moment)[:1])


def forget(contact: Contact, *, at: datetime) -> None:
    """Take away who they are, and what was written of them; that there was contact stays.

    Whoever was merged into them is the same person.
    """
    same = models.Q(pk=contact.pk) | models.Q(merged_into=contact.pk)
    keys = list(Contact.everything.filter(same).values_list("pk", flat=True))
    changed = {"version": models.F("version") + 1}
    for key in keys:
        Contact.everything.filter(pk=key).update(
            name=f"Anon. {key}", language="", anonymised_at=at, **changed
        )
    ContactPoint.objects.filter(contact__in=keys).delete()
    Affiliation.everything.filter(contact__in=keys).update(role="")
    Note.objects.filter(contact__in=keys).delete()
    OwnFacts.objects.filter(contact__in=keys).delete()
    theirs = models.Q(contact__in=keys) | models.Q(contact=None, deal__contact__in=keys)
    Interaction.objects.filter(theirs).update(subject=WORDLESS, text="", **changed)
    planned = Activity.objects.filter(contact__in=keys)
    planned.update(title=WORDLESS, outcome_note="", **changed)
    named = ExternalId.objects.filter(label=Contact._meta.label_lower, object_id__in=keys)
    named.delete()
    merges = models.Q(contact__in=keys) | models.Q(absorbed_contact__in=keys)
    MergeRecord.objects.filter(merges).update(old={}, new={})

"""What imports leave behind: the names of our records elsewhere, and the runs themselves."""

from typing import Self

from django.db import models

LONGEST_KEY = 200


class ExternalIdQuerySet(models.QuerySet["ExternalId"]):
    def of(self, system: str, label: str) -> Self:
        """The names that this system has for our records of this kind."""
        return self.filter(system=system, label=label)


class ExternalId(models.Model):
    """The name of one of our records in another system.

    `label` is the kind of record, as in "crm.deal". `digest` is the fingerprint of what that
    system last said of it, and `version` the deal's version as the import left it: by these the
    next import knows what is new there, and what was worked on here.
    """

    system = models.CharField(max_length=60)
    label = models.CharField(max_length=60)
    external_id = models.CharField(max_length=LONGEST_KEY)
    object_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField(null=True)

    objects = ExternalIdQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "label", "external_id"], name="one_record_per_external_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.external_id} of {self.system}"


class CompanyImport(models.Model):
    """One import that changed something; the subject of the line in each team's logbook."""

    system = models.CharField(max_length=60)
    as_of = models.DateField()
    at = models.DateTimeField()
    created = models.PositiveIntegerField()
    updated = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"import {self.pk} from {self.system}"

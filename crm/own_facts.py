"""What the team knows of a customer besides, as its page and the API show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from crm import custom
from crm.cards import Reader
from crm.custom import Fact
from crm.happenings import Happening
from crm.models import Contact, FieldDefinition, FieldType, Organization, OwnFacts
from crm.models.own_facts import target_of
from crm.web import fields_about
from teams.models import LogEntry, Team

# Of a team without a process.
CURRENCY = "EUR"


@dataclass(frozen=True)
class Own:
    """What stands in the team's own fields about one customer, and these fields in their order."""

    facts: OwnFacts
    fields: list[FieldDefinition]
    currency: str

    @classmethod
    def of(cls, customer: Organization | Contact, reader: Reader) -> Self | None:
        """All of it; None for a manager who asks about a person.

        What a team writes down about somebody is as near to them as the ways to reach them.
        """
        if isinstance(customer, Contact) and not reader.sees_people:
            return None
        fields = fields_about(reader.team, target_of(customer))
        facts = OwnFacts.objects.of(reader.team, customer)
        return cls(facts, fields, _currency_of(reader.team, fields))

    @property
    def told(self) -> list[Fact]:
        """What is filled in, in the words of the reader."""
        return custom.facts_of(self.fields, self.facts.custom, currency=self.currency)

    def was_made_so_by(self, entry: LogEntry) -> bool:
        """Whether this line tells how it came to what stands here now."""
        made = (Happening.OWN_FACTS_EDITED, self.facts.pk, self.facts.version)
        return (entry.kind, entry.details.get("facts"), entry.details.get("version")) == made


def _currency_of(team: Team, fields: Iterable[FieldDefinition]) -> str:
    """In what the team counts money: that of its first process."""
    if all(field.type != FieldType.MONEY for field in fields):
        return CURRENCY
    return team.pipelines.in_order().values_list("currency", flat=True).first() or CURRENCY

"""The numbers by which a team calls its deals."""

from django.db import models

from teams.models import Team

RESERVE = """
INSERT INTO crm_dealnumbering AS numbering (team_id, last) VALUES (%(team)s, %(count)s)
ON CONFLICT (team_id) DO UPDATE SET last = numbering.last + EXCLUDED.last
RETURNING team_id, last
"""


class DealNumbering(models.Model):
    """The last number that a team gave to a deal."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"the deals of {self.team_id} up to {self.last}"

    @classmethod
    def next_for(cls, team: Team, *, count: int = 1) -> int:
        """Reserve this many numbers and return the first of them.

        Runs inside the transaction that uses them: the next one to ask waits for its end.
        """
        [numbering] = cls.objects.raw(RESERVE, {"team": team.pk, "count": count})
        return numbering.last - count + 1

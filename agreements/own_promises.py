"""On the page of all one's reading rooms: what one promised the teams oneself, by its day."""

from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone

from agreements.models import AgreementVersion, Fate, Occurrence, Side
from teams import panels
from teams.models import Team, User
from teams.panels import Panel

MOST = 20


@panels.register("rooms")
def what_i_promised(_request: HttpRequest, person: User) -> Panel | None:
    """What a manager has to keep yet, in every team that they follow; nothing for nobody."""
    words = AgreementVersion.objects.filter(
        agreement=OuterRef("agreement"), number=OuterRef("agreement__in_force")
    )
    promised = (
        Occurrence.objects.filter(
            state=Fate.UPCOMING,
            team__in=Team.objects.followed_by(person),
            agreement__parties__person=person,
            agreement__parties__side=Side.PROMISOR,
        )
        .annotate(
            then=Subquery(words.values("then")),
            team_name=F("team__name"),
            team_slug=F("team__slug"),
        )
        .order_by("due_on", "pk")
    )
    found = list(promised[:MOST])
    if not found:
        return None
    context = {"promises": found, "today": timezone.localdate()}
    return Panel("agreements/_own_promises.html", context)

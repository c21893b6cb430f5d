"""The views that the demo's teams keep, and one that somebody keeps alone."""

from datetime import datetime

from crm.models import SavedView
from teams.models import Membership

OPEN = [["outcome", "is", "open"]]
OF_THE_TEAM = {
    "Waiting longer than usual": ([OPEN, [["age", "is", "long"]]], "-age"),
    "No next step": ([OPEN, [["step", "is", "none"]]], "-age"),
    "Closing this month": ([OPEN, [["expected", "this", "month"]]], "expected"),
}
# Who asks what closes soon looks at where it came from rather than at how long it has stood.
COLUMNS = {
    "Closing this month": ["title", "customer", "stage", "amount", "expected", "tags", "source"]
}
MINE, LARGE = [["owner", "is", "me"]], [["amount", "at-least", "10000"]]
OF_ONE = {"Mine, the large ones": ([OPEN, MINE, LARGE], "-amount")}


# Who drives past a customer wants to know where the car can stand, and whether anybody is there.
ON_THE_ROAD = {
    "filter": [OPEN, [["organization-where-we-may-park", "filled", ""]]],
    "sort": "step",
    "columns": [
        "title",
        "customer",
        "organization-where-we-may-park",
        "organization-closed-on",
        "contact-best-to-call",
        "step",
    ],
}


def keep_the_one_for_the_road(*, by: Membership, at: datetime) -> None:
    """A view of the team by what it itself knows of its customers."""
    SavedView.objects.add("On the road", ON_THE_ROAD, own=False, by=by, at=at)


def keep_views(*, by: Membership, at: datetime) -> None:
    """Three views of the team, and one of the person who kept them."""
    for own, views in ((False, OF_THE_TEAM), (True, OF_ONE)):
        for name, (filter_, sort) in views.items():
            asked = {"filter": filter_, "sort": sort, "columns": COLUMNS.get(name, [])}
            SavedView.objects.add(name, asked, own=own, by=by, at=at)

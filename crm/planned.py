"""An activity at a glance, in the words of its reader."""

from dataclasses import dataclass
from typing import Self

from django.urls import reverse

from crm.cards import Reader
from crm.models import Activity
from teams.models import User
from teams.templatetags.kring import short_date

ICONS = {
    "call": "phone",
    "mail": "mail",
    "meeting": "users-round",
    "task": "check",
    "visit": "flag",
}


@dataclass(frozen=True)
class Planned:
    """What a calendar shows of an activity. `state` is late, open, done or dropped.

    `who` is None for what the team has to share out, and for a manager.
    """

    pk: int
    icon: str
    kind: str
    title: str
    about: str
    state: str
    is_next_step: bool
    time_text: str
    day_text: str
    who: User | None
    version: int
    url: str

    @classmethod
    def of(cls, activity: Activity, reader: Reader) -> Self:
        clock = activity.due_time
        return cls(
            pk=activity.pk,
            icon=ICONS[activity.kind],
            kind=str(activity.get_kind_display()),
            title=activity.title,
            about=activity.about,
            state=_state(activity, reader),
            is_next_step=activity.is_next_step,
            time_text=f"{clock:%H:%M}" if clock else "",
            day_text=short_date(activity.due_on, reader.today),
            who=activity.assignee if reader.sees_people else None,
            version=activity.version,
            url=reverse("crm:activity", args=[reader.team.slug, activity.pk]),
        )


def _state(activity: Activity, reader: Reader) -> str:
    if activity.done_at:
        return "done"
    if activity.dropped_at:
        return "dropped"
    return "late" if activity.due_on < reader.today else "open"

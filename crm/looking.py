"""What a page is asked to look at: the filter, the order and the saved view of its address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from crm.columns import Columns
from crm.filters import Filter, Vocabulary
from crm.filters.vocabulary import is_about_a_person
from crm.forms import FindDeals, NameView
from crm.listing import NEWEST, Wish
from crm.models import SavedView

LAYOUTS: dict[str, str] = {
    SavedView.Layout.LIST: "crm:deals",
    SavedView.Layout.BOARD: "crm:board",
    SavedView.Layout.CALENDAR: "crm:calendar",
}


@dataclass(frozen=True)
class Look:
    """An address as it was understood. `lost` says which lines of a view mean nothing any more."""

    form: FindDeals
    views: SimpleLazyObject
    view: SavedView | None
    lost: Sequence[str]

    @classmethod
    def of(cls, asked: QueryDict, vocabulary: Vocabulary) -> "Look":
        """Read an address; with nothing but a view in it, as the view says.

        Raises Http404 for a view that is not there for this reader, when nothing else is asked.
        """
        lost: list[str] = []
        alone = not set(asked) - {"view", "page"}
        views = SimpleLazyObject(partial(views_of, vocabulary))
        view = _view(asked.get("view", ""), views, must_be_there=alone)
        if view and alone:
            filter_, lost = Filter.kept(view.filter, vocabulary)
            columns = Columns(vocabulary.reader)
            # By what has gone since nobody sorts, and a column that has gone is left out.
            sort = view.sort if view.sort and columns.order(view.sort) else NEWEST
            shown = columns.as_kept(columns.chosen(view.columns))
            wish = Wish(filter_, sort, view.pk, shown)
            asked = QueryDict(wish.address().removeprefix("?"))
        return cls(FindDeals(asked, vocabulary=vocabulary), views, view, lost)

    @classmethod
    def of_nothing(cls, vocabulary: Vocabulary) -> "Look":
        """An address that asks nothing."""
        look = cls.of(QueryDict(), vocabulary)
        look.form.full_clean()
        return look

    @cached_property
    def wish(self) -> Wish:
        """The wish, of an address that is valid."""
        return replace(self.form.wish(), view=self.view.pk if self.view else None)

    def shelf(self) -> list[tuple[SavedView, str]]:
        """The saved views that this reader can open, each with its address."""
        return [(each, address_of(each)) for each in self.views]

    def shelf_at(self, url: str) -> list[tuple[SavedView, str]]:
        """The same, each looked at on the page at this address."""
        return [(each, f"{url}?view={each.pk}") for each in self.views]

    @property
    def usual(self) -> Filter:
        """The filter of an address that asks nothing."""
        return Look.of_nothing(self.form.vocabulary).wish.filter

    @property
    def clear_url(self) -> str:
        """The same without what no field of the page shows."""
        return self.form.without_filter().address()


def views_of(vocabulary: Vocabulary) -> list[SavedView]:
    """The team's views and the reader's own; for a manager those that ask for nobody."""
    kept = vocabulary.reader.team.saved_views.kept()
    if vocabulary.reader.sees_people:
        return list(kept.shown_to(vocabulary.user))
    return [view for view in kept.shown_to(None) if not any(map(is_about_a_person, view.asked))]


def address_of(view: SavedView) -> str:
    """Where the view is opened: on the list, the board or the calendar."""
    return f"{reverse(LAYOUTS[view.layout], args=[view.team.slug])}?view={view.pk}"


def looking_context(look: Look, layout: str) -> dict[str, Any]:
    """What the templates show around a list, a board or a calendar: views, and what is asked."""
    return {
        "views": look.shelf,
        "view": look.view,
        "lost": look.lost,
        "name_form": NameView.about(look.view, layout),
        "layout": layout,
        "here": look.wish.address(),
        "filter_url": look.wish.address(to=layout),
        "clear_url": look.clear_url,
        "is_narrowed": look.wish.filter != look.usual,
    }


def as_kept(wish: Wish, layout: str) -> dict[str, Any]:
    """What a saved view holds of a wish."""
    return {
        "filter": wish.filter.as_json(),
        "sort": wish.sort,
        "columns": list(wish.columns),
        "layout": layout,
    }


def _view(key: str, views: Iterable[SavedView], *, must_be_there: bool) -> SavedView | None:
    if not key:
        return None
    for view in views:
        if str(view.pk) == key:
            return view
    if must_be_there:
        raise Http404
    return None

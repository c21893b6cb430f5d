"""The page on which a filter is built, whatever it is about: its rows, and where they lead."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from crm.filter_form import FilterRows
from crm.filters import Fields, Filter
from teams.web import TeamRequest, wants_fragment

REMOVE = "remove-"


@dataclass(frozen=True)
class Building:
    """The page, what can be asked on it, and where it begins and ends.

    `keeps` names what an address asks beside the filter. `standing` reads the filter of the
    address, and `shown` leads to what one that was built asks for. `nothing` is said of no filter
    where that means something else than all deals.
    """

    template: str
    fields: Fields
    keeps: tuple[str, ...]
    standing: Callable[[], Filter]
    shown: Callable[[Filter], HttpResponse]
    nothing: str = ""

    def answer(self, request: TeamRequest) -> HttpResponse:
        """The rows of the filter of the address, or as they are being filled in."""
        act = request.GET.get("do", "")
        if not act and not wants_fragment(request):
            return self._page(request, FilterRows.about(self.standing()))
        rows = FilterRows.of(
            request.GET, self.fields, checked=act == "show", without=act.removeprefix(REMOVE)
        )
        if act == "add" and (asked := self.fields.fields.get(request.GET.get("new", ""))):
            rows.add(asked)
        if act != "show":
            return self._page(request, rows)
        if not rows.is_valid():
            return self._page(request, rows, status=422)
        return self.shown(rows.filter())

    def _page(self, request: TeamRequest, rows: FilterRows, *, status: int = 200) -> HttpResponse:
        context = {
            "rows": rows,
            "nothing": self.nothing,
            "offered": self.fields.offered(),
            "kept": {name: request.GET.get(name, "") for name in self.keeps},
        }
        template = "crm/_filter_rows.html" if wants_fragment(request) else self.template
        return render(request, template, context, status=status)

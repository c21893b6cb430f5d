"""Find or do: the page that looks for something, and the fragment that the palette shows."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from teams.search import MOST, PAGE, Kind, Query, few_of_each, kinds, page_of
from teams.web import TeamRequest, reader_page, wants_fragment

# The numbers of the pages that there may be; whatever else is asked for is the first.
NUMBERS = {str(number): number for number in range(1, MOST // PAGE + 1)}


@require_safe
@reader_page
def search(request: TeamRequest) -> HttpResponse:
    """A few of everything that was found, or a page of one kind."""
    text = request.GET.get("q", "")
    kind = next((each for each in kinds() if each.key == request.GET.get("kind")), None)
    context = _page(request, text, kind) if kind else _few(request, text)
    template = "teams/_hits.html" if wants_fragment(request) else "teams/search.html"
    return render(request, template, context)


def _few(request: TeamRequest, text: str) -> dict[str, object]:
    query = Query.by(request.user, request.team, text)
    groups = [
        {"group": group, "more_url": _address(query.text, group.kind) if group.has_more else ""}
        for group in few_of_each(request.user, query)
    ]
    return {"q": query.text, "groups": groups}


def _page(request: TeamRequest, text: str, kind: Kind) -> dict[str, object]:
    query = Query.by(request.user, request.team, text, most=MOST)
    number = NUMBERS.get(request.GET.get("page", ""), 1)
    group = page_of(kind, request.user, query, page=number)
    before = _address(query.text, kind, page=number - 1) if number > 1 else ""
    after = _address(query.text, kind, page=number + 1) if group.has_more else ""
    return {
        "q": query.text,
        "groups": [{"group": group, "more_url": ""}] if group.hits else [],
        "all_url": _address(query.text),
        "page": {"number": number, "has_other_pages": before or after},
        "previous_url": before,
        "next_url": after,
    }


def _address(text: str, kind: Kind | None = None, *, page: int = 1) -> str:
    told = {"q": text}
    if kind:
        told["kind"] = kind.key
    if page > 1:
        told["page"] = str(page)
    return f"?{urlencode(told)}"

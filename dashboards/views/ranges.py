"""The normal range of a figure: which one holds, and how the team signs another."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dashboards import ranges
from dashboards.figures import Kpi
from dashboards.models import Baseline, BaselineError, StaleBaseline
from dashboards.periods import Period, PeriodKind
from dashboards.range_form import ChooseStretch, RebaseRange, SignRange
from dashboards.views.figures import kind_asked_for, kinds_of, last_shown
from dashboards.web import find_kpi
from teams.web import MemberRequest, TeamRequest, member_page, reader_page


@require_safe
@reader_page
def normal_range(request: TeamRequest, kpi: str) -> HttpResponse:
    """The range that holds for this figure, and those before it."""
    which, kind = find_kpi(kpi), kind_asked_for(request)
    last = last_shown(request, kind)
    context: dict[str, Any] = {"kpi": which, "kind": kind, "kinds": kinds_of(request, kind)}
    if last:
        sees_people = request.member is not None
        context["page"] = ranges.page_of(which, request.team, last, sees_people=sees_people)
    return render(request, "dashboards/range.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def signing(request: MemberRequest, kpi: str) -> HttpResponse:
    """Choose a stretch, see what it gives, answer what is asked, and sign for the team."""
    which, kind = find_kpi(kpi), kind_asked_for(request)
    signing = Signing(request, which, kind)
    if request.method != "POST":
        return signing.page()
    form = signing.form_for(request.POST)
    if not form.is_valid():
        return signing.page(form, status=422)
    try:
        form.save(which, by=request.member, at=timezone.now())
    except StaleBaseline as refusal:
        return signing.conflict(form, refusal)
    except BaselineError as refusal:
        form.add_error(None, str(refusal))
        return signing.page(form, status=422)
    messages.success(request, _("Signed for the team. It holds from now on."))
    return redirect(f"{reverse('dashboards:range', args=[request.team.slug, kpi])}?by={kind}")


class Signing:
    """The page on which a range is signed, as it is now."""

    def __init__(self, request: MemberRequest, kpi: Kpi, kind: PeriodKind) -> None:
        self.request, self.kpi, self.kind = request, kpi, kind
        self.current: Baseline | None = request.team.baselines.current().of(kpi, kind).first()
        self.known = ranges.measured(kpi, request.team, kind)
        self.choices = ranges.to_choose_from(self.known, self.current)

    @property
    def form(self) -> type[SignRange]:
        return RebaseRange if self.current else SignRange

    @property
    def seen(self) -> int:
        return self.current.pk if self.current else 0

    def form_for(self, data: Any) -> SignRange:
        """What was sent, read as it was asked: whoever saw no range had nothing to answer."""
        asked = SignRange if data.get("seen") == "0" else RebaseRange
        return asked(data, among=self.known)

    def conflict(self, form: SignRange, refusal: StaleBaseline) -> HttpResponse:
        """Both ranges beside each other: what somebody signed, and what was about to be."""
        fresh = Signing(self.request, self.kpi, self.kind)
        again = form.beside(fresh.form, fresh.seen, str(refusal), among=fresh.known)
        return fresh.page(again, status=409)

    def page(self, form: SignRange | None = None, *, status: int = 200) -> HttpResponse:
        """The stretch that was chosen, or a likely one, and what it gives."""
        context: dict[str, Any] = {
            "kpi": self.kpi,
            "kind": self.kind,
            "kinds": kinds_of(self.request, self.kind),
            "current": ranges.current_of(self.kpi, self.request.team, self.kind),
            "known": len(self.known),
            "form": form,
        }
        stretch = self._stretch(form)
        if stretch:
            chosen = {"first": str(stretch[0]), "last": str(stretch[1])}
            context |= {
                "proposal": ranges.propose(
                    self.kpi, self.request.team, *stretch, self.current, until=self.known[-1]
                ),
                "chooser": ChooseStretch(initial=chosen, among=self.choices),
                "form": form
                or self.form(initial={**chosen, "seen": self.seen}, among=self.choices),
            }
        return render(self.request, "dashboards/range_signing.html", context, status=status)

    def _stretch(self, form: SignRange | None) -> tuple[Period, Period] | None:
        if not self.choices:
            return None
        asked = ChooseStretch(form.data if form else self.request.GET, among=self.choices)
        if asked.is_valid():
            return asked.cleaned_data["first"], asked.cleaned_data["last"]
        return ranges.usual_stretch(self.kpi, self.request.team, self.choices)

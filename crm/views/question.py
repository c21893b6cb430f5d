"""The customer's page: one question, for whoever has its link."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crm.models import Question, VoiceError
from crm.models.voice import State
from crm.question_form import AnswerQuestion
from teams import wall
from teams.limits import is_too_often
from teams.web import SAFE, public_page

STATUSES = {
    State.ANSWERED: HTTPStatus.OK,
    State.EXPIRED: HTTPStatus.GONE,
    State.WITHDRAWN: HTTPStatus.GONE,
}
LOOKS_A_MINUTE, ANSWERS_A_MINUTE = 60, 10


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public_page
def question(request: HttpRequest, link: str) -> HttpResponse:
    """Ask, and keep the answer, once. Looking changes nothing: mail scanners open links."""
    _speak(request)
    if _is_too_often(request, link):
        return _over(request, "crm/question_later.html", HTTPStatus.TOO_MANY_REQUESTS)
    found = _find(request, link)
    if found is None:
        return _over(request, "crm/question_unknown.html", HTTPStatus.NOT_FOUND)
    with timezone.override(found.team.zone):
        return _answered(request, found) if request.method == "POST" else _shown(request, found)


def _shown(request: HttpRequest, found: Question) -> HttpResponse:
    state = found.state(timezone.now())
    if state != State.OPEN:
        return _over(request, "crm/question_over.html", STATUSES[state], state=state)
    return _page(request, found, AnswerQuestion())


def _answered(request: HttpRequest, found: Question) -> HttpResponse:
    if found.state(timezone.now()) != State.OPEN:
        return _shown(request, found)
    form = AnswerQuestion(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    language = translation.get_language() or ""
    try:
        found.answer(**form.cleaned_data, language=language, at=timezone.now())
    except VoiceError:
        # Somebody else with the same link was faster, or the time is over: the page says which.
        return _shown(request, found)
    return redirect(request.get_full_path())


def _speak(request: HttpRequest) -> None:
    """Go on in the language of the link, where it names one; it is kept nowhere."""
    wanted = request.GET.get("language")
    if wanted in dict(settings.LANGUAGES):
        translation.activate(wanted)


def _is_too_often(request: HttpRequest, link: str) -> bool:
    if request.method in SAFE:
        return is_too_often(request, "question", most=LOOKS_A_MINUTE)
    return is_too_often(request, "answer", most=ANSWERS_A_MINUTE) or is_too_often(
        request, "answer-about", about=link, most=ANSWERS_A_MINUTE
    )


def _find(request: HttpRequest, link: str) -> Question | None:
    """The question of this link. From here on its team is open, and only for who answers."""
    wanted = Question.objects.select_related("team", "closing", "deal__pipeline")
    with wall.opened():
        found = wanted.of_link(link).first()
    if found is None:
        return None
    (wall.only_read if request.method in SAFE else wall.open_for)([found.team_id])
    return found


def _page(
    request: HttpRequest, found: Question, form: AnswerQuestion, *, status: int = 200
) -> HttpResponse:
    context = {"question": found, "form": form}
    return _unlisted(render(request, "crm/question.html", context, status=status))


def _over(request: HttpRequest, template: str, status: int, **said: str) -> HttpResponse:
    return _unlisted(render(request, template, said, status=status))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response

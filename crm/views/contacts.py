"""The contacts whom the team knows, and a new one among them."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crm import contacts as shown
from crm.customer_forms import AddContactSomewhere, FindContacts
from crm.listing import pages
from crm.models import Contact, CustomerError
from crm.web import reader_of
from teams.web import MemberRequest, TeamRequest, by_method, member_page, reader_page


@require_safe
@reader_page
def read(request: TeamRequest) -> HttpResponse:
    """The contacts whom the team knows, as the address asks for them."""
    return _list(request)


@require_POST
@member_page
def add(request: MemberRequest) -> HttpResponse:
    """Somebody who works at a customer of the team."""
    form = AddContactSomewhere(request.POST, team=request.team)
    if not form.is_valid():
        return _list(request, added=form, status=422)
    if not form.is_new():
        return _list(request, added=form, status=409)
    try:
        made = Contact.objects.add(**form.facts(), by=request.member, at=timezone.now())
    except CustomerError as refusal:
        form.add_error("organization", str(refusal))
        return _list(request, added=form, status=422)
    return redirect("crm:contact", request.team.slug, made.pk)


contacts = by_method(read=read, write=add)


def _list(
    request: TeamRequest, *, added: AddContactSomewhere | None = None, status: int = 200
) -> HttpResponse:
    form = FindContacts(request.GET)
    if not form.is_valid():
        raise Http404
    wish, reader = form.wish(), reader_of(request)
    page = shown.listed(reader, wish, page=request.GET.get("page"))
    context = {
        "form": form,
        "wish": wish,
        "page": page,
        "people": list(shown.people_on(page, reader)),
        "sees_people": reader.sees_people,
        "headings": shown.headings(wish, reader),
        **pages(wish, page),
        "add_form": added or AddContactSomewhere(team=request.team, auto_id="new-%s"),
    }
    return render(request, "crm/contacts.html", context, status=status)

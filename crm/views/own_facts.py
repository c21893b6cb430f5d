"""What the team knows of a customer besides, written down on the page of that customer."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.customer_forms import EditOwnFacts
from crm.models import Contact, FieldError, Organization, StaleCustomer
from crm.own_facts import Own
from crm.stream import undo_url
from crm.views.customers import contact_page, customer_page
from crm.web import find_contact, find_organization, reader_of
from teams import story
from teams.web import MemberRequest, member_page


@require_POST
@member_page
def customer(request: MemberRequest, organization: int) -> HttpResponse:
    """Write down what we know of an organization besides."""
    return _keep(request, find_organization(organization), customer_page, "crm:customer")


@require_POST
@member_page
def contact(request: MemberRequest, contact: int) -> HttpResponse:
    """The same of somebody who works there."""
    return _keep(request, find_contact(request.team, contact), contact_page, "crm:contact")


def _keep(
    request: MemberRequest,
    about: Organization | Contact,
    page: Callable[..., HttpResponse],
    address: str,
) -> HttpResponse:
    """Who comes second sees both versions and decides again."""
    own = Own.of(about, reader_of(request))
    assert own
    form = EditOwnFacts(request.POST, fields_asked=own.fields, kept=own.facts.custom)
    if not form.is_valid():
        return page(request, about, own_form=form, status=422)
    version = form.cleaned_data["version"]
    try:
        line = own.facts.edit(form.custom(), version=version, by=request.member, at=timezone.now())
    except StaleCustomer as refusal:
        form = form.beside(own.facts, str(refusal), currency=own.currency)
        return page(request, about, own_form=form, status=409)
    except FieldError as refusal:
        form.add_error(None, str(refusal))
        return page(request, about, own_form=form, status=422)
    if line:
        undo = undo_url(line, request.team.slug)
        messages.success(request, story.line(line), extra_tags=f"undo:{undo}")
    return redirect(address, request.team.slug, about.pk)

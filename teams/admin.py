"""The administrator's desk: people, teams, who belongs where. No content, no figures."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.admin import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from teams import countries
from teams.erasing import ErasureError, erase, refuse_to_erase
from teams.forms import Erase
from teams.models import ManagerLink, Membership, Team, TeamError, User

admin.site.site_header = _("Kring administration")
admin.site.site_title = _("Kring")
# Rights hang on memberships and links, and an address belongs to its person.
admin.site.unregister([Group, EmailAddress])


class LastingAdmin(admin.ModelAdmin):
    """What has been is kept: nothing can be deleted here, and the rules of the house hold."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form; when a rule refuses, say so and show it again with what was chosen."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except TeamError as refusal:
            messages.error(request, str(refusal))
            chosen = {str(name): request.POST.get(str(name), "") for name in self.fields or ()}
            return HttpResponseRedirect(f"{request.path}?{urlencode(chosen)}")


@admin.register(User)
class PersonAdmin(LastingAdmin, UserAdmin):
    """A person who leaves can no longer sign in; what the team did stays readable."""

    list_display = ["name", "email", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "email"]
    ordering = ["name", "pk"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})
    ]

    actions = ["erase_for_good"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Of whoever was erased nothing is there that could be changed.
        is_erased = isinstance(obj, User) and obj.erased_at is not None
        return not is_erased and super().has_change_permission(request, obj)

    @admin.action(description=_("Erase for good whoever was chosen"), permissions=["change"])
    def erase_for_good(self, request: Any, queryset: Any) -> HttpResponse | None:
        """Erase one person, after a page that says what goes and what stays."""
        chosen = list(queryset[:2])
        if len(chosen) > 1:
            messages.error(request, gettext("Choose one person: nobody is erased in passing."))
            return None
        person = chosen[0]
        form = Erase(request.POST if "erased" in request.POST else None)
        try:
            refuse_to_erase(person)
            if not form.is_valid():
                return self._before_erasing(request, person, form)
            erase(person, by=request.user, at=timezone.now())
        except ErasureError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, gettext("They are erased."))
        return None

    def _before_erasing(self, request: HttpRequest, person: User, form: Erase) -> HttpResponse:
        words = {
            **self.admin_site.each_context(request),
            "title": gettext("Erase for good"),
            "person": person,
            "form": form,
            "opts": self.model._meta,
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/erase.html", words, status=status)

    def save_model(self, request: Any, obj: User, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        # Whoever has the old mailbox must not be able to reset the password with it.
        EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()


@admin.register(Team)
class TeamAdmin(LastingAdmin):
    list_display = ["name", "slug", "timezone", "country", "started_at", "dissolved_at"]
    search_fields = ["name"]
    actions = ["dissolve"]
    fields = ["name", "slug", "timezone", "country"]
    ordering = ["name", "pk"]

    @admin.action(description=_("Dissolve what was chosen, where nobody is left"))
    def dissolve(self, request: Any, queryset: Any) -> None:
        """A team that still has members is not dissolved, so nobody loses anything by this."""
        for team in queryset.living():
            try:
                team.dissolve(by=request.user, at=timezone.now())
            except TeamError as refusal:
                messages.error(request, str(refusal))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        # Figures are cut at the days of the time zone, and links point to the address.
        return ["slug", "timezone"] if obj else []

    def formfield_for_dbfield(
        self, db_field: Field, request: Any, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "country":
            field.widget = forms.Select(choices=countries.choices())
        return field

    def save_model(self, request: Any, obj: Team, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        now = timezone.now()
        if change:
            obj.rename(form.cleaned_data["name"], by=request.user, at=now)
            obj.keep_holidays_of(form.cleaned_data["country"], by=request.user, at=now)
        else:
            team = Team.start(
                obj.name,
                by=request.user,
                at=now,
                timezone=obj.timezone,
                country=obj.country,
                slug=obj.slug,
            )
            obj.pk = team.pk


class PlaceAdmin(LastingAdmin):
    """People come and go by the team's own rules."""

    list_display = ["user", "team", "since_at", "until_at"]
    list_filter = ["team"]
    list_select_related = ["user", "team"]
    search_fields = ["user__name", "team__name"]
    fields = ["team", "user"]
    ordering = ["team__name", "user__name", "pk"]
    actions = ["end_now"]

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(erased_at=None).by_name()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # a place is taken and left; it is not edited

    @admin.action(description=_("End what was chosen, now"), permissions=["add"])
    def end_now(self, request: Any, queryset: Any) -> None:
        now = timezone.now()
        for place in queryset.select_related("user", "team"):
            try:
                place.leave(by=request.user, at=now)
            except TeamError as refusal:
                messages.error(request, str(refusal))


class MoveForm(ActionForm):
    """Beside the actions on memberships: to which team somebody moves."""

    team = forms.ModelChoiceField(
        label=_("To team"), queryset=Team.objects.living().by_name(), required=False
    )


@admin.register(Membership)
class MembershipAdmin(PlaceAdmin):
    action_form = MoveForm
    actions = ["end_now", "move_now"]

    @admin.action(description=_("Move what was chosen to another team"), permissions=["add"])
    def move_now(self, request: Any, queryset: Any) -> None:
        """Let each leave their team for another one, at once or not at all."""
        # The desk has checked the form before it calls.
        team = MoveForm.base_fields["team"].clean(request.POST.get("team"))
        if team is None:
            messages.error(request, gettext("Say to which team."))
            return
        for place in queryset.select_related("user", "team"):
            try:
                place.move_to(team, by=request.user, at=timezone.now())
            except TeamError as refusal:
                messages.error(request, str(refusal))

    def save_model(
        self,
        request: Any,
        obj: Membership,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001
    ) -> None:
        obj.pk = obj.team.welcome(obj.user, by=request.user, at=timezone.now()).pk


@admin.register(ManagerLink)
class ManagerLinkAdmin(PlaceAdmin):
    def save_model(
        self,
        request: Any,
        obj: ManagerLink,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001
    ) -> None:
        obj.pk = obj.team.link_manager(obj.user, by=request.user, at=timezone.now()).pk

"""The administrator's desk: people, teams, who belongs where. No content, no figures."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models import ManagerLink, Membership, Team, TeamError, User

admin.site.site_header = _("Kring administration")
admin.site.site_title = _("Kring")
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(UserAdmin):
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

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # a person who leaves can no longer sign in; what the team did stays readable


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "timezone", "started_at"]
    search_fields = ["name"]
    fields = ["name", "slug", "timezone"]
    ordering = ["name", "pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        # Figures are cut at the days of the time zone, and links point to the address.
        return ["slug", "timezone"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Team, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        now = timezone.now()
        if change:
            obj.rename(form.cleaned_data["name"], by=request.user, at=now)
            return
        team = Team.start(obj.name, by=request.user, at=now, timezone=obj.timezone, slug=obj.slug)
        obj.pk = team.pk


class PlaceAdmin(admin.ModelAdmin):
    """People come and go by the team's own rules; a refusal is told, not crashed on."""

    list_display = ["user", "team", "since_at", "until_at"]
    list_filter = ["team"]
    list_select_related = ["user", "team"]
    search_fields = ["user__name", "team__name"]
    fields = ["team", "user"]
    autocomplete_fields = ["team", "user"]
    ordering = ["team__name", "user__name", "pk"]
    actions = ["end_now"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except TeamError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())


@admin.register(Membership)
class MembershipAdmin(PlaceAdmin):
    def save_model(
        self, request: Any, obj: Membership, form: forms.ModelForm, change: bool
    ) -> None:  # noqa: FBT001
        obj.pk = obj.team.welcome(obj.user, by=request.user, at=timezone.now()).pk

    @admin.action(description=_("End the chosen memberships now"), permissions=["view"])
    def end_now(self, request: Any, queryset: Any) -> None:
        for membership in queryset.current().select_related("user", "team"):
            membership.leave(by=request.user, at=timezone.now())


@admin.register(ManagerLink)
class ManagerLinkAdmin(PlaceAdmin):
    def save_model(
        self, request: Any, obj: ManagerLink, form: forms.ModelForm, change: bool
    ) -> None:  # noqa: FBT001
        obj.pk = obj.team.link_manager(obj.user, by=request.user, at=timezone.now()).pk

    @admin.action(description=_("End the chosen links now"), permissions=["view"])
    def end_now(self, request: Any, queryset: Any) -> None:
        for link in queryset.current().select_related("user", "team"):
            link.end(by=request.user, at=timezone.now())

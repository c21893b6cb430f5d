"""Every address of Kring."""

from allauth.account import urls as allauth
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

from config import health
from crm.views.question import question
from crm.views.start import start_team
from dashboards.views import rooms
from teams.api_copy import CopyView
from teams.api_hours import HoursView
from teams.api_search import SearchView
from teams.web import own_page, public_page

schema = own_page(SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]))

# One way to sign in, with its limits, for administrators too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# An administrator gives the address that somebody signs in with; nobody adds or confirms one.
ABOUT_ADDRESSES = {
    "account_email",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
}
signing_in = [page for page in allauth.urlpatterns if page.name not in ABOUT_ADDRESSES]

urlpatterns = [
    path("", include("teams.urls")),
    path("questions/<slug:link>/", question, name="question"),
    path("reading/", rooms.rooms, name="rooms"),
    path("reading/compared/<slug:kpi>/", rooms.compared, name="compared"),
    path("start-a-team/", start_team, name="start-team"),
    path("teams/<slug:team_slug>/", include("crm.urls")),
    path("teams/<slug:team_slug>/", include("dashboards.urls")),
    path("teams/<slug:team_slug>/", include("agreements.urls")),
    path("teams/<slug:team_slug>/", include("debates.urls")),
    path("teams/<slug:team_slug>/", include("reviews.urls")),
    path("api/v1/teams/<slug:team_slug>/", include("crm.api.urls")),
    path("api/v1/teams/<slug:team_slug>/", include("dashboards.api.urls")),
    path("api/v1/teams/<slug:team_slug>/", include("agreements.api.urls")),
    path("api/v1/teams/<slug:team_slug>/", include("debates.api.urls")),
    path("api/v1/teams/<slug:team_slug>/", include("teams.api_urls")),
    path("api/v1/teams/<slug:team_slug>/", include("reviews.api.urls")),
    path("api/v1/teams/<slug:team_slug>/search/", SearchView.as_view(), name="search-api"),
    path("api/v1/teams/<slug:team_slug>/hours/", HoursView.as_view(), name="hours-api"),
    path("api/v1/copy/", CopyView.as_view(), name="copy-api"),
    path("api/v1/schema/", schema, name="schema"),
    path("accounts/", include(signing_in)),
    path("i18n/setlang/", require_POST(public_page(set_language)), name="set_language"),
    path("admin/health/", admin.site.admin_view(health.page), name="health"),
    path("admin/", admin.site.urls),
]

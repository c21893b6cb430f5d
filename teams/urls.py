from django.urls import path

from teams.views import (
    charter,
    demo,
    home,
    hours,
    invitation,
    leaving,
    look,
    people,
    profile,
    recorded,
    roles,
    search,
)

urlpatterns = [
    path("", home.teams, name="teams"),
    path("profile/", profile.profile, name="profile"),
    path("profile/recorded/", recorded.what_is_recorded, name="recorded"),
    path("profile/copy/", recorded.copy, name="copy"),
    path("profile/copy/file/", recorded.copy_file, name="copy-file"),
    path("theme/", look.theme, name="theme"),
    path("strip/", look.strip, name="strip"),
    path("demo/sign-in/", demo.demo_sign_in, name="demo-sign-in"),
    path("invitations/<slug:token>/", invitation.invitation, name="invitation"),
    path("teams/<slug:team_slug>/", home.home, name="home"),
    path("teams/<slug:team_slug>/hours/", hours.hours, name="hours"),
    path("teams/<slug:team_slug>/charter/", charter.charter, name="charter"),
    path("teams/<slug:team_slug>/charter/versions/", charter.versions, name="charter-versions"),
    path("teams/<slug:team_slug>/charter/frame/", charter.frame, name="frame"),
    path(
        "teams/<slug:team_slug>/charter/frame/withdrawal/",
        charter.frame_withdrawal,
        name="frame-withdrawal",
    ),
    path(
        "teams/<slug:team_slug>/charter/<int:charter>/<slug:answer>/",
        charter.answer,
        name="charter-answer",
    ),
    path("teams/<slug:team_slug>/leaving/", leaving.leaving, name="leaving"),
    path("teams/<slug:team_slug>/roles/", roles.roles, name="roles"),
    path("teams/<slug:team_slug>/roles/<int:role>/", roles.role, name="role"),
    path("teams/<slug:team_slug>/roles/<int:role>/<slug:deed>/", roles.deed, name="role-deed"),
    path(
        "teams/<slug:team_slug>/roles/<int:role>/nominations/<int:nomination>/<slug:answer>/",
        roles.answer,
        name="nomination-answer",
    ),
    path("teams/<slug:team_slug>/search/", search.search, name="search"),
    path("teams/<slug:team_slug>/people/", people.people, name="people"),
    path(
        "teams/<slug:team_slug>/people/invitations/<int:invitation>/again/",
        people.again,
        name="invitation-again",
    ),
    path(
        "teams/<slug:team_slug>/people/invitations/<int:invitation>/withdrawal/",
        people.withdrawal,
        name="invitation-withdrawal",
    ),
]

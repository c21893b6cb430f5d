from django.urls import path

from teams import api_charter, api_division, api_leaving, api_roles

app_name = "teams-api"
urlpatterns = [
    path("charter/", api_charter.CharterView.as_view(), name="charter"),
    path("charter/versions/", api_charter.VersionsView.as_view(), name="charter-versions"),
    path("charter/frame/", api_charter.FrameView.as_view(), name="frame"),
    path(
        "charter/frame/withdrawal/",
        api_charter.FrameWithdrawalView.as_view(),
        name="frame-withdrawal",
    ),
    path(
        "charter/<int:charter>/consent/",
        api_charter.CharterConsentView.as_view(),
        name="charter-consent",
    ),
    path(
        "charter/<int:charter>/objection/",
        api_charter.CharterObjectionView.as_view(),
        name="charter-objection",
    ),
    path("charter/<int:charter>/end/", api_charter.CharterEndView.as_view(), name="charter-end"),
    path("division/", api_division.DivisionView.as_view(), name="division"),
    path(
        "division/<int:division>/people/",
        api_division.DivisionPeopleView.as_view(),
        name="division-people",
    ),
    path(
        "division/<int:division>/words/",
        api_division.DivisionWordsView.as_view(),
        name="division-words",
    ),
    path(
        "division/<int:division>/proposal/",
        api_division.DivisionProposalView.as_view(),
        name="division-proposal",
    ),
    path(
        "division/<int:division>/consent/",
        api_division.DivisionConsentView.as_view(),
        name="division-consent",
    ),
    path(
        "division/<int:division>/objection/",
        api_division.DivisionObjectionView.as_view(),
        name="division-objection",
    ),
    path(
        "division/<int:division>/end/",
        api_division.DivisionEndView.as_view(),
        name="division-end",
    ),
    path(
        "division/<int:division>/parting/",
        api_division.PartingView.as_view(),
        name="division-parting",
    ),
    path("leaving/", api_leaving.LeavingView.as_view(), name="leaving"),
    path("roles/", api_roles.RolesView.as_view(), name="roles"),
    path("roles/<int:role>/", api_roles.RoleView.as_view(), name="role"),
    path("roles/<int:role>/nomination/", api_roles.NominationView.as_view(), name="nomination"),
    path("roles/<int:role>/resignation/", api_roles.ResignationView.as_view(), name="resignation"),
    path("roles/<int:role>/closing/", api_roles.ClosingView.as_view(), name="role-closing"),
    path(
        "roles/<int:role>/nominations/<int:nomination>/consent/",
        api_roles.NominationConsentView.as_view(),
        name="nomination-consent",
    ),
    path(
        "roles/<int:role>/nominations/<int:nomination>/objection/",
        api_roles.NominationObjectionView.as_view(),
        name="nomination-objection",
    ),
    path(
        "roles/<int:role>/nominations/<int:nomination>/end/",
        api_roles.NominationEndView.as_view(),
        name="nomination-end",
    ),
]

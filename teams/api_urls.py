from django.urls import path

from teams import api_charter

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
]

"""Addresses of study hours."""

from django.urls import path

from zhibu.education.views import ledger

app_name = "education"
urlpatterns = [
    path("branches/<int:branch_id>/", ledger.sessions, name="sessions"),
    path("branches/<int:branch_id>/entry/", ledger.entry, name="entry"),
    path("branches/<int:branch_id>/<uuid:operation>/", ledger.session, name="session"),
    path(
        "branches/<int:branch_id>/<uuid:operation>/reversal/",
        ledger.session_reversal,
        name="session_reversal",
    ),
    path("records/<int:record_id>/reversal/", ledger.reversal, name="reversal"),
]

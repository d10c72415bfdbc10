"""All addresses. Each app lists its own; config only places them."""

from django.urls import include, path

from zhibu.config.health import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("", include("zhibu.insights.urls")),
    path("", include("zhibu.ui.urls")),
    path("", include("zhibu.certificates.public_urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("accounts/", include("zhibu.accounts.urls")),
    path("audit/", include("zhibu.audit.urls")),
    path("certificates/", include("zhibu.certificates.urls")),
    path("conduct/", include("zhibu.conduct.urls")),
    path("dues/", include("zhibu.dues.urls")),
    path("education/", include("zhibu.education.urls")),
    path("imports/", include("zhibu.imports.urls")),
    path("jobs/", include("zhibu.jobs.urls")),
    path("meetings/", include("zhibu.meetings.urls")),
    path("members/", include("zhibu.members.urls")),
    path("mobility/", include("zhibu.mobility.urls")),
    path("organizations/", include("zhibu.organizations.urls")),
    path("points/", include("zhibu.points.urls")),
    path("months/", include("zhibu.months.urls")),
    path("", include("zhibu.inspections.urls")),
    path("", include("zhibu.accountability.urls")),
    path("", include("zhibu.reviews.urls")),
    path("reorganizations/", include("zhibu.reorganizations.urls")),
    path("rulebook/", include("zhibu.rulebook.urls")),
]

handler403 = "zhibu.ui.views.forbidden"
handler404 = "zhibu.ui.views.not_found"
handler500 = "zhibu.ui.views.server_error"

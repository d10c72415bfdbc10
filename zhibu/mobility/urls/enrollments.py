"""Addresses of proposals of new members."""

from django.urls import path

from zhibu.mobility.views import enrollments

urlpatterns = [
    path("enrollments/", enrollments.enrollments, name="enrollments"),
    path("enrollments/decisions/", enrollments.enrollment_decisions, name="enrollment_decisions"),
    path("enrollments/<int:proposal_id>/", enrollments.enrollment, name="enrollment"),
    path(
        "enrollments/<int:proposal_id>/withdrawal/",
        enrollments.enrollment_withdrawal,
        name="enrollment_withdrawal",
    ),
]

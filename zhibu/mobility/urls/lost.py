"""Addresses of the search for members who cannot be found."""

from django.urls import path

from zhibu.mobility.views import lost as views

urlpatterns = [
    path("lost/", views.lost, name="lost"),
    path("lost/<int:case_id>/", views.lost_case, name="lost_case"),
    path("lost/<int:case_id>/searches/", views.lost_searches, name="lost_searches"),
    path("lost/<int:case_id>/found/", views.lost_found, name="lost_found"),
    path("members/<int:member_id>/lost/new/", views.lost_new, name="lost_new"),
]

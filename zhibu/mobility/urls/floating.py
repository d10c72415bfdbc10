"""Addresses of floating members and guests."""

from django.urls import path

from zhibu.mobility.views import floating as views
from zhibu.mobility.views import floating_registrations as one

urlpatterns = [
    path("floating/", views.floating, name="floating"),
    path("floating/table/", views.floating_table, name="floating_table"),
    path("floating/calendar/", views.floating_calendar, name="floating_calendar"),
    path("floating/unregistered/", views.floating_unregistered, name="floating_unregistered"),
    path("floating/members/", views.floating_pick, name="floating_pick"),
    path("floating/guests/new/", views.guest_new, name="guest_new"),
    path("floating/<int:floating_id>/", one.registration, name="registration"),
    path(
        "floating/<int:floating_id>/correction/",
        one.registration_correction,
        name="registration_correction",
    ),
    path("floating/<int:floating_id>/contacts/", one.contacts, name="contacts"),
    path(
        "floating/<int:floating_id>/contacts/<int:contact_id>/withdrawal/",
        one.contact_withdrawal,
        name="contact_withdrawal",
    ),
    path("floating/<int:floating_id>/return/", one.registration_return, name="registration_return"),
    path("floating/<int:floating_id>/phone/", one.registration_phone, name="registration_phone"),
    path("members/<int:member_id>/floating/new/", views.floating_new, name="floating_new"),
    path("members/<int:member_id>/floating/", one.floating_panel, name="floating_panel"),
]

"""Addresses of membership events."""

from django.urls import path

from zhibu.mobility.views import matters

urlpatterns = [
    path("matters/", matters.matters, name="matters"),
    path("matters/<int:event_id>/", matters.event, name="event"),
    path("matters/<int:event_id>/settlement/", matters.settlement, name="event_settlement"),
    path("matters/<int:event_id>/filing/", matters.filing, name="event_filing"),
    path("matters/<int:event_id>/cancellation/", matters.cancellation, name="event_cancellation"),
    path("matters/members/<int:member_id>/", matters.events, name="events"),
    path("matters/members/<int:member_id>/<str:kind>/", matters.event_new, name="event_new"),
    path("members/<int:member_id>/panel/", matters.member_panel, name="member_panel"),
]

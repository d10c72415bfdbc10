"""Addresses of withdrawals for cause."""

from django.urls import path

from zhibu.certificates.views import withdrawals as views

urlpatterns = [
    path("withdrawals/", views.withdrawals, name="withdrawals"),
    path("withdrawals/<int:withdrawal_id>/", views.withdrawal, name="withdrawal"),
    path("withdrawals/<int:withdrawal_id>/own-objection/", views.own_objection, name="own_objection"),
    path("withdrawals/<int:withdrawal_id>/<str:deed>/", views.withdrawal_deed, name="withdrawal_deed"),
    path("members/<int:member_id>/withdrawals/new/", views.withdrawal_new, name="withdrawal_new"),
    path("members/<int:member_id>/withdrawals/panel/", views.withdrawal_panel, name="withdrawal_panel"),
]

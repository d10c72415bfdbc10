"""Addresses of accounts."""

from django.urls import path

from zhibu.accounts import views

app_name = "accounts"
urlpatterns = [
    path("users/", views.user_list, name="users"),
    path("users/opening/", views.opening, name="opening"),
    path("users/<int:user_id>/", views.user_detail, name="user"),
    path("users/<int:user_id>/closing/", views.closing, name="closing"),
    path("users/<int:user_id>/reopening/", views.reopening, name="reopening"),
    path("users/<int:user_id>/password/", views.password, name="password"),
    path("users/<int:user_id>/unlocking/", views.unlocking, name="unlocking"),
    path("users/<int:user_id>/second-factor/", views.second_factor, name="second_factor"),
    path("users/<int:user_id>/grants/", views.grants, name="grants"),
    path("users/<int:user_id>/proposals/", views.deed_proposals, name="deed_proposals"),
    path("assignments/<int:assignment_id>/revocation/", views.revocation, name="revocation"),
    path(
        "assignments/<int:assignment_id>/proposals/",
        views.revocation_proposals,
        name="revocation_proposals",
    ),
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/grants/", views.grant_confirmations, name="grant_confirmations"),
    path("proposals/<int:proposal_id>/confirmation/", views.confirmation, name="confirmation"),
    path("proposals/<int:proposal_id>/declining/", views.declining, name="declining"),
    path("roles/", views.role_list, name="roles"),
    path("me/", views.me, name="me"),
]

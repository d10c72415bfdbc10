"""Addresses of cases (追究)."""

from django.urls import path

from zhibu.accountability import views

app_name = "accountability"
urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/proposals/", views.case_proposals, name="case_proposals"),
    path("cases/units/<int:organization_id>/new/", views.case_new, name="case_new"),
    path("cases/members/<int:member_id>/own/", views.own_cases, name="own_cases"),
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/steps/", views.case_step, name="case_step"),
    path("cases/<int:pk>/decision/", views.case_decision, name="case_decision"),
    path("cases/<int:pk>/review/", views.case_review, name="case_review"),
    path("cases/<int:pk>/own-words/", views.own_statement, name="own_words"),
    path("cases/cases.xlsx", views.cases_download, name="cases_download"),
]

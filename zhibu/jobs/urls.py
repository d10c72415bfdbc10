"""Addresses of jobs."""

from django.urls import path

from zhibu.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("<uuid:job_id>/", views.job_detail, name="job"),
    path("<uuid:job_id>/stop/", views.job_stop, name="stop"),
    path("<uuid:job_id>/retry/", views.job_retry, name="retry"),
    path("<uuid:job_id>/result/", views.job_result, name="result"),
]

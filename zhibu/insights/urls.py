"""Addresses of insights."""

from django.urls import path

from zhibu.insights import views

app_name = "insights"
urlpatterns = [
    path("", views.home, name="home"),
    path("work/", views.work, name="work"),
    path("course/", views.course, name="course"),
    path("search/", views.search, name="search"),
]

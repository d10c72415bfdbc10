"""The one address that is printed on paper: short, outside the folders of the others."""

from django.urls import path

from zhibu.certificates.views import copies as views

app_name = "verification"
urlpatterns = [path("v/<str:token>", views.verification, name="booklet")]

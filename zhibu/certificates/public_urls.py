"""The one address that is printed on paper: short, outside the folders of the others."""

from django.urls import path

from zhibu.certificates import views

app_name = "verification"
urlpatterns = [path("v/<str:token>", views.verification, name="booklet")]

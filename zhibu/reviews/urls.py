"""Addresses of annual reviews and study years (年审)."""

from django.urls import path

from zhibu.reviews.views import reviews, study

app_name = "reviews"
urlpatterns = [
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/units/<int:organization_id>/", reviews.reviews, name="organization_reviews"),
    path("reviews/units/<int:organization_id>/clear/", reviews.reviews_clear, name="reviews_clear"),
    path("reviews/units/<int:organization_id>/print/", reviews.reviews_print, name="reviews_print"),
    path("reviews/units/<int:organization_id>/not-reviewed/", reviews.not_reviewed, name="not_reviewed"),
    path("reviews/units/<int:organization_id>/close/", reviews.year_close, name="year_close"),
    path("reviews/members/<int:member_id>/", reviews.member_review, name="member_review"),
    path("reviews/members/<int:member_id>/panel/", reviews.review_panel, name="review_panel"),
    path("study/", study.study, name="study"),
    path("study/units/<int:organization_id>/", study.study, name="organization_study"),
    path("study/members/<int:member_id>/", study.member_study, name="member_study"),
    path("study/members/<int:member_id>/panel/", study.study_panel, name="study_panel"),
]

"""Addresses of members."""

from django.urls import path

from zhibu.members.views import linking, lists, marked, records

app_name = "members"
urlpatterns = [
    path("", lists.members, name="list"),
    path("new/", records.new, name="new"),
    path("mine/", records.mine, name="mine"),
    path("roles-to-review/", linking.roles_to_review, name="roles_to_review"),
    path("duplicates/", lists.likely_duplicates, name="duplicates"),
    path("duplicates/proposals/", lists.merge_proposals, name="merge_proposals"),
    path("duplicates/proposals/<int:proposal_id>/consent/", lists.merge_consent, name="merge_consent"),
    path("duplicates/proposals/<int:proposal_id>/refusal/", lists.merge_refusal, name="merge_refusal"),
    path("organizations/<int:organization_id>/panel/", lists.organization_panel, name="organization_panel"),
    path("<int:member_id>/", records.member, name="member"),
    path("<int:member_id>/correction/", records.correction, name="correction"),
    path("<int:member_id>/posts/", records.posts, name="posts"),
    path("<int:member_id>/posts/<int:holding_id>/end/", records.post_end, name="post_end"),
    path("<int:member_id>/account/", linking.account, name="account"),
    path("<int:member_id>/account/unlinking/", linking.unlinking, name="unlinking"),
    path("unlinkings/<int:unlinking_id>/consent/", linking.unlinking_consent, name="unlinking_consent"),
    path("unlinkings/<int:unlinking_id>/refusal/", linking.unlinking_refusal, name="unlinking_refusal"),
    path("<int:member_id>/photo/", marked.photo, name="photo"),
    path("<int:member_id>/photo/image/", marked.photo_image, name="photo_image"),
    path("<int:member_id>/fields/<slug:field>/", marked.marked_field, name="marked_field"),
]

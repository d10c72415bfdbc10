"""Addresses of conduct."""

from django.urls import path

from zhibu.conduct.views import appeals, panels, penalties, rewards

app_name = "conduct"
urlpatterns = [
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/<int:organization_id>/", rewards.rewards, name="organization_rewards"),
    path("rewards/<int:organization_id>/rewards.xlsx", rewards.rewards_download, name="rewards_download"),
    path("rewards/members/<int:member_id>/", rewards.reward_new, name="reward_new"),
    path("rewards/<int:reward_id>/reversal/", rewards.reward_reversal, name="reward_reversal"),
    path("penalties/", penalties.penalties, name="penalties"),
    path("penalties/<int:organization_id>/", penalties.penalties, name="organization_penalties"),
    path("penalties/<int:organization_id>/penalties.pdf", penalties.penalties_print, name="penalties_print"),
    path("appeals/", appeals.appeals, name="appeals"),
    path("appeals/<int:appeal_id>/", appeals.appeal, name="appeal"),
    path("appeals/<int:appeal_id>/examiner/", appeals.appeal_examiner, name="appeal_examiner"),
    path("appeals/<int:appeal_id>/result/", appeals.appeal_result, name="appeal_result"),
    path("appeals/<int:appeal_id>/withdrawal/", appeals.appeal_withdrawal, name="appeal_withdrawal"),
    path("appeals/events/<int:event_id>/", appeals.appeal_new, name="appeal_new"),
    path(
        "appeals/certificates/<int:withdrawal_id>/",
        appeals.withdrawal_appeal_new,
        name="withdrawal_appeal_new",
    ),
    path("members/<int:member_id>/panel/", panels.member_panel, name="member_panel"),
    path("members/<int:member_id>/own/", panels.own_panel, name="own_panel"),
]

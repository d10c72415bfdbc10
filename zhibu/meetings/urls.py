"""Addresses of meetings."""

from django.urls import path

from zhibu.meetings.views import attendance, deeds, lists, meetings, panels, village, year

app_name = "meetings"
urlpatterns = [
    path("", lists.meetings, name="meetings"),
    path("overview/", lists.overview, name="overview"),
    path("decisions/", lists.decisions, name="decisions"),
    path("decisions/<int:decision_id>/", deeds.decision, name="decision"),
    path("decisions/<int:decision_id>/removal/", deeds.decision_removal, name="decision_removal"),
    path("branches/<int:branch_id>/plan/", meetings.plan, name="plan"),
    path("branches/<int:branch_id>/year/", year.year, name="year"),
    path("branches/<int:branch_id>/attendance.xlsx", year.attendance_download, name="attendance_download"),
    path("branches/<int:branch_id>/matter/", village.matter_new, name="matter_new"),
    path("votes/<int:vote_id>/removal/", deeds.vote_removal, name="vote_removal"),
    path("attachments/<int:attachment_id>/", deeds.attachment, name="attachment"),
    path("attachments/<int:attachment_id>/removal/", deeds.attachment_removal, name="attachment_removal"),
    path("matters/", village.matters, name="matters"),
    path("matters/<int:matter_id>/", village.matter, name="matter"),
    path("matters/<int:matter_id>/steps/<int:number>/", village.step, name="step"),
    path("matters/<int:matter_id>/steps/<int:number>/removal/", village.step_removal, name="step_removal"),
    path("matters/<int:matter_id>/steps/<int:number>/files/", village.step_files, name="step_files"),
    path("matters/<int:matter_id>/steps/<int:number>/notice.pdf", village.notice_print, name="notice_print"),
    path("files/<int:file_id>/", village.step_file, name="step_file"),
    path("files/<int:file_id>/removal/", village.step_file_removal, name="step_file_removal"),
    path("members/<int:member_id>/panel/", panels.member_panel, name="member_panel"),
    path("<int:meeting_id>/", meetings.meeting, name="meeting"),
    path("<int:meeting_id>/edit/", meetings.edit, name="edit"),
    path("<int:meeting_id>/hold/", meetings.hold, name="hold"),
    path("<int:meeting_id>/cancellation/", meetings.cancel, name="cancellation"),
    path("<int:meeting_id>/attendance/", attendance.attendance, name="attendance"),
    path("<int:meeting_id>/attendance/<int:member_id>/", attendance.mark, name="mark"),
    path("<int:meeting_id>/attendance/<int:member_id>/addition/", attendance.addition, name="addition"),
    path("<int:meeting_id>/votes/", deeds.votes, name="votes"),
    path("<int:meeting_id>/minutes/", deeds.minutes, name="minutes"),
    path("<int:meeting_id>/decision/", deeds.decision_new, name="decision_new"),
    path("<int:meeting_id>/attachments/", deeds.attachments, name="attachments"),
    path("<int:meeting_id>/appraisal/", deeds.appraisal, name="appraisal"),
    path("<int:meeting_id>/minutes.pdf", meetings.minutes_print, name="minutes_print"),
    path("<int:meeting_id>/sign-in.pdf", meetings.sign_in_print, name="sign_in_print"),
]

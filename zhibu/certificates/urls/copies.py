"""Addresses of register, numbering, printing."""

from django.urls import path

from zhibu.certificates.views import copies as views

urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/<int:organization_id>/", views.register, name="organization_register"),
    path("register/<int:organization_id>/register.xlsx", views.register_workbook, name="register_workbook"),
    path("register/<int:organization_id>/register.pdf", views.register_print, name="register_print"),
    path("register/<int:organization_id>/registers/", views.registers, name="registers"),
    path("organizations/<int:organization_id>/numbering/", views.numbering, name="numbering"),
    path("organizations/<int:organization_id>/panel/", views.organization_panel, name="organization_panel"),
    path("organizations/<int:organization_id>/signing-list.pdf", views.signing_list, name="signing_list"),
    path("prints/", views.prints, name="prints"),
    path("prints/<int:batch_id>/files/", views.print_files, name="print_files"),
    path("prints/organizations/<int:organization_id>/", views.print_order, name="print_order"),
    path("prints/members/<int:member_id>/", views.member_print_order, name="member_print_order"),
    path("members/<int:member_id>/numbering/", views.member_numbering, name="member_numbering"),
]

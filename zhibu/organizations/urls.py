"""Addresses of organizations."""

from django.urls import path

from zhibu.organizations.views import groupings, organization, tree

app_name = "organizations"
urlpatterns = [
    path("", tree.tree, name="tree"),
    path("search/", tree.search, name="search"),
    path("clusters/", groupings.clusters, name="clusters"),
    path("clusters/new/", groupings.new_cluster, name="new_cluster"),
    path("clusters/<int:pk>/", groupings.cluster, name="cluster"),
    path("clusters/<int:pk>/facts/", groupings.cluster_facts, name="cluster_facts"),
    path("support-units/", groupings.support_units, name="support_units"),
    path("support-units/new/", groupings.new_support_unit, name="new_support_unit"),
    path("support-units/<int:pk>/", groupings.support_unit, name="support_unit"),
    path("support-units/<int:pk>/facts/", groupings.support_unit_facts, name="support_unit_facts"),
    path("support-units/<int:pk>/contact-phone/", groupings.contact_phone, name="contact_phone"),
    path("<int:pk>/", organization.organization, name="organization"),
    path("<int:pk>/units/", tree.units, name="units"),
    path("<int:pk>/units/new/", organization.opening, name="opening"),
    path("<int:pk>/name/", organization.name, name="name"),
    path("<int:pk>/facts/", organization.facts, name="facts"),
    path("<int:pk>/term/", organization.term, name="term"),
    path("<int:pk>/closure/", organization.closure, name="closure"),
    path("<int:pk>/clusters/", organization.clusters, name="organization_clusters"),
    path("<int:pk>/support/", organization.support, name="organization_support"),
]

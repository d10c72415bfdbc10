"""Reads about members who cannot be found."""

from django.db.models import Max

from zhibu.members.models import Member
from zhibu.mobility.models import Contact, LostContact, Search
from zhibu.mobility.rules.lost import LostFacts


def facts_of(member: Member) -> LostFacts:
    """Last contact and searches since, from the open case and the contact log. At most three queries."""
    logged = Contact.objects.filter(floating__member=member).aggregate(day=Max("on"))["day"]
    case = LostContact.objects.filter(member=member, closed_on=None).first()
    if case is None:
        return LostFacts(logged, 0)
    last = max(filter(None, (case.last_contact_on, logged)))
    return LostFacts(last, Search.objects.filter(case=case, on__gte=last).count())

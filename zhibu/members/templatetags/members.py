"""Filters of the members' templates."""

from django import template

from zhibu.core.text import mask_phone, mask_resident_id

register = template.Library()
_MASKS = {"resident_id": mask_resident_id, "phone": mask_phone}


@register.filter
def masked(value: str, field: str) -> str:
    """A marked value as it may be shown: ``{{ member.phone|masked:"phone" }}``."""
    return _MASKS[field](value)

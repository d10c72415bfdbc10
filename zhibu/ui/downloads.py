"""Files made on the spot, handed to the person with a Chinese name and never cached."""

import mimetypes

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def attachment(content: bytes, name: str) -> HttpResponse:
    """A download; the type follows from the name's ending."""
    response = HttpResponse(content, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    return response

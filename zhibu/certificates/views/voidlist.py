"""The void list: what it is, the file, the public keys to check it with."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.certificates.summaries import voidlist as summaries
from zhibu.core.http import Request, requires
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.ui.downloads import attachment


@requires("certificates.read")
def void_list(request: Request) -> HttpResponseBase:
    context = {
        "count": summaries.count_void(),
        "keys": summaries.public_keys(),
        "today": timezone.localdate(),
    }
    return render(request, "certificates/void_list.html", context)


def _void_size(request: Request) -> int:
    return summaries.count_void()


@requires("certificates.read")
@large_by_worker(gettext_noop("下载作废名单"), _void_size)
def void_list_file(request: Request) -> HttpResponseBase:
    today = timezone.localdate()
    name = _("作废名单%(day)s.txt") % {"day": today.strftime("%Y%m%d")}
    return attachment(summaries.void_list(on=today), name)


@requires("certificates.read")
def void_list_keys(request: Request) -> HttpResponseBase:
    lines = "".join(f"{key.line}\n" for key in summaries.public_keys())
    return attachment(lines.encode(), _("公钥.txt"))

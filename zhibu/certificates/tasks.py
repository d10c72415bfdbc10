"""Long work of certificates: making the files of a print order, and a county's registers."""

import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from zhibu.certificates.labels import state_label
from zhibu.certificates.models import Booklet, PrintBatch
from zhibu.certificates.policies import BOOKLET, NUMBERING
from zhibu.certificates.prints.booklets import Batch, BookletData, BookletSettings, Branch
from zhibu.certificates.prints.files import write_files
from zhibu.certificates.prints.registers import register_pdf
from zhibu.certificates.querysets import Booklets
from zhibu.certificates.summaries.copies import register_lines
from zhibu.certificates.tokens import token_for
from zhibu.core.access import Refused, Scope
from zhibu.core.codes import label
from zhibu.core.filing import file_name
from zhibu.core.text import gettext_noop
from zhibu.jobs.kinds import JobKind, Progress, Result
from zhibu.members.summaries.pages import photos
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization
from zhibu.printing.imposition import Layout
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import conditions


def print_booklets(progress: Progress, scope: Scope, params: Mapping[str, str]) -> Result:
    """The booklets of the order ``params["batch_id"]``: one PDF a branch, in a zip when there are several.

    Reads only, so running it again from the start is safe. Refused when the order is gone or no longer
    in the owner's scope.
    """
    batch = (
        PrintBatch.objects.visible_to(scope, "certificates.print")
        .select_related("organization", "member")
        .filter(pk=params["batch_id"])
        .first()
    )
    if batch is None:
        raise Refused(gettext_noop("找不到这次打印，或者它已不在您的职责范围内。请在打印中心重新提交打印。"))
    booklets = (
        Booklet.objects.visible_to(scope, "certificates.print")
        .live()
        .filter(batch=batch)
        .select_related("certificate__member", "branch__numbering_root")
        .defer("certificate__member__resident_id", "certificate__member__phone")
        .order_by("branch__code", "certificate__number")
    )
    total = booklets.order_by().count()
    progress.step(0, total)
    layout: Layout = "stitched" if batch.layout == "stitched" else "pages"
    file, unset = write_files(
        progress.folder(),
        branches_of(booklets),
        Batch(_settings(batch, timezone.localdate()), layout),
        total=total,
        ticker=progress.step,
    )
    for each in unset:
        progress.problem(each.name, each.sentence)
    unit = (
        batch.member.name
        if batch.member is not None
        else NamesOf([batch.organization]).short(batch.organization, timezone.localdate(batch.ordered_at))
    )
    kind = _("党员证拼版") if layout == "stitched" else _("党员证")
    name = f"{unit}{kind}{date_format(batch.issue_date, 'Ymd')}{file.suffix}"
    sentence = _("%(total)s本证的文件已生成。") % {"total": total}
    if unset:
        sentence += _("其中%(count)s人的姓名有字库缺字，见缺字名单。") % {"count": len(unset)}
    return Result(file=file, name=name, sentence=sentence)


def _settings(batch: PrintBatch, on: date) -> BookletSettings:
    """The county's settings on the issue date; the edition is the one ordered, the texts those of today."""
    rules = values_in_force(BOOKLET, on=batch.issue_date)
    return BookletSettings(
        title=rules.title,
        issuer=rules.issuer,
        edition=batch.edition_label,
        printed_on=on,
        county_prefix=values_in_force(NUMBERING, on=batch.issue_date).county_prefix,
        note_for_probationary=rules.note_for_probationary,
        emblem=_emblem(rules.emblem),
        yi_lines=_yi_lines(rules.yi_lines),
    )


def _emblem(name: str) -> Path | None:
    """The county's official vector file; refused when the policy names one that is not there."""
    if not name:
        return None
    file = Path(settings.VAR) / "print" / name
    if not file.is_file():
        raise Refused(
            gettext_noop(
                "规则里写的党徽文件{name}不在{folder}里。请系统管理员把县里提供的文件放进去，或修改规则。"
            ),
            name=name,
            folder="print",
        )
    return file


def _yi_lines(text: str) -> tuple[tuple[str, str], ...]:
    """Headings and their Yi text from the policy's 标题=彝文；标题=彝文."""
    parts = [
        part.split("=") for part in text.replace("＝", "=").replace(";", "；").split("；") if part.strip()
    ]
    return tuple((heading.strip(), yi.strip()) for heading, yi in parts)


def branches_of(booklets: Booklets[Booklet]) -> Iterator[Branch]:
    """Branch by branch, each with its photos: one query a branch beside the reading of the booklets."""
    rows, names = booklets.iterator(chunk_size=500), NamesOf.everywhere()
    for _pk, group in groupby(rows, key=lambda row: row.branch_id):
        own = list(group)
        branch, day = own[0].branch, own[0].issue_date
        root = branch.numbering_root
        pictures = photos(row.certificate.member_id for row in own)
        yield Branch(
            folder=f"{root.segment}{names.short(root, day)}" if root is not None else "",
            name=f"{branch.segment}{names.short(branch, day)}",
            short_name=names.short(branch, day),
            books=[
                _book(row, pictures.get(row.certificate.member_id), names.full(branch, row.issue_date))
                for row in own
            ],
        )


def _book(row: Booklet, photo: bytes | None, branch: str) -> BookletData:
    certificate = row.certificate
    member = certificate.member
    return BookletData(
        number=certificate.number,
        serial=row.serial,
        issue_date=row.issue_date,
        issuer=row.issuer,
        name=member.name,
        sex=label("sex", member.sex)[:1],
        ethnic_group=label("ethnic_group", member.ethnic_group),
        birth_month=f"{member.birth_date.year}年{member.birth_date.month}月",
        native_place=member.native_place,
        join_date=member.join_date,
        confirmation_date=member.confirmation_date,
        branch_name=branch,
        is_probationary=member.stage == "probationary",
        is_synthetic=member.is_synthetic,
        verify_url=f"{settings.SITE_URL}/v/{token_for(row)}",
        photo=photo,
    )


def print_registers(progress: Progress, scope: Scope, params: Mapping[str, str]) -> Result:
    """The register of everything under ``params["organization_id"]``, a PDF for each unit directly below it, in a zip.

    A county's ten thousand rows in one table take Typst a quarter of a minute and nobody reads them in
    one piece; township by township they can be handed out.
    """
    organization = Organization.objects.visible_to(scope, "certificates.read").get(
        pk=params["organization_id"]
    )
    units = list(Organization.objects.filter(parent=organization).in_order())
    file = progress.folder() / "registers.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for done, unit in enumerate(units):
            progress.step(done, len(units), unit.short_name)
            lines = register_lines(scope, unit, state=params["state"])
            content = register_pdf(
                lines,
                organization=unit,
                printed_by=scope.name,
                at=timezone.localtime(),
                conditions=conditions((_("状态"), state_label(params["state"]))),
            )
            archive.writestr(file_name(f"{unit.segment}{unit.short_name}.pdf"), content)
    return Result(file=file, name=_("%(unit)s党员证登记台账.zip") % {"unit": organization.short_name})


KINDS = (
    JobKind("certificates.print", gettext_noop("打印党员证"), print_booklets),
    JobKind("certificates.registers", gettext_noop("打印登记台账"), print_registers),
)

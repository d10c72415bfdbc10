"""The upload form."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhibu.core.access import Refused
from zhibu.core.refusals import sentence_of
from zhibu.imports.reading import check_upload
from zhibu.imports.sheets import Sheet


class UploadForm(forms.Form):
    """A file and what it is."""

    sheet = forms.ChoiceField(label=_("表格种类"))
    file = forms.FileField(
        label=_("表格文件"),
        allow_empty_file=True,  # check_upload says it better
        help_text=_("可传.xlsx、.xls、.csv。先核对，您点“写入”之前不会改动任何记录。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.et,.ods"}),
        error_messages={"required": _("还没有选文件。请选一个表格文件再上传。")},
    )

    def __init__(self, *args: Any, sheets: Sequence[Sheet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sheets = {sheet.key: sheet for sheet in sheets}
        field = self.fields["sheet"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [(sheet.key, gettext(sheet.title)) for sheet in sheets]

    def clean_file(self) -> Any:
        """Size alone: what is in it, the reader finds out."""
        file = self.cleaned_data["file"]
        try:
            check_upload(file.name, file.size)
        except Refused as refusal:
            raise forms.ValidationError(sentence_of(refusal)) from refusal
        return file

    def values(self) -> dict[str, Any]:
        """What ``upload_file`` takes."""
        file = self.cleaned_data["file"]
        return {"sheet": self._sheets[self.cleaned_data["sheet"]], "name": file.name, "data": file.read()}

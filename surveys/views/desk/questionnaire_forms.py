"""Forms of the questionnaires on the desk: they adapt what is typed; the actions decide."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from surveys.actions.texts import LONGEST_NOTE, reviewable
from surveys.instrument.schema import Instrument
from surveys.models import ImportFormat, ReviewKind
from surveys.views.respond.wording import language_name

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class QuestionnaireFileForm(forms.Form):
    kind = forms.ChoiceField(label=_("Format"), choices=ImportFormat.choices)
    file = forms.FileField(
        label=_("File"),
        help_text=_("At most 10 MB. It is stored as a version that can still change, or refused with the reason."),
    )

    replace = forms.BooleanField(
        label=_("Replace a version of the same name that can still change"),
        required=False,
        help_text=_("Its texts that are checked, and whatever else was done to it, are then those of the file."),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.QUESTIONNAIRE_UPLOAD_MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return file


class TextsFileForm(forms.Form):
    file = forms.FileField(
        label=_("File of the translator (.po or .xlsx)"),
        help_text=_("At most 1 MB. Texts that the file marks as checked count as checked by you."),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.TEXTS_UPLOAD_MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        return file


class ReviewForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it comes from"), choices=ReviewKind.choices)
    language = forms.ChoiceField(label=_("Language"))
    item = forms.ChoiceField(label=_("Question"), required=False)
    note = forms.CharField(
        label=_("What was said"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea,
        help_text=_("Write nothing that tells who was interviewed. The log is never changed."),
    )

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [(language, language_name(language)) for language in instrument.languages]
        items = [("", _("The whole questionnaire")), *((key, key) for key in reviewable(instrument))]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        self.fields["item"].choices = items  # type: ignore[attr-defined]


class WaiverForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea,
        help_text=_("Why it may open before a person has checked every text. It is logged with your name."),
    )

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(language, language_name(language)) for language in languages]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]

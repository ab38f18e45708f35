"""Forms of the survey desk: they adapt what is typed; the actions decide."""

import secrets
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from surveys.models import Country, Frame, FrameState, InstrumentVersion, Programme, SamplePlan, Wave, WaveState
from surveys.queries import reminded
from surveys.views.respond.wording import language_name

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

Day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST = 2**31 - 1  # what the columns hold


class FrameForm(forms.Form):
    country = forms.ChoiceField(label=_("Country"), choices=Country.choices)
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For instance: workplaces, October 2025"))
    origin = forms.CharField(
        label=_("Where the list comes from"), max_length=300, help_text=_("The register, its date and its owner")
    )
    file = forms.FileField(
        label=_("File (CSV)"),
        help_text=_(
            "Columns: code, name, municipality_code, municipality_name, county, level, sector, employees, language, "
            "email. Separated by comma, semicolon or tab; at most 20 MB and 200,000 rows."
        ),
    )
    constructed = forms.BooleanField(
        label=_("The list is constructed"), required=False, help_text=_("Everything made from it then says so.")
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.FRAME_UPLOAD_MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Split the register."))
        return file


class WaveForm(forms.Form):
    code = forms.CharField(label=_("Code of the wave"), max_length=20, help_text=_("For instance 2027 or 2027-pilot"))
    instrument = forms.ModelChoiceField(
        label=_("Questionnaire"), queryset=InstrumentVersion.objects.none(), empty_label=None
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"), choices=Country.choices, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The first ticked one serves units whose own is not offered."),
    )
    reference_from = forms.DateField(label=_("Asked about from"), widget=Day)
    reference_to = forms.DateField(label=_("Asked about until"), widget=Day)
    closes_on = forms.DateField(label=_("Open until"), widget=Day)
    previous = forms.ModelChoiceField(
        label=_("The wave before"), queryset=Wave.objects.none(), required=False, empty_label=_("None")
    )
    pilot = forms.BooleanField(
        label=_("A pilot"),
        required=False,
        help_text=_("Tries the questionnaire, with its probing questions. Its answers never enter results."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = programme.instruments.order_by("key", "-pk").defer("document")
        self.fields["instrument"].queryset = versions  # type: ignore[attr-defined]
        self.fields["previous"].queryset = programme.waves.exclude(pilot=True)  # type: ignore[attr-defined]
        languages = [(code, language_name(code)) for code, _name in settings.LANGUAGES]
        self.fields["languages"].choices = languages  # type: ignore[attr-defined]


class SamplePlanForm(forms.Form):
    frame = forms.ModelChoiceField(label=_("Frame"), queryset=Frame.objects.none(), empty_label=None)
    size = forms.IntegerField(
        label=_("Units to draw"),
        min_value=1,
        max_value=MOST,
        help_text=_("In all, with the strata that are taken whole"),
    )
    take_all_from = forms.IntegerField(
        label=_("Take all units from so many employees"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=_("Empty: no stratum is taken whole"),
    )
    minimum_per_stratum = forms.IntegerField(
        label=_("At least in each stratum"), min_value=0, max_value=MOST, initial=2
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**62,
        help_text=_("The same frame, plan and seed draw the same units"),
    )

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn = SamplePlan.objects.filter(wave=wave, drawn_at__isnull=False).values("frame__country")
        frames = Frame.objects.filter(
            programme=wave.programme, state=FrameState.LOADED, country__in=wave.countries
        ).exclude(country__in=drawn)
        self.fields["frame"].queryset = frames.defer("upload")  # type: ignore[attr-defined]
        self.fields["seed"].initial = secrets.randbelow(2**31)


class FollowUpForm(forms.Form):
    """A country can be chosen when its reminders are out and no follow-up of it is drawn."""

    country = forms.ChoiceField(label=_("Country"), choices=())
    size = forms.IntegerField(
        label=_("Units to draw"), min_value=2, max_value=MOST, help_text=_("Of those who have not answered")
    )
    minimum_per_stratum = forms.IntegerField(
        label=_("At least in each stratum"), min_value=0, max_value=MOST, initial=2
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**62,
        help_text=_("The same non-respondents, numbers and seed draw the same units"),
    )

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = reminded(wave) if wave.state == WaveState.OPEN else []
        drawn = set(wave.follow_ups.values_list("country", flat=True)) if ready and not self.is_bound else set()
        countries = [(country, Country(country).label) for country in ready if country not in drawn]
        self.fields["country"].choices = countries  # type: ignore[attr-defined]
        self.fields["seed"].initial = secrets.randbelow(2**31)

    @property
    def countries(self) -> bool:
        """Whether there is a country to choose."""
        return bool(self.fields["country"].choices)  # type: ignore[attr-defined]

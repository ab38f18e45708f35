"""The form at the start of the self-test: whom it compares with."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publication.models.self_test import plain_code
from publication.queries import group_of, newest_of_countries
from surveys.models import Country, Sector, SizeClass


class StartForm(forms.Form):
    """Where the workplace belongs, and the code of a group where one answers together."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    sector = forms.ChoiceField(label=gettext_lazy("Sector"))
    size_class = forms.ChoiceField(label=gettext_lazy("Size of the workplace"))
    code = forms.CharField(
        label=gettext_lazy("Group code (if you were given one)"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = newest_of_countries()
        countries = [
            (code, label if code in published else _("%(country)s (no figures yet)") % {"country": label})
            for code, label in Country.choices
        ]
        offered: dict[str, list[tuple[str, Any]]] = {
            "country": countries,
            "sector": list(Sector.choices),
            "size_class": list(SizeClass.choices),
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", _("Choose")), *choices]

    def clean_code(self) -> str:
        code = plain_code(self.cleaned_data["code"])
        if code and group_of(code) is None:
            raise forms.ValidationError(_("There is no group with this code now. Look at the code again."))
        return code

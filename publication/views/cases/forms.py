"""Forms of the case collection: they adapt what is typed; the actions decide."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from publication.actions.adoptions import LONGEST as LONGEST_OF_A_WISH
from publication.actions.case_cards import LONGEST, LONGEST_PART, PARTS, labels
from publication.models import Case, Standing
from surveys.models import Country, Sector

ENDED = "ended"  # stopped or failed, in the search
STANDINGS = {Standing.IN_USE.value: ("in_use",), ENDED: ("stopped", "failed")}
HONEYPOT = "website"


def _with_any(choices: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices]


class Prose(forms.CharField):
    """Free text. A browser counts the end of a line as one sign and sends two: what it let somebody write must fit."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class SearchForm(forms.Form):
    """The filters of the collection. What they do not know is an error, not ignored."""

    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type of innovation"), required=False)
    value = forms.ChoiceField(label=gettext_lazy("Kind of value"), required=False)
    novelty = forms.ChoiceField(label=gettext_lazy("How new it was"), required=False)
    standing = forms.ChoiceField(label=gettext_lazy("Where it stands"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or settings.LANGUAGE_CODE
        offered: dict[str, list[tuple[str, Any]]] = {
            "country": list(Country.choices),
            "sector": list(Sector.choices),
            "type": list(labels("types", language).items()),
            "value": list(labels("values", language).items()),
            "novelty": list(labels("novelty", language).items()),
            "standing": [(Standing.IN_USE.value, Standing.IN_USE.label), (ENDED, _("Stopped or failed"))],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = _with_any(choices)

    def filters(self) -> dict[str, Any]:
        """As `publication.case_queries.published_cases` takes them."""
        given = self.cleaned_data
        return {
            "words": given["words"],
            "country": given["country"],
            "sector": given["sector"],
            "type_": given["type"],
            "value": given["value"],
            "novelty": given["novelty"],
            "standings": STANDINGS.get(given["standing"], ()),
        }


class CopyForm(forms.Form):
    """We want to copy this. `form` makes a repeated post harmless; a field that people do not see catches machines."""

    organisation = forms.CharField(
        label=gettext_lazy("Your organisation"),
        max_length=LONGEST_OF_A_WISH["organisation"],
        help_text=gettext_lazy("It will stand on the page of the case."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=LONGEST_OF_A_WISH["name"],
        help_text=gettext_lazy("Only the contact of the case sees it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    mail = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("We send a link to confirm to it. Only the contact of the case sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    message = Prose(
        label=gettext_lazy("Message (may be empty)"),
        required=False,
        max_length=LONGEST_OF_A_WISH["message"],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    form = forms.UUIDField(widget=forms.HiddenInput())
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].initial = uuid.uuid4

    def clean_website(self) -> str:
        if self.cleaned_data[HONEYPOT]:
            raise forms.ValidationError(_("This field is there for machines. Leave it empty and send again."))
        return ""

    def people_see(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name != HONEYPOT]


class ContactForm(forms.Form):
    """What the respondent lets stand as contact."""

    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=120,
        help_text=gettext_lazy("It stands on the card: everybody then knows that it has done this."),
    )
    name = forms.CharField(
        label=gettext_lazy("Contact person (may be empty)"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("It stands on the card."),
    )
    mail = forms.EmailField(
        label=gettext_lazy("E-mail address of the contact (may be empty)"),
        required=False,
        help_text=gettext_lazy("It is told when somebody wants to copy the innovation. Without it nobody can ask."),
    )
    show_mail = forms.BooleanField(label=gettext_lazy("Show the address on the card"), required=False)

    @classmethod
    def of(cls, case: Case) -> "ContactForm":
        contact = case.card["contact"]
        initial = {
            "organisation": contact["organisation"],
            "name": contact["name"],
            "mail": case.contact_mail,
            "show_mail": bool(contact["mail"]),
        }
        return cls(initial=initial)


class CardForm(forms.Form):
    """The card in one language: its facts, which hold for all languages, and its texts."""

    sector = forms.ChoiceField(label=gettext_lazy("Sector"), choices=Sector.choices)
    types = forms.MultipleChoiceField(
        label=gettext_lazy("Type of innovation"), required=False, widget=forms.CheckboxSelectMultiple
    )
    values = forms.MultipleChoiceField(
        label=gettext_lazy("Kind of value"), required=False, widget=forms.CheckboxSelectMultiple
    )
    novelty = forms.ChoiceField(label=gettext_lazy("How new it was"), required=False)
    standing = forms.ChoiceField(label=gettext_lazy("Where it stands"), choices=Standing.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or settings.LANGUAGE_CODE
        for name in ("types", "values", "novelty"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            known = list(labels(name, language).items())
            field.choices = [("", _("Not said")), *known] if name == "novelty" else known
        for part, label in PARTS.items():
            kind, widget = (
                (forms.CharField, forms.TextInput()) if part in LONGEST else (Prose, forms.Textarea(attrs={"rows": 5}))
            )
            self.fields[part] = kind(
                label=label, required=False, max_length=LONGEST.get(part, LONGEST_PART), widget=widget
            )

    @classmethod
    def of(cls, case: Case, language: str) -> "CardForm":
        facts = {name: case.card[name] for name in ("sector", "types", "values", "novelty", "standing")}
        return cls(initial={**facts, **case.card["texts"].get(language, {})})

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("sector", "types", "values", "novelty", "standing")}

    def texts(self) -> dict[str, str]:
        return {part: self.cleaned_data[part] for part in PARTS}

"""Forms of the catalogue and of codings: they adapt what is typed; the actions decide."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.actions.focus import Coded, Judged
from analytics.actions.policy_instruments import EntryFacts
from analytics.core.focus import Basis, CodedInstrument, Focus
from analytics.models import PolicyInstrument, PolicyKind
from analytics.models.focus import BASES, FOCUSES, PLACES

NONE, STATED = "-none", "-stated"  # beside the codes of perspectives, which have no hyphen in front
FIRST_YEAR, LAST_YEAR = 1900, 2100


class EntryForm(forms.Form):
    country = forms.ChoiceField(label=_("Country"), choices=PLACES)
    kind = forms.ChoiceField(label=_("Kind"), choices=PolicyKind.choices)
    actor = forms.CharField(label=_("Actor"), max_length=200)
    name = forms.CharField(label=_("Name"), max_length=200)
    year_from = forms.IntegerField(
        label=_("First year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        required=False,
        help_text=_("Empty: not known"),
    )
    year_to = forms.IntegerField(
        label=_("Last year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False,
        help_text=_("Empty: not known, or it goes on"),
    )  # fmt: skip
    source = forms.CharField(label=_("Source"), max_length=300, help_text=_("As it is cited"))
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=forms.Textarea)
    retired = forms.BooleanField(label=_("Take it out of the catalogue"), required=False)

    def __init__(self, *args: Any, entry: PolicyInstrument | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["retired" if entry is None else "country"]
        if entry is not None:
            self.initial = {name: getattr(entry, name) for name in self.fields}

    def facts(self) -> EntryFacts:
        names = ("kind", "actor", "name", "year_from", "year_to", "source", "note")
        return EntryFacts(**{name: self.cleaned_data[name] for name in names})


class CodingForm(forms.Form):
    title = forms.CharField(label=_("Name of the coding"), max_length=120)
    scheme = forms.ChoiceField(label=_("Scheme"))

    def __init__(self, *args: Any, schemes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].choices = schemes  # type: ignore[attr-defined]


class RatingForm(forms.Form):
    focus = forms.ChoiceField(
        label=_("Focus"), choices=[("", _("Not rated")), *FOCUSES], widget=forms.RadioSelect, required=False
    )
    basis = forms.ChoiceField(label=_("Basis"), choices=BASES, widget=forms.RadioSelect, initial=Basis.INFERRED)
    text = forms.CharField(
        label=_("What it rests on"), max_length=2000, required=False, widget=forms.Textarea,
        help_text=_("In your own words. Name words, instruments or both."),
    )  # fmt: skip
    instruments = forms.MultipleChoiceField(
        label=_("Instruments that show it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, entries: Sequence[PolicyInstrument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = {str(entry.pk): entry for entry in entries}
        choices = [(pk, f"{entry.name} ({entry.actor})") for pk, entry in self.entries.items()]
        self.fields["instruments"].choices = choices  # type: ignore[attr-defined]

    def judged(self) -> Judged | None:
        given = self.cleaned_data
        if not given["focus"]:
            return None
        named = [self.entries[pk] for pk in given["instruments"]]
        return Judged(Focus(given["focus"]), Basis(given["basis"]), given["text"], named)


class InstrumentCodesForm(forms.Form):
    """A set of ticks for each instrument: perspectives or none of them, and whether the source says so."""

    def __init__(
        self,
        *args: Any,
        entries: Sequence[PolicyInstrument],
        perspectives: Sequence[tuple[str, str]],
        given: Mapping[str, CodedInstrument],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entries = {f"i{entry.pk}": entry for entry in entries}
        choices = [*perspectives, (NONE, _("None of them")), (STATED, _("The source says so"))]
        for name, entry in self.entries.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=entry.name,
                help_text=" · ".join(part for part in (entry.actor, entry.years, entry.note) if part),
                choices=choices,
                initial=ticked(given.get(entry.key)),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self) -> dict[str, Any]:
        for name in self.entries:
            ticks = set(self.cleaned_data.get(name, []))
            perspectives = ticks - {NONE, STATED}
            if NONE in ticks and perspectives:
                self.add_error(name, _("Tick perspectives, or none of them, but not both."))
            elif STATED in ticks and not perspectives and NONE not in ticks:
                self.add_error(name, _("Tick what the source says: a perspective, or none of them."))
        return self.cleaned_data

    def codes(self) -> dict[PolicyInstrument, Coded | None]:
        return {entry: coded_of(self.cleaned_data[name]) for name, entry in self.entries.items()}


def ticked(coded: CodedInstrument | None) -> list[str]:
    if coded is None:
        return []
    stated = [STATED] if coded.basis is Basis.STATED else []
    return [*(sorted(coded.perspectives) or [NONE]), *stated]


def coded_of(ticks: Sequence[str]) -> Coded | None:
    """Nothing ticked: not coded."""
    if not ticks:
        return None
    return Coded(frozenset(ticks) - {NONE, STATED}, Basis.STATED if STATED in ticks else Basis.INFERRED)

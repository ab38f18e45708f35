"""The form of a new run: a field for every parameter, and the seed. What may be chosen is decided by `Parameters`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from analytics.core.parameters import Keys, ParameterError, Parameters
from analytics.views.run_choices import DEFAULTS, GROUPS, KINDS, Choice, Text, said

SEED = "seed"
MOST_SEED = 2**62


class Whole(forms.IntegerField):
    """A whole number as people write it: spaces between thousands are fine.

    Django takes the end of `2.000` for decimals and reads 2; where a point stands between thousands that would be
    another number than the one that was meant, so it is refused.
    """

    re_decimal = re.compile(r"(?!)")

    def to_python(self, value: Any) -> int | None:
        whole: int | None = super().to_python("".join(value.split()) if isinstance(value, str) else value)
        return whole


class RunForm(forms.Form):
    """`indices`: key and title of those that may be asked for. Without `initial`, the defaults."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        indices: Sequence[tuple[str, str]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial={**DEFAULTS, SEED: 0, **(initial or {})})
        for group in GROUPS:
            for choice in group.choices:
                if KINDS[choice.name] != Keys or indices:
                    self.fields[choice.name] = field_of(choice, indices)
        self.fields[SEED] = Whole(
            label=_("Seed"),
            min_value=0,
            max_value=MOST_SEED,
            help_text=_("The same answers, choices and seed give the same figures."),
            widget=_digits(),
        )

    @property
    def groups(self) -> Iterator[tuple[Text, list[BoundField]]]:
        """Title and fields of each group that has fields."""
        for group in GROUPS:
            found = [self[choice.name] for choice in group.choices if choice.name in self.fields]
            if found:
                yield group.title, found
        yield _("Random numbers"), [self[SEED]]

    def clean(self) -> dict[str, Any]:
        """Each parameter beside the defaults, so that every bad one is named; then all of them together."""
        for name, value in self._document().items():
            self._check({name: value})
        if not self.errors:
            self._check(self._document())
        return self.cleaned_data

    def parameters(self) -> dict[str, object]:
        """The choices of a valid form, as they are stored with a run."""
        return Parameters.from_document(self._document()).to_document()

    def _document(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name in DEFAULTS}

    def _check(self, document: Mapping[str, object]) -> None:
        try:
            Parameters.from_document(document)
        except ParameterError as error:
            self.add_error(error.parameter, said(error))


def field_of(choice: Choice, indices: Sequence[tuple[str, str]]) -> forms.Field:
    """The field that the type of the parameter asks for; numbers are written as the language writes them."""
    about: dict[str, Any] = {"label": choice.label, "help_text": choice.hint}
    if KINDS[choice.name] == Keys:
        return forms.MultipleChoiceField(choices=indices, required=False, widget=forms.CheckboxSelectMultiple, **about)
    if choice.codes:
        return forms.ChoiceField(choices=list(choice.codes.items()), **about)
    if KINDS[choice.name] is float:
        return forms.FloatField(localize=True, widget=_digits("decimal", short=True), **about)
    return Whole(widget=_digits(short=True), **about)


def _digits(keyboard: str = "numeric", *, short: bool = False) -> forms.TextInput:
    """A text field that asks a phone for its number keys: a number field would not take a comma everywhere."""
    shape = {"class": "field-number"} if short else {}
    return forms.TextInput(attrs={"inputmode": keyboard, "autocomplete": "off", **shape})

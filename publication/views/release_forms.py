"""The forms of the publication desk: what a release holds, its minute, its withdrawal, a date of the calendar."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from publication.disclosure.lattice import DEFAULT, EVERY, FINE, Node, Plan
from publication.models import Relation, Release
from publication.queries import Publishable

CHOSEN_NODES = (Node.SECTOR, Node.SIZE, Node.COUNTY, Node.SECTOR_AND_SIZE)
NODE_NAMES = {
    Node.SECTOR: _("By sector"),
    Node.SIZE: _("By size"),
    Node.COUNTY: _("By county"),
    Node.SECTOR_AND_SIZE: _("By sector and size"),
}
MINUTE = "%Y-%m-%dT%H:%M"


def _minute(label: Any, help_text: Any = "") -> forms.DateTimeField:
    """A time as the site's clock shows it, which is said: a publisher may sit in another zone."""
    zone = format_lazy(_("Times are those of {zone}."), zone=settings.TIME_ZONE)
    return forms.DateTimeField(
        label=label,
        help_text=format_lazy("{} {}", help_text, zone) if help_text else zone,
        input_formats=[MINUTE],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "field"}, format=MINUTE),
    )


def _words(label: Any, *, required: bool = True, most: int = 1000) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": 3, "class": "field"})
    )


class PlanForm(forms.Form):
    """Which cubes a release publishes, and what it replaces."""

    replaces = forms.TypedChoiceField(label=_("Replaces"), required=False, coerce=int, empty_value=None)
    relation = forms.ChoiceField(label=_("As a"), required=False, choices=[("", "–"), *Relation.choices])
    reason = _words(_("Why, for everybody to read"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        indicators: Sequence[Publishable],
        replaceable: Sequence[Release],
    ) -> None:
        super().__init__(data)
        self.indicators = indicators
        choices = [("", _("Nothing: it is the first of its wave")), *((one.pk, str(one)) for one in replaceable)]
        self.fields["replaces"].choices = choices  # type: ignore[attr-defined]
        for node in CHOSEN_NODES:
            offered = [one for one in indicators if one.is_main or node not in FINE]
            self.fields[str(node)] = forms.MultipleChoiceField(
                label=NODE_NAMES[node],
                required=False,
                choices=[(one.key, one.title) for one in offered],
                initial=[one.key for one in offered if DEFAULT.publishes(one.key, node)],
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def nodes(self) -> list[forms.BoundField]:
        return [self[str(node)] for node in CHOSEN_NODES]

    def plan(self) -> Plan:
        """The plan of a valid form."""
        cubes = {node: tuple(self.cleaned_data[str(node)]) for node in CHOSEN_NODES}
        return Plan({Node.COUNTRY: (EVERY,), **cubes})


class NoteForm(forms.Form):
    note = forms.CharField(label=_("Note (may be empty)"), required=False, max_length=500)


class RejectionForm(NoteForm):
    """`approved` comes from the form that takes an approval back."""

    approved = forms.BooleanField(required=False)


class EmbargoForm(forms.Form):
    until = _minute(_("Published at"), _("From this minute everybody sees it, whoever is at work then."))


class WithdrawalForm(forms.Form):
    reason = _words(_("Why it should not be used, for everybody to read"))
    hides_numbers = forms.BooleanField(
        label=_("The numbers must not be read any more: they give somebody away"), required=False
    )


class AnnouncementForm(forms.Form):
    planned_for = _minute(_("Published at"))
    note = _words(_("Note for everybody to read"), required=False, most=500)


class MoveForm(forms.Form):
    planned_for = _minute(_("The new date"))
    reason = _words(_("Why, for everybody to read"), most=500)

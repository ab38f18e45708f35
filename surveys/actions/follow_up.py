"""The follow-up of non-respondents: a random part, drawn once a wave and country, and the list of whom to call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import sampling
from surveys.actions.samples import BATCH, reason
from surveys.models import (
    AuditEvent,
    Disposition,
    FollowUp,
    FollowUpStanding,
    SampledUnit,
    Stratum,
    User,
    Wave,
    WaveState,
)
from surveys.queries import PursuedUnit, reminded, to_pursue

FEWEST = 2  # one unit has no variance
STANDINGS = {
    Disposition.COMPLETED: FollowUpStanding.ANSWERED,
    Disposition.PARTIAL: FollowUpStanding.ANSWERED,
    Disposition.INELIGIBLE: FollowUpStanding.INELIGIBLE,
    Disposition.DECLINED: FollowUpStanding.DECLINED,
}


class FollowUpError(ValueError):
    """A follow-up that cannot be drawn as things stand."""


class WaveNotOpen(FollowUpError):
    """Non-respondents are pursued while the wave takes answers."""


class NotReminded(FollowUpError):
    """Who would answer after a reminder is no non-respondent yet: the reminders go out first."""


class AlreadyDrawn(FollowUpError):
    """The follow-up of this country stands with another size or seed: it is drawn once."""


class TooFewLeft(FollowUpError):
    """There are not as many non-respondents as are to be drawn."""


@dataclass(frozen=True)
class _Selection:
    """How many could be drawn, the keys of the units that are, and by stratum the chance of its non-respondents."""

    pool: int
    drawn: Sequence[int]
    chances: Mapping[int, float]


@transaction.atomic
def draw(*, wave: Wave, country: str, size: int, minimum_per_stratum: int = FEWEST, seed: int, by: User) -> FollowUp:
    """Draw `size` of the country's units that have not answered, at random inside strata.

    Strata share the size in proportion to their non-respondents, with at least `minimum_per_stratum` each. Those who
    declined were promised not to be asked again: they are not drawn. How every unit stands now is kept with it. Asked
    twice with the same numbers: the one follow-up. Raises WaveNotOpen, NotReminded, AlreadyDrawn, TooFewLeft.
    """
    # Wait for answers that are under way; those that come later find the draw made. What stands is read after that, in
    # statements of its own: see standing.locked.
    list(_sampled(wave, country).select_for_update().order_by("pk").values_list("pk"))
    wave = Wave.objects.select_for_update(of=("self",)).select_related("programme").get(pk=wave.pk)
    if wave.state != WaveState.OPEN:
        raise WaveNotOpen(_("The wave is not open: a follow-up is drawn while it takes answers."))
    existing: FollowUp | None = FollowUp.objects.filter(wave=wave, country=country).first()
    if existing is not None:
        return _the_same(existing, size=size, minimum_per_stratum=minimum_per_stratum, seed=seed)
    if country not in reminded(wave):
        raise NotReminded(_("The reminders of this country are not out yet. Send them first."))
    selection = _select(wave, country, size=size, minimum=minimum_per_stratum, seed=seed)
    made = FollowUp.objects.create(
        wave=wave,
        country=country,
        size=size,
        minimum_per_stratum=minimum_per_stratum,
        seed=seed,
        pool=selection.pool,
        drawn_at=timezone.now(),
    )
    _store(wave, country, selection)
    AuditEvent.objects.record(
        "follow_up.drawn", made, by=by, programme=wave.programme, wave=wave.code, country=country, size=size,
        pool=made.pool, seed=seed,
    )  # fmt: skip
    return made


@transaction.atomic
def list_units(*, wave: Wave, country: str, by: User) -> list[PursuedUnit]:
    """Whom to pursue, with their contacts. That somebody took the list stands in the trail.

    Raises WaveNotOpen: nobody is pursued for a wave that takes no answers.
    """
    if wave.state != WaveState.OPEN:
        raise WaveNotOpen(_("The wave is not open: nobody is to be pursued."))
    found = to_pursue(wave, country)
    AuditEvent.objects.record(
        "follow_up.listed", wave, by=by, programme=wave.programme, country=country, units=len(found)
    )
    return found


def _the_same(existing: FollowUp, *, size: int, minimum_per_stratum: int, seed: int) -> FollowUp:
    if (existing.size, existing.minimum_per_stratum, existing.seed) != (size, minimum_per_stratum, seed):
        raise AlreadyDrawn(_("The follow-up of this country is drawn already, and is drawn once."))
    return existing


def _sampled(wave: Wave, country: str) -> QuerySet[SampledUnit]:
    """Without a join: a lock takes the rows of this table alone."""
    return SampledUnit.objects.filter(wave=wave, stratum__in=Stratum.objects.filter(wave=wave, country=country))


def _select(wave: Wave, country: str, *, size: int, minimum: int, seed: int) -> _Selection:
    """By pseudonym and not by number: it outlives the key to the register, so that the draw can be made again."""
    left = _sampled(wave, country).exclude(disposition__in=STANDINGS).order_by("pseudonym")
    units = list(left.values_list("pk", "pseudonym", "stratum_id"))
    if size < FEWEST or size > len(units):
        raise TooFewLeft(
            _("%(size)s units are asked for: a follow-up takes from %(least)s to the %(most)s that are left.")
            % {"size": size, "least": FEWEST, "most": len(units)}
        )
    strata, of_unit = np.unique([unit[2] for unit in units], return_inverse=True)
    populations = np.bincount(of_unit, minlength=len(strata)).astype(np.int64)
    try:
        sizes = sampling.allocate(populations, size=size, minimum=minimum)
        chosen = sampling.draw(codes=[unit[1] for unit in units], of_unit=of_unit, sizes=sizes, seed=seed)
    except sampling.SamplingError as error:
        raise FollowUpError(reason(error)) from error
    chances = sampling.inclusion_probabilities(sizes, populations)
    return _Selection(
        pool=len(units),
        drawn=[units[position][0] for position in chosen],
        chances={int(stratum): float(chance) for stratum, chance in zip(strata, chances, strict=True)},
    )


def _store(wave: Wave, country: str, selection: _Selection) -> None:
    for disposition, stands in STANDINGS.items():
        _sampled(wave, country).filter(disposition=disposition).update(follow_up=stands)
    for stratum, chance in selection.chances.items():
        left = SampledUnit.objects.filter(wave=wave, stratum=stratum, follow_up="")
        left.update(follow_up=FollowUpStanding.NOT_DRAWN, follow_up_probability=chance)
    for place in range(0, len(selection.drawn), BATCH):
        chosen = SampledUnit.objects.filter(pk__in=selection.drawn[place : place + BATCH])
        chosen.update(follow_up=FollowUpStanding.DRAWN)

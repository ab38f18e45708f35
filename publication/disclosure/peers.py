"""Which published group stands beside one workplace's answers: the finest that holds it, and never one too small.

A report repeats figures of a release and adds nothing to them but the reader's own answers. The choice of the group
must keep it so: a reader who knows that one figure is theirs may subtract it, and may subtract one group from another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Domain(NamedTuple):
    """A group of workplaces; an empty text is all of them."""

    country: str
    sector: str = ""
    size_class: str = ""
    county: str = ""

    def holds(self, other: "Domain") -> bool:
        """Whether every workplace of the other group is in this one, as far as their names say."""
        return all(mine in ("", theirs) for mine, theirs in zip(self, other, strict=True))


class Refusal(StrEnum):
    """Why a finer group is not shown."""

    NOT_PUBLISHED = "not_published"
    WITHHELD = "withheld"  # it is in a table without a number
    FEW_OTHERS = "few_others"
    LEAVES_ONE = "leaves_one"  # a broader group shown less this one is one workplace


@dataclass(frozen=True)
class PeerRule:
    """others: answers that must be behind a figure besides the reader's own. left_over: the fewest answers, if there
    are any, that a broader group shown may have outside this one.
    """

    others: int = 10
    left_over: int = 2


@dataclass(frozen=True)
class Choice:
    """The group that stands beside, the fewest and most answers behind a figure of it, and the finer groups that do
    not stand there, each with the reason.
    """

    domain: Domain
    least: int
    most: int
    refused: tuple[tuple[Domain, Refusal], ...]


Shown = Mapping[Domain, Mapping[str, int]]  # group -> category -> answers behind the figure, of what is shown


def ways(place: Domain) -> tuple[Domain, ...]:
    """The groups around a place, the finest first and the country last; what is not known of it makes no group."""
    country, sector, size_class, county = place
    found = [
        Domain(country, sector, size_class),
        Domain(country, sector),
        Domain(country, size_class=size_class),
        Domain(country, county=county),
    ]
    whole = Domain(country)
    return (*(domain for domain in dict.fromkeys(found) if domain != whole), whole)


def choose(place: Domain, shown: Shown, rule: PeerRule | None = None) -> Choice | None:
    """The finest group that may stand beside the workplace at `place`; None where not even the country may.

    Args:
        place: the workplace's country, sector, size class and county; a county may be empty.
        shown: for every group of the indicator's published tables the answers behind each category that is shown, an
            empty mapping where all of it is withheld. A group that no table has is left out.

    The reader counts as one of the answers of every group, whether or not they are in the base: that errs on the safe
    side.
    """
    rule = rule or PeerRule()
    refused: list[tuple[Domain, Refusal]] = []
    for domain in ways(place):
        refusal = refusal_of(domain, shown, rule)
        if refusal is None:
            counts = shown[domain].values()
            return Choice(domain, min(counts), max(counts), tuple(refused))
        refused.append((domain, refusal))
    return None


def refusal_of(domain: Domain, shown: Shown, rule: PeerRule) -> Refusal | None:
    """Why the group may not stand beside one of its workplaces; None where it may."""
    if domain not in shown:
        return Refusal.NOT_PUBLISHED
    own = shown[domain]
    if not own:
        return Refusal.WITHHELD
    if min(own.values()) - 1 < rule.others:
        return Refusal.FEW_OTHERS
    broader = [counts for other, counts in shown.items() if other != domain and other.holds(domain)]
    if any(0 < left < rule.left_over for counts in broader for left in _left_over(counts, own)):
        return Refusal.LEAVES_ONE
    return None


def _left_over(whole: Mapping[str, int], part: Mapping[str, int]) -> Sequence[int]:
    """Answers of the whole outside the part, for the categories that both show."""
    return [whole[category] - n for category, n in part.items() if category in whole]

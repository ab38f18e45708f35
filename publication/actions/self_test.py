"""Groups of the self-test: opened by anybody, counted into, and gone after a day.

Nobody signs in here and nothing is known of anybody: these actions have no author and leave no audit event.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import TypedDict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from publication.models import SelfTestGroup
from publication.models.self_test import CODE_ALPHABET, CODE_LENGTH, LASTS

FEWEST = 5  # people: below that nothing is shown
STEP = 3  # people that must come in between two pictures, so that their difference is nobody's answer
MOST_PEOPLE = 500  # a room; the row stays small

Chosen = Mapping[str, Sequence[str]]  # item -> the codes that one person chose


class Count(TypedDict):
    answers: int
    options: dict[str, int]


Counts = Mapping[str, Count]


class GroupError(ValueError):
    """Answers that cannot be added to the group."""


class GroupEnded(GroupError):
    """There is no such group, or its day is over."""


class GroupFull(GroupError):
    """More answers than a room holds."""


def open_group() -> SelfTestGroup:
    """A group with a new code, for a day."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))
    return SelfTestGroup.objects.create(code=code, expires_at=timezone.now() + LASTS)


@transaction.atomic
def add_answers(*, code: str, form: str, chosen: Chosen) -> bool:
    """Count one person's answers; False when the same form was counted before.

    Args:
        form: the key that the form has carried since its first page.

    Raises:
        GroupEnded: no such group, or not any more.
        GroupFull: it has as many answers as a group may have.
    """
    group = SelfTestGroup.objects.select_for_update().running().filter(code=code).first()
    if group is None:
        raise GroupEnded(_("The group has ended or never was. Your answers were not added to it."))
    mark = hashlib.sha256(f"{code}:{form}".encode()).hexdigest()[:32]
    if mark in group.sent:
        return False
    if group.people >= MOST_PEOPLE:
        raise GroupFull(_("The group is full. Your answers were not added to it."))
    group.sent = [*group.sent, mark]
    group.people += 1
    group.counts = counted(group.counts, chosen)
    if is_step(group.people):
        group.shown_people, group.shown = group.people, now_shown(group.shown, group.counts)
    group.save(update_fields=["sent", "people", "counts", "shown_people", "shown"])
    return True


def delete_ended() -> int:
    """Delete the groups whose day is over; how many."""
    return SelfTestGroup.objects.ended().delete()[0]


def counted(counts: Counts, chosen: Chosen) -> dict[str, Count]:
    """The counts with one person's choices added."""
    added = dict(counts)
    for item, codes in chosen.items():
        before = added.get(item, {"answers": 0, "options": {}})
        options = {**before["options"], **{code: before["options"].get(code, 0) + 1 for code in codes}}
        added[item] = {"answers": before["answers"] + 1, "options": options}
    return added


def is_step(people: int) -> bool:
    """Whether the picture may change now: with the fifth person, and then with every third."""
    return people >= FEWEST and (people - FEWEST) % STEP == 0


def now_shown(shown: Counts, counts: Counts) -> dict[str, Count]:
    """What a step shows. The rule holds for each question by itself, because not everybody is asked all of them."""
    following = dict(shown)
    for item, count in counts.items():
        before = shown[item]["answers"] if item in shown else 0
        if count["answers"] >= max(FEWEST, before + STEP):
            following[item] = count
    return following

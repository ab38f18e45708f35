"""Groups of the self-test: a room of people, their answers as counts, for a day."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

# Capital letters and digits that are not taken for each other when they are read aloud or written on a wall.
CODE_ALPHABET = "ACEFHKMNRTUXY34679"
CODE_LENGTH = 8
LASTS = timedelta(hours=24)


class SelfTestGroupQuerySet(models.QuerySet["SelfTestGroup"]):
    def running(self) -> "SelfTestGroupQuerySet":
        return self.filter(expires_at__gt=timezone.now())

    def ended(self) -> "SelfTestGroupQuerySet":
        return self.filter(expires_at__lte=timezone.now())


class SelfTestGroup(models.Model):
    """What a room of people answered, added up: who answered what cannot be read from it.

    `counts` and `shown` are {item: {"answers": people who answered it, "options": {code: people who chose it}}}.
    `shown` is what the group's page shows; it follows `counts` in steps (see `publication.actions.self_test`).
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    people = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    shown_people = models.PositiveIntegerField(default=0)
    shown = models.JSONField(default=dict)
    sent = models.JSONField(default=list, help_text="Hashes of the forms that were counted, so that none counts twice")

    objects = SelfTestGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(shown_people__lte=models.F("people")), name="shown_are_counted"),
        ]

    def __str__(self) -> str:
        return self.code


def plain_code(written: str) -> str:
    """The code as it is kept, however it was typed: in small letters, with spaces or hyphens."""
    return "".join(sign for sign in written.upper() if sign.isascii() and sign.isalnum())

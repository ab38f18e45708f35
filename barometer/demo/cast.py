"""The demonstration's accounts. Their passwords are generated, kept in one file, and exist only with DEMO=1."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from surveys.models import Programme, Role, User
from surveys.permissions import RoleName


@dataclass(frozen=True)
class Cast:
    """Who does what in the demonstration."""

    administrator: User
    publisher: User
    researcher: User


class NotADemonstration(Exception):
    """Demonstration accounts are made on a demonstration installation only."""


def passwords_file() -> Path:
    return settings.DATA_DIR / "demo" / "accounts"


def passwords() -> dict[str, str]:
    """User name -> password of the demonstration accounts; made and kept on first use, readable by the owner only."""
    if not settings.DEMO:
        raise NotADemonstration("Demonstration accounts exist only with DEMO=1. Set DEMO=1, or make accounts by hand.")
    path = passwords_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {role: secrets.token_urlsafe(12) for role in RoleName.values}
        with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            json.dump(made, file, indent=1)
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return kept


@transaction.atomic
def cast(programme: Programme) -> Cast:
    """The three accounts with their roles in the programme; each as it was if it is there already."""
    found = {}
    for name, password in passwords().items():
        user, created = User.objects.get_or_create(username=name)
        if created:
            user.set_password(password)
            user.save()
        Role.objects.get_or_create(user=user, programme=programme, role=name)
        found[name] = user
    return Cast(**found)

"""Fills an empty database for a real server: `python -m tests.surveys.prepare UNITS [FILE]` prints links.

FILE is a questionnaire of tests/instruments; without it the shipped one for workplaces is asked.
"""

import os
import sys

import django


def main(count: int, file: str | None = None) -> None:
    """Migrate, draw `count` units of an open wave, and print number and link token of each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "barometer.settings")
    django.setup()
    from django.core.management import call_command

    from surveys.actions import invitations
    from surveys.instrument.document import load_file
    from surveys.models import SYSTEM
    from tests import make
    from tests.surveys.respondents import INSTRUMENTS

    call_command("migrate", verbosity=0)
    programme = make.programme()
    version = make.instrument(programme, document=load_file(INSTRUMENTS / file) if file else None)
    wave = make.wave(programme, instrument=version)
    for unit in make.drawn(wave, make.frame(programme, units=make.units(count)), size=count):
        print(unit.pk, invitations.mint(sampled_unit=unit, by=SYSTEM))


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])

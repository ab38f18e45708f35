"""manage.py destroy_contact_key PROGRAMME WAVE --by USERNAME"""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from surveys.actions.erasure import WaveStillOpen, destroy_contact_key
from surveys.models import AuditEvent, User, Wave


class Command(BaseCommand):
    help = "Destroy the key between a closed wave's answers and named workplaces, and their addresses. For good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("programme", help="the programme's slug")
        parser.add_argument("wave", help="the wave's code")
        parser.add_argument("--by", required=True, help="user name of whoever decided it")

    def handle(self, *, programme: str, wave: str, by: str, **options: object) -> None:
        found = Wave.objects.filter(programme__slug=programme, code=wave).first()
        if found is None:
            raise CommandError(f"wave: expected one of the programme {programme}, got {wave}.")
        decided = User.objects.filter(username=by).first()
        if decided is None:
            raise CommandError(f"--by: expected the user name of an account, got {by}.")
        try:
            destroy_contact_key(wave=found, by=decided)
        except WaveStillOpen as error:
            raise CommandError(str(error)) from error
        detail = AuditEvent.objects.about(found).filter(action="wave.contacts_destroyed").latest("at").detail
        self.stdout.write(
            f"{programme} {wave}: {detail['units']} units lost their name, {detail['contacts']} addresses are deleted, "
            f"{detail['invitations']} links withdrawn. Answers, design and pseudonyms stay."
        )

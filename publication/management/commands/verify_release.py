"""manage.py verify_release PROGRAMME NUMBER"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.dataset import DatasetDamaged
from publication.models import Release
from publication.work.verification import verify

SHOWN = 20


class Command(BaseCommand):
    help = "Recompute a release from its frozen dataset and compare: raw values to 1e-9, published decimals exactly."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("programme", help="the programme's slug")
        parser.add_argument("number", type=int, help="the release's number")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, number = options["programme"], options["number"]
        release = Release.objects.filter(programme_slug=slug, number=number).select_related("run").first()
        if release is None or not release.content_hash:
            raise CommandError(f"{slug} {number}: expected a release whose tables are built, found none.")
        try:
            result = verify(release)
        except DatasetDamaged as error:
            raise CommandError(f"{slug} {number}: {error}") from error
        for difference in result.differences[:SHOWN]:
            self.stderr.write(difference)
        if not result.holds:
            raise CommandError(f"{slug} {number}: {len(result.differences)} differences.")
        if result.erased:
            self.stdout.write(
                f"{slug} {number}: source erased. The {result.tables} tables are what their hashes say; "
                "they cannot be computed again."
            )
            return
        self.stdout.write(
            f"{slug} {number}: {result.estimates} estimates agree to 1e-9 and {result.tables} tables to the last "
            f"decimal. Content hash {release.content_hash}."
        )

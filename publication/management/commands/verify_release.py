"""manage.py verify_release [PROGRAMME NUMBER]"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.dataset import DatasetDamaged
from analytics.provenance import code_version, lock_hash
from publication.disclosure.bounds import Contradiction
from publication.disclosure.lattice import PlanRefused
from publication.disclosure.suppression import Unprotectable
from publication.models import Release
from publication.work.verification import verify

SHOWN = 20
# What is stored is not what was frozen, or cannot be protected again beside what was told before.
CANNOT_BE_MADE = (DatasetDamaged, PlanRefused, Contradiction, Unprotectable)


class Command(BaseCommand):
    help = (
        "Recompute a release from its frozen dataset and compare: raw values to 1e-9, published decimals exactly. "
        "Without arguments every release that everybody sees."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("programme", nargs="?", default="", help="the programme's slug")
        parser.add_argument("number", nargs="?", type=int, help="the release's number")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, number = options["programme"], options["number"]
        if slug and number is None:
            raise CommandError(f"number: expected that of a release of {slug}, got none. Name it, or nothing at all.")
        if slug:
            self.verify(slug, number)
            return
        faults = []
        for one in Release.objects.published().order_by("programme_slug", "number"):
            try:
                self.verify(one.programme_slug, one.number)
            except CommandError as error:
                faults.append(str(error))
        if faults:
            raise CommandError("\n".join(faults))

    def verify(self, slug: str, number: int) -> None:
        """Say that the release holds. Raises CommandError where it does not."""
        release = Release.objects.filter(programme_slug=slug, number=number).select_related("run").first()
        if release is None or not release.content_hash:
            raise CommandError(f"{slug} {number}: expected a release whose tables are built, found none.")
        try:
            result = verify(release)
        except CANNOT_BE_MADE as error:
            raise CommandError(f"{slug} {number}: {error}") from error
        for difference in result.differences[:SHOWN]:
            self.stderr.write(difference)
        if not result.holds:
            raise CommandError(f"{slug} {number}: {len(result.differences)} differences. {_made_with(release)}")
        if result.erased:
            self.stdout.write(
                f"{slug} {number}: source erased. The {result.tables} tables are what their hashes say; "
                "they cannot be computed again."
            )
            return
        self.stdout.write(
            f"{slug} {number}: {result.estimates} estimates agree to 1e-9 and {result.tables} tables to the last "
            f"decimal. {_of_files(result.files)} Content hash {release.content_hash}."
        )


def _of_files(files: int | None) -> str:
    if files is None:
        return "Its files are what their checksums say; other code made them, so that their bytes are not made again."
    return f"{files} files were made again, bit for bit."


def _made_with(release: Release) -> str:
    """The first thing to look at when numbers differ: other code or other packages than made them."""
    run, root = release.run, settings.BASE_DIR
    here = (code_version(root), lock_hash(root)[:12])
    made = (run.code_version, run.lock_hash[:12])
    if here == made:
        return "Code and lock are those it was made with."
    return f"It was made with code {made[0]} and lock {made[1]}; here are code {here[0]} and lock {here[1]}."

"""manage.py compile_catalogues: interface texts from .po to .mo, with Babel, where there is no msgfmt."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


def compile_catalogue(source: Path) -> bool:
    """Write the .mo beside its .po unless it is as new; True when it was written."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    with open(source, "rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name, domain=source.stem, abort_invalid=True)
    unfinished = target.with_suffix(".mo.part")
    with open(unfinished, "wb") as file:
        write_mo(file, catalogue)
    unfinished.replace(target)
    return True


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/*.po; catalogues that are up to date are left alone."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        sources = sorted(
            source for folder in settings.LOCALE_PATHS for source in Path(folder).glob("*/LC_MESSAGES/*.po")
        )
        try:
            written = sum(compile_catalogue(source) for source in sources)
        except (PoFileError, OSError) as error:
            raise CommandError(f"A catalogue cannot be compiled: {error}") from error
        self.stdout.write(f"{written} of {len(sources)} catalogues compiled")

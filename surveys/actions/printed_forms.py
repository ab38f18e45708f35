"""The printed forms of a version: stored for all its languages at once."""

from collections.abc import Mapping

from django.db import transaction

from surveys.models import AuditEvent, InstrumentVersion, PrintedForm, User


@transaction.atomic
def store(*, version: InstrumentVersion, forms: Mapping[str, bytes], by: User | str) -> None:
    """Keep the form of each language (language -> PDF) in place of the one that stands."""
    for language, pdf in forms.items():
        PrintedForm.objects.update_or_create(
            instrument=version,
            language=language,
            defaults={"pdf": pdf, "content_hash": version.content_hash},
        )
    AuditEvent.objects.record(
        "instrument.printed", version, by=by, programme=version.programme, languages=", ".join(sorted(forms))
    )

"""What the desk shows of the programme's questionnaires, without reading their documents."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet
from django.db.models.fields.json import KeyTransform

from surveys.instrument.schema import Instrument
from surveys.models import AuditEvent, InstrumentVersion, Programme, QuestionnaireImport, TextReview, Wave
from surveys.queries.respondents import instrument_of


def versions_of(programme: Programme) -> QuerySet[InstrumentVersion]:
    """Newest first by key, each with `languages` and its waves: two queries."""
    waves = Prefetch("waves", Wave.objects.only("code", "instrument", "pilot").order_by("code"))
    versions: QuerySet[InstrumentVersion] = InstrumentVersion.objects.filter(programme=programme).order_by("key", "-pk")
    return versions.annotate(languages=KeyTransform("languages", "document")).defer("document").prefetch_related(waves)


def fielded_before(version: InstrumentVersion, versions: Iterable[InstrumentVersion]) -> Instrument | None:
    """Of `versions` the one of the same name that was fielded last; of a fielded one, the last before it."""
    fielded = {
        (one.fielded_at, one.pk): one
        for one in versions
        if one.key == version.key and one.pk != version.pk and one.fielded_at is not None
    }
    until = version.fielded_at
    times = [at for at in fielded if until is None or at[0] < until]
    return instrument_of(fielded[max(times)]) if times else None


def imports_of(programme: Programme) -> QuerySet[QuestionnaireImport]:
    """The newest first, without the files."""
    rows = QuestionnaireImport.objects.filter(programme=programme).select_related("instrument")
    return rows.defer("upload", "lost", "instrument__document")


def reviews_of(version: InstrumentVersion, *, item: str = "", language: str = "") -> QuerySet[TextReview]:
    """What was said of its texts, or of those of an item or in a language alone, the newest first."""
    wanted = {name: value for name, value in (("item", item), ("language", language)) if value}
    return TextReview.objects.filter(instrument=version, **wanted).select_related("by").order_by("-at", "-pk")


def events_about(version: InstrumentVersion) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.about(version).filter(programme=version.programme_id)

"""How the questionnaire of a wave was answered: break-off, time, devices, languages, answers that were changed."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from surveys.actions import answering as actions
from surveys.instrument.schema import Instrument
from surveys.models import AnsweringReport, Device
from surveys.permissions import Permission, requires
from surveys.queries import Events, instrument_of, last_job_of
from surveys.queries.events import FEWEST
from surveys.views.desk.questionnaire_parts import language_read
from surveys.views.desk.scope import staff, wave_of
from surveys.views.respond.wording import language_name

NOTHING = Events((), (), (), ())  # where nothing is counted yet


@dataclass(frozen=True)
class ShownPage:
    id: str
    title: str
    broke_off: int | None
    median_seconds: float | None


@requires(Permission.VIEW_DESK)
def answering(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.VIEW_DESK)
    report = AnsweringReport.objects.filter(wave=wave).first()
    instrument = instrument_of(wave.instrument)
    events = NOTHING if report is None else Events.from_document(report.counted)
    texts = instrument.texts[language_read(instrument)]
    context = {
        "programme": wave.programme,
        "wave": wave,
        "pages": pages_of(instrument, events),
        "devices": [(Device(row.code).label, row) for row in events.devices],
        "languages": [(language_name(row.code) if row.code else _("Not known"), row) for row in events.languages],
        "changed": [
            (texts.full_question(instrument.items[item]) if item in instrument.items else "", item, n)
            for item, n in events.changed
        ],
        "fewest": FEWEST,
        "report": report,
        "job": last_job_of("surveys.count_events", wave_id=wave.pk),
    }
    return render(request, "surveys/desk_answering.html", context)


@requires(Permission.VIEW_DESK)
@require_POST
def count(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Have the events counted anew, in a job."""
    wave = wave_of(request, slug, code, Permission.VIEW_DESK)
    actions.request_count(wave=wave, by=staff(request))
    return redirect("surveys:wave-answering", slug, code)


def pages_of(instrument: Instrument, events: Events) -> list[ShownPage]:
    """The pages in the order asked; what was saved of other pages, by imports for instance, comes last."""
    texts = instrument.texts[language_read(instrument)]
    found = {row.page: row for row in events.pages}
    order = [page.id for page in instrument.pages if page.id in found]
    return [
        ShownPage(page, texts.pages.get(page, ""), found[page].broke_off, found[page].median_seconds)
        for page in dict.fromkeys([*order, *found])
    ]

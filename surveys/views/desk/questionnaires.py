"""The questionnaires of a programme: the versions, what stands in one, and what is another in the next."""

from functools import lru_cache

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from surveys.actions import instruments
from surveys.instrument import shipped
from surveys.instrument.diff import difference
from surveys.instrument.document import load_library
from surveys.instrument.lint import Finding, lint
from surveys.instrument.schema import Instrument
from surveys.models import Programme
from surveys.permissions import Permission, requires
from surveys.queries import events_about, fielded_before, imports_of, instrument_of, reviews_of, versions_of
from surveys.views.desk.events import say
from surveys.views.desk.questionnaire_files import FORMATS
from surveys.views.desk.questionnaire_parts import (
    ORIGINS,
    RELATIONS,
    STANDINGS,
    coverage_of,
    in_language,
    language_read,
    relation_said,
    sections_of,
    written,
)
from surveys.views.desk.scope import programme_of, staff, version_of
from surveys.views.respond.wording import language_name

NEWEST = 20  # of a log, on the page of its questionnaire


@lru_cache(maxsize=16)
def findings_of(instrument: Instrument, former: Instrument | None) -> tuple[Finding, ...]:
    """What the linter says, kept: a large questionnaire takes it a fifth of a second.

    The same findings as freezing it is refused for, so those on changes since the `former` one are among them.
    """
    return lint(instrument, former)


@requires(Permission.VIEW_DESK)
def questionnaires(request: HttpRequest, slug: str) -> HttpResponse:
    programme = programme_of(request, slug, Permission.VIEW_DESK)
    context = {
        "programme": programme,
        "versions": list(versions_of(programme)),
        "imports": imports_of(programme)[:NEWEST],
        "may_edit": staff(request).may(Permission.EDIT_QUESTIONNAIRE, programme),
    }
    return render(request, "surveys/desk_questionnaires.html", context)


@requires(Permission.VIEW_DESK)
def questionnaire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    version = version_of(request, slug, pk, Permission.VIEW_DESK)
    instrument = instrument_of(version)
    others = list(versions_of(version.programme).exclude(pk=version.pk).prefetch_related(None))
    context = {
        "programme": version.programme,
        "version": version,
        "instrument": instrument,
        "title": instrument.texts[language_read(instrument)].title,
        "findings": findings_of(instrument, fielded_before(version, others)),
        "standings": STANDINGS.values(),
        "coverage": coverage_of(instrument),
        "sections": sections_of(instrument),
        "conditions": [(name, written(rule)) for name, rule in instrument.conditions.items()],
        "edits": [(edit, written(edit.rule)) for edit in instrument.edits],
        "partial": written(instrument.partial),
        "blocks": [(block, ORIGINS[block.origin]) for block in instrument.blocks],
        "comparability": [(entry, RELATIONS[entry.relation]) for entry in instrument.comparability],
        "formats": FORMATS,
        "printed": [(code, language_name(code)) for code in version.printed.values_list("language", flat=True)],
        "reviews": reviews_of(version)[:NEWEST],
        "events": say(events_about(version)[:NEWEST]),
        "others": [(other, other.key == version.key) for other in others],
        "may_edit": staff(request).may(Permission.EDIT_QUESTIONNAIRE, version.programme),
    }
    return render(request, "surveys/desk_questionnaire.html", context)


@requires(Permission.EDIT_QUESTIONNAIRE)
def from_library(request: HttpRequest, slug: str) -> HttpResponse:
    """First the questionnaire is chosen (a link), then its optional blocks (a form)."""
    programme = programme_of(request, slug, Permission.EDIT_QUESTIONNAIRE)
    offered = {one.name: one for one in shipped.instruments()}
    chosen = offered.get(request.GET.get("questionnaire", ""))
    if chosen is None:
        offers = [(one, in_language(one.titles, one.name)) for one in offered.values()]
        return render(request, "surveys/desk_library.html", {"programme": programme, "offers": offers})
    blocks = shipped.blocks_for(chosen.name)
    if request.method == "POST":
        ticked = set(request.POST.getlist("block"))
        return _store(request, programme, chosen.name, [block.key for block in blocks if block.key in ticked])
    context = {
        "programme": programme,
        "chosen": chosen,
        "title": in_language(chosen.titles, chosen.name),
        "blocks": [(block, ORIGINS[block.origin], in_language(block.titles, ())) for block in blocks],
    }
    return render(request, "surveys/desk_library_blocks.html", context)


def _store(request: HttpRequest, programme: Programme, name: str, blocks: list[str]) -> HttpResponse:
    document = load_library(name, blocks=blocks)
    try:
        version = instruments.store(programme=programme, document=document, replace=False, by=staff(request))
    except (instruments.InstrumentFrozen, instruments.VersionStands) as error:
        messages.error(request, str(error))
        return redirect("surveys:questionnaires", programme.slug)
    messages.success(request, _("The questionnaire is stored. It can change until it is frozen."))
    return redirect("surveys:questionnaire", programme.slug, version.pk)


@requires(Permission.VIEW_DESK)
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """What is another in one version than in a former one. Without two versions: the choice of them."""
    programme = programme_of(request, slug, Permission.VIEW_DESK)
    versions = {str(version.pk): version for version in versions_of(programme).prefetch_related(None)}
    former, present = (versions.get(request.GET.get(name, "")) for name in ("from", "to"))
    context: dict[str, object] = {
        "programme": programme,
        "versions": versions.values(),
        "former": former,
        "present": present,
    }
    if former is not None and present is not None:
        found = difference(instrument_of(former), instrument_of(present))
        context |= {"difference": found, "changed": [(item, relation_said(item)) for item in found.changed]}
    return render(request, "surveys/desk_questionnaires_compared.html", context)

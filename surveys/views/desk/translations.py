"""The texts of a questionnaire in one language as a file for a translator, and back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from surveys.actions import texts as actions
from surveys.actions.instruments import InstrumentFrozen
from surveys.instrument.exchange import ExchangeRefused
from surveys.permissions import Permission, requires
from surveys.queries import instrument_of
from surveys.views.desk.questionnaire_files import attachment
from surveys.views.desk.questionnaire_forms import TextsFileForm
from surveys.views.desk.questionnaire_parts import counted
from surveys.views.desk.scope import staff, version_of
from surveys.views.respond.wording import language_name

MEDIA_TYPES = {
    "po": "text/x-gettext-translation; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@requires(Permission.VIEW_DESK)
def texts_file(request: HttpRequest, slug: str, pk: int, language: str, kind: str) -> HttpResponse:
    # Imported here: it loads the spreadsheet library, which the web process needs for this alone.
    from surveys.instrument.translations import export_texts

    version = version_of(request, slug, pk, Permission.VIEW_DESK)
    instrument = instrument_of(version)
    if language not in instrument.languages or kind not in MEDIA_TYPES:
        raise Http404
    content = export_texts(instrument, language, f".{kind}").content
    return attachment(content, MEDIA_TYPES[kind], f"{version}-{language}.{kind}")


@requires(Permission.EDIT_QUESTIONNAIRE)
def take_texts(request: HttpRequest, slug: str, pk: int, language: str) -> HttpResponse:
    """Take a translator's file over and show what came of it; shown again, the page changes nothing."""
    version = version_of(request, slug, pk, Permission.EDIT_QUESTIONNAIRE)
    if language not in instrument_of(version).languages:
        raise Http404
    if request.method != "POST":  # what came of a file stands at this address, and is then shown in another language
        return redirect("surveys:questionnaire-texts", slug, pk, language)
    form = TextsFileForm(request.POST, request.FILES)
    context = {"programme": version.programme, "version": version, "language": language, "form": form}
    context["name"] = language_name(language)
    if form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            translated = actions.take_translations(
                version=version, language=language, content=content, by=staff(request)
            )
            context |= {"translated": translated, "taken": counted(translated.taken), "lost": translated.refused}
        except ExchangeRefused as error:
            form.add_error("file", str(error))
        except (actions.TextsChanged, InstrumentFrozen) as error:
            messages.error(request, str(error))
            return redirect("surveys:questionnaire-texts", slug, pk, language)
    return render(request, "surveys/desk_translations_taken.html", context)

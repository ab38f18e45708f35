"""Printing a questionnaire: all its questions as a tagged PDF, in each of its languages."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from jobs.claim import JobRefused, Step
from surveys.actions import printed_forms
from surveys.instrument.schema import Instrument
from surveys.models import SYSTEM, InstrumentVersion, Programme
from surveys.queries.respondents import instrument_of
from surveys.work.printed_content import Form, form_of

LAYOUT = Path(__file__).with_name("printed_form.typ")
STANDARD: Final = "ua-1"  # tagged, with a title, a language and an alternative text for every drawing


def print_forms(*, version_id: int, step: Step) -> None:
    """Make the forms of all languages and store them at once; those that stand are replaced by equal ones."""
    version = InstrumentVersion.objects.select_related("programme").get(pk=version_id)
    instrument = instrument_of(version)
    forms: dict[str, bytes] = {}
    for done, language in enumerate(instrument.languages):
        step.progress(done / len(instrument.languages), _("Printing %(language)s") % {"language": language})
        try:
            forms[language] = printed(instrument, language, version.programme)
        except typst.TypstError as error:
            raise JobRefused(
                _("The form in %(language)s cannot be printed: %(reason)s")
                % {"language": language, "reason": error.message}
            ) from error
    with step.fenced(last=True):
        printed_forms.store(version=version, forms=forms, by=SYSTEM)


def printed(instrument: Instrument, language: str, programme: Programme) -> bytes:
    """The form in one language as PDF/UA-1. Raises TypstError where a text has signs that no font has."""
    with translation.override(language):
        form = form_of(instrument, language, programme=programme.name, constructed=programme.constructed)
    return laid_out(form)


def laid_out(form: Form) -> bytes:
    """The same form gives the same bytes: no date is written, and only the fonts inside typst are used."""
    compiler = typst.Compiler(ignore_system_fonts=True)
    content = json.dumps(asdict(form), ensure_ascii=False)
    made = compiler.compile(input=LAYOUT, format="pdf", sys_inputs={"form": content}, pdf_standards=STANDARD)
    if not isinstance(made, bytes):
        raise TypeError(f"typst: expected one document as bytes, got {type(made).__name__}. Compile to PDF alone.")
    return made

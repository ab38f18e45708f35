"""Reading a questionnaire that was brought in as a file: stored whole as a version, or refused with the reason."""

import json

from django.utils.translation import gettext as _

from jobs.claim import JobRefused, Step
from surveys.actions import questionnaire_imports as imports
from surveys.actions.instruments import InstrumentFrozen, VersionStands
from surveys.instrument.exchange import ExchangeRefused, Imported
from surveys.instrument.reader import InstrumentError
from surveys.models import ImportFormat, ImportState, QuestionnaireImport, User


def import_questionnaire(*, import_id: int, replace: bool, by_id: int, step: Step) -> None:
    """Read the upload; what cannot be stored refuses the file and says why."""
    made = QuestionnaireImport.objects.select_related("programme").get(pk=import_id)
    by = User.objects.get(pk=by_id)
    if made.state != ImportState.WAITING:
        raise JobRefused(_("The file was stored or refused already."))
    step.progress(0.1, _("Reading the file"))
    try:
        read = read_file(made.format, bytes(made.upload), name=made.name)
    except (ExchangeRefused, InstrumentError) as error:
        with step.fenced(last=True):
            imports.refuse(made=made, reason=str(error), by=by)
        return
    step.progress(0.8, _("Storing the questionnaire"))
    with step.fenced(last=True):
        try:
            imports.store(made=made, read=read, replace=replace, by=by)
        except (InstrumentFrozen, VersionStands, InstrumentError) as error:
            imports.refuse(made=made, reason=str(error), read=read, by=by)


def read_file(kind: str, content: bytes, *, name: str) -> Imported:
    """What the file says in our format. Raises ExchangeRefused or InstrumentError."""
    read = _read(kind, content, name)
    if holds_nul([read.document, *map(str, read.lost), *read.assumed]):
        raise ExchangeRefused("A text holds the character NUL, which cannot be stored. Take it out.")
    return read


def holds_nul(value: object) -> bool:
    """Whether there is a character in it that PostgreSQL does not take."""
    return "\\u0000" in json.dumps(value).replace("\\\\", "")


def _read(kind: str, content: bytes, name: str) -> Imported:
    # Imported here: a worker loads spreadsheets and XML when a file of that kind comes.
    if kind == ImportFormat.XLSFORM:
        from surveys.instrument.xlsform import read_xlsform

        return read_xlsform(content)
    if kind == ImportFormat.LIMESURVEY:
        from surveys.instrument.limesurvey import read_limesurvey

        return read_limesurvey(content)
    from surveys.instrument.own_file import read_own

    return read_own(content, name=name)

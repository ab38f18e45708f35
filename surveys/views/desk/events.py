"""Events of the audit trail, said in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from surveys.models import RESPONDENT, SYSTEM, AuditEvent

ACTIONS = {
    "frame.requested": _("Asked for a frame to be loaded"),
    "frame.loaded": _("Loaded a frame"),
    "frame.refused": _("Refused a frame file"),
    "instrument.stored": _("Stored the questionnaire"),
    "instrument.fielded": _("Froze the questionnaire"),
    "instrument.texts_checked": _("Checked texts of the questionnaire"),
    "instrument.texts_taken": _("Took texts over from a translator’s file"),
    "instrument.printed": _("Printed the questionnaire"),
    "instrument.reviewed": _("Wrote down what was said of a text"),
    "questionnaire.requested": _("Asked for a questionnaire to be read from a file"),
    "questionnaire.imported": _("Stored a questionnaire from a file"),
    "questionnaire.refused": _("Refused a questionnaire file"),
    "wave.created": _("Made the wave"),
    "wave.language_waived": _("Let a language open before every text of it is checked"),
    "wave.opened": _("Opened the field"),
    "wave.closed": _("Closed the wave"),
    "wave.time_measured": _("Measured how long answering takes"),
    "wave.contacts_destroyed": _("Destroyed the contacts"),
    "sample.planned": _("Planned a sample"),
    "sample.requested": _("Asked for a sample to be drawn"),
    "sample.drawn": _("Drew a sample"),
    "follow_up.drawn": _("Drew a follow-up of non-respondents"),
    "follow_up.listed": _("Downloaded the list of the follow-up with its contacts"),
    "messages.requested": _("Asked for messages to be sent"),
    "messages.sent": _("Sent messages"),
    "invitation.minted": _("Made a personal link"),
    "invitation.withdrawn": _("Withdrew a personal link"),
    "invitation.shared": _("Gave a part to a colleague"),
    "invitation.taken_back": _("Took the links to a part back"),
    "invitation.passed_on": _("Passed the link on to the right person"),
    "dataset.frozen": _("Froze the dataset"),
    "response.submitted": _("Submitted the questionnaire"),
    "response.reopened": _("Opened what was handed in to correct it"),
    "response.declined": _("Declined to answer"),
    "run.requested": _("Asked for a run"),
    "run.finished": _("Finished a run"),
    "run.failed": _("A run failed"),
    "run.cancelled": _("Stopped a run"),
    "run.exported_for_r": _("Exported a run with its answers for R"),
    "focus.library_brought": _("Brought in the library’s policy instruments"),
    "focus.started": _("Began to code policy instruments"),
    "focus.instruments_coded": _("Coded policy instruments"),
    "focus.rated": _("Rated a country’s focus"),
    "focus.closed": _("Closed a coding"),
    "focus.revised": _("Made a new version of a coding"),
    "focus.discarded": _("Threw a coding away"),
    "policy_instrument.added": _("Added a policy instrument"),
    "policy_instrument.revised": _("Changed a policy instrument"),
    "release.requested": _("Requested a release"),
    "release.built": _("Built the tables of a release"),
    "release.failed": _("The tables of a release could not be built"),
    "release.approved": _("Approved a release"),
    "release.rejected": _("Rejected a release"),
    "release.published": _("Published a release"),
    "microdata.requested": _("Asked for a microdata file"),
    "microdata.ready": _("Built a microdata file"),
    "microdata.refused": _("Refused a microdata file: the risk is too high"),
    "microdata.failed": _("A microdata file could not be built"),
    "microdata.downloaded": _("Downloaded a microdata file"),
}
ACTORS = {SYSTEM: _("The system"), RESPONDENT: _("A respondent")}


@dataclass(frozen=True)
class Said:
    at: datetime
    action: str
    actor: str
    detail: str


def say(events: Iterable[AuditEvent]) -> list[Said]:
    """An action without a sentence here is shown by its code."""
    return [
        Said(
            at=event.at,
            action=str(ACTIONS.get(event.action, event.action)),
            actor=str(ACTORS.get(event.actor, event.actor)) if event.actor_id is None else event.actor,
            detail=", ".join(f"{name}: {value}" for name, value in event.detail.items()),
        )
        for event in events
    ]

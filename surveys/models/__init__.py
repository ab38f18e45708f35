"""What surveys stores."""

from surveys.models.accounts import Role, User
from surveys.models.audit import RESPONDENT, SYSTEM, AuditEvent
from surveys.models.erasure import key_destroyed
from surveys.models.fieldwork import (
    AnsweringReport,
    Device,
    Invitation,
    Message,
    MessageKind,
    MessageState,
    PageSave,
    Response,
    Revision,
)
from surveys.models.frame import Contact, Frame, FrameState, Level, Sector, Unit
from surveys.models.programme import Country, InstrumentVersion, Programme, Wave, WaveState
from surveys.models.questionnaires import (
    ImportFormat,
    ImportState,
    PrintedForm,
    QuestionnaireImport,
    ReviewKind,
    TextReview,
)
from surveys.models.sample import (
    Disposition,
    FollowUp,
    FollowUpStanding,
    SampledUnit,
    SamplePlan,
    SizeClass,
    Stratum,
    pseudonym,
)

__all__ = [
    "RESPONDENT",
    "SYSTEM",
    "AnsweringReport",
    "AuditEvent",
    "Contact",
    "Country",
    "Device",
    "Disposition",
    "FollowUp",
    "FollowUpStanding",
    "Frame",
    "FrameState",
    "ImportFormat",
    "ImportState",
    "InstrumentVersion",
    "Invitation",
    "Level",
    "Message",
    "MessageKind",
    "MessageState",
    "PageSave",
    "PrintedForm",
    "Programme",
    "QuestionnaireImport",
    "Response",
    "ReviewKind",
    "Revision",
    "Role",
    "SamplePlan",
    "SampledUnit",
    "Sector",
    "SizeClass",
    "Stratum",
    "TextReview",
    "Unit",
    "User",
    "Wave",
    "WaveState",
    "key_destroyed",
    "pseudonym",
]

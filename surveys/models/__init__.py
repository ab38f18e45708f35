"""What surveys stores."""

from surveys.models.accounts import Role, User
from surveys.models.audit import RESPONDENT, SYSTEM, AuditEvent
from surveys.models.fieldwork import (
    Invitation,
    Message,
    MessageKind,
    MessageState,
    PageSave,
    Response,
)
from surveys.models.frame import Contact, Frame, FrameState, Level, Sector, Unit
from surveys.models.programme import Country, InstrumentVersion, Programme, Wave, WaveState
from surveys.models.sample import Disposition, SampledUnit, SamplePlan, SizeClass, Stratum, pseudonym

__all__ = [
    "RESPONDENT",
    "SYSTEM",
    "AuditEvent",
    "Contact",
    "Country",
    "Disposition",
    "Frame",
    "FrameState",
    "InstrumentVersion",
    "Invitation",
    "Level",
    "Message",
    "MessageKind",
    "MessageState",
    "PageSave",
    "Programme",
    "Response",
    "Role",
    "SamplePlan",
    "SampledUnit",
    "Sector",
    "SizeClass",
    "Stratum",
    "Unit",
    "User",
    "Wave",
    "WaveState",
    "pseudonym",
]

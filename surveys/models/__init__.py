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
from surveys.models.frame import Contact, Frame, FrameState, Unit
from surveys.models.programme import InstrumentVersion, Programme, Wave, WaveState
from surveys.models.sample import Disposition, SampledUnit, SamplePlan, Stratum

__all__ = [
    "RESPONDENT",
    "SYSTEM",
    "AuditEvent",
    "Contact",
    "Disposition",
    "Frame",
    "FrameState",
    "InstrumentVersion",
    "Invitation",
    "Message",
    "MessageKind",
    "MessageState",
    "PageSave",
    "Programme",
    "Response",
    "Role",
    "SampledUnit",
    "SamplePlan",
    "Stratum",
    "Unit",
    "User",
    "Wave",
    "WaveState",
]

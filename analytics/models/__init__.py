"""What analytics stores."""

from analytics.models.definitions import DefinitionSet
from analytics.models.focus import (
    FocusCoding,
    FocusRating,
    FocusScheme,
    InstrumentCoding,
    PolicyInstrument,
    PolicyKind,
)
from analytics.models.runs import Dataset, Estimate, OlderDataset, PartKind, PartResult, Run, RunPart, RunState

__all__ = [
    "Dataset",
    "DefinitionSet",
    "Estimate",
    "FocusCoding",
    "FocusRating",
    "FocusScheme",
    "InstrumentCoding",
    "OlderDataset",
    "PartKind",
    "PartResult",
    "PolicyInstrument",
    "PolicyKind",
    "Run",
    "RunPart",
    "RunState",
]

"""What analytics stores."""

from analytics.models.definitions import DefinitionSet
from analytics.models.runs import Dataset, Estimate, PartKind, PartResult, Run, RunPart, RunState

__all__ = ["Dataset", "DefinitionSet", "Estimate", "PartKind", "PartResult", "Run", "RunPart", "RunState"]

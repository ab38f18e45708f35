"""What analytics stores."""

from analytics.models.definitions import DefinitionSet
from analytics.models.runs import Dataset, Estimate, Run, RunState

__all__ = ["Dataset", "DefinitionSet", "Estimate", "Run", "RunState"]

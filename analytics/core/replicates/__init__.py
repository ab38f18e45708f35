"""Replicate weights: jackknife, balanced half-samples and bootstrap, for what has no influence values of its own."""

from analytics.core.replicates.apply import (
    ReplicateEstimates,
    ReplicateFlag,
    apply,
    apply_means,
    covariance,
    estimate_block,
    factors,
    summed_up,
    weight_block,
)
from analytics.core.replicates.balanced import brr, fay
from analytics.core.replicates.jackknife import jk1, jkn
from analytics.core.replicates.plan import Centre, Kind, Replicates, blocks
from analytics.core.replicates.rescaling import bootstrap

__all__ = [
    "Centre",
    "Kind",
    "ReplicateEstimates",
    "ReplicateFlag",
    "Replicates",
    "apply",
    "apply_means",
    "blocks",
    "bootstrap",
    "brr",
    "covariance",
    "estimate_block",
    "factors",
    "fay",
    "jk1",
    "jkn",
    "summed_up",
    "weight_block",
]

"""What publication stores."""

from publication.models.cases import (
    Adoption,
    AdoptionState,
    AdoptionStep,
    Case,
    CaseLink,
    CaseMail,
    CaseMailKind,
    CaseState,
    CaseSubject,
    PublishedCase,
    Standing,
)
from publication.models.microdata import MicrodataFile, MicrodataState
from publication.models.releases import PublishedIsFrozen, Release, ReleaseState, ReleaseTable
from publication.models.self_test import SelfTestGroup

__all__ = [
    "Adoption",
    "AdoptionState",
    "AdoptionStep",
    "Case",
    "CaseLink",
    "CaseMail",
    "CaseMailKind",
    "CaseState",
    "CaseSubject",
    "MicrodataFile",
    "MicrodataState",
    "PublishedCase",
    "PublishedIsFrozen",
    "Release",
    "ReleaseState",
    "ReleaseTable",
    "SelfTestGroup",
    "Standing",
]

"""What publication stores."""

from publication.models.announcements import Announcement
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
from publication.models.releases import (
    PublishedIsFrozen,
    Relation,
    Release,
    ReleaseFile,
    ReleaseState,
    ReleaseTable,
    Withdrawal,
)
from publication.models.reports import Report, ReportBuild, ReportKind, ReportLink
from publication.models.self_test import SelfTestGroup

__all__ = [
    "Adoption",
    "AdoptionState",
    "AdoptionStep",
    "Announcement",
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
    "Relation",
    "Release",
    "ReleaseFile",
    "ReleaseState",
    "ReleaseTable",
    "Report",
    "ReportBuild",
    "ReportKind",
    "ReportLink",
    "SelfTestGroup",
    "Standing",
    "Withdrawal",
]

"""What publication stores."""

from publication.models.microdata import MicrodataFile, MicrodataState
from publication.models.releases import PublishedIsFrozen, Release, ReleaseState, ReleaseTable
from publication.models.reports import Report, ReportBuild, ReportKind, ReportLink
from publication.models.self_test import SelfTestGroup

__all__ = [
    "MicrodataFile",
    "MicrodataState",
    "PublishedIsFrozen",
    "Release",
    "ReleaseState",
    "ReleaseTable",
    "Report",
    "ReportBuild",
    "ReportKind",
    "ReportLink",
    "SelfTestGroup",
]

"""What publication stores."""

from publication.models.announcements import Announcement
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
from publication.models.self_test import SelfTestGroup

__all__ = [
    "Announcement",
    "MicrodataFile",
    "MicrodataState",
    "PublishedIsFrozen",
    "Relation",
    "Release",
    "ReleaseFile",
    "ReleaseState",
    "ReleaseTable",
    "SelfTestGroup",
    "Withdrawal",
]

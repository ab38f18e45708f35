"""What publication stores."""

from publication.models.microdata import MicrodataFile, MicrodataState
from publication.models.releases import PublishedIsFrozen, Release, ReleaseState, ReleaseTable

__all__ = ["MicrodataFile", "MicrodataState", "PublishedIsFrozen", "Release", "ReleaseState", "ReleaseTable"]

"""What publication stores."""

from publication.models.microdata import MicrodataFile, MicrodataState
from publication.models.releases import Release, ReleaseState, ReleaseTable

__all__ = ["MicrodataFile", "MicrodataState", "Release", "ReleaseState", "ReleaseTable"]

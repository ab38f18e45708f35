"""Waves compared: the changes that the release measured, and lines through the newest release of every wave."""

from django.http import HttpRequest

from publication.queries import Shown
from publication.views.site.pages import Context, address, composed, editions_of_waves, figures, of_release

CHANGE = "change"


@of_release("publication/site/waves.html", others=True)
def waves(request: HttpRequest, shown: Shown) -> Context:
    """What moved since the wave before, and the course of every headline figure."""
    found = editions_of_waves(shown)
    own = found[-1].tables
    change = {CHANGE: own[CHANGE]} if CHANGE in own else {}
    return {
        "figures": figures(shown, change | composed(found, "course"), own.get(CHANGE), ""),
        "releases": [
            (one.wave, address("release", shown.release, number=one.number), one.number == shown.release.number)
            for one in found
        ],
    }

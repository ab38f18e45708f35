"""The release calendar and the feed: what is to come, what was moved and why, and what has been published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from publication.formats.atom import Entry, Feed, atom_feed
from publication.models import Announcement
from publication.queries import Shown, announcements, every_shown
from publication.views.everybody import everybodys
from publication.views.site.pages import address

FEED_SPOKEN = tuple(code for code, _name in settings.LANGUAGES if code != "se")


@dataclass(frozen=True)
class Move:
    """A date that was changed, with its reason."""

    before: datetime
    after: datetime
    at: datetime
    reason: str


@dataclass(frozen=True)
class Planned:
    """An entry of the calendar that is not past."""

    entry: Announcement
    moves: tuple[Move, ...]


@everybodys
def calendar(request: HttpRequest) -> HttpResponse:
    """The next dates first; then dates that passed with nothing, and cancelled ones; then all that is published."""
    now, shown = timezone.now(), every_shown()
    entries = [_planned(entry) for entry in announcements()]
    past = [one for one in entries if one.entry.planned_for <= now and not one.entry.cancelled_at]
    context = {
        "coming": [one for one in entries if one.entry.planned_for > now and not one.entry.cancelled_at],
        "missed": [one for one in past if not _came(one.entry, shown)],
        "cancelled": [one for one in entries if one.entry.cancelled_at],
        "published": [(one, address("release", one.release)) for one in shown],
    }
    return render(request, "publication/site/calendar.html", context)


def _came(entry: Announcement, shown: Sequence[Shown]) -> bool:
    """Whether figures of the wave have been published since they were announced."""
    wave = entry.programme_slug, entry.wave_code
    return any(
        (one.release.programme_slug, one.release.wave_code) == wave
        and one.release.published_at is not None
        and one.release.published_at >= entry.announced_at
        for one in shown
    )


def _planned(entry: Announcement) -> Planned:
    read = datetime.fromisoformat
    moves = [Move(read(one["from"]), read(one["to"]), read(one["at"]), one["reason"]) for one in entry.moves]
    return Planned(entry, tuple(moves))


@everybodys
def feed(request: HttpRequest) -> HttpResponse:
    """Every release that everybody sees, as an Atom feed in the reader's language."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    itself = settings.SITE_ADDRESS + reverse("publication:feed")
    shown = every_shown()
    written = Feed(
        id=itself,
        language=language,
        title=_("Innovation barometer: releases"),
        author=_("Innovation barometer"),
        address=settings.SITE_ADDRESS + reverse("publication:results"),
        itself=f"{itself}?lang={language}",
        updated=_updated(shown),
        alternates={code: f"{itself}?lang={code}" for code in FEED_SPOKEN if code != language},
    )
    content = atom_feed(written, [entry for one in shown if (entry := _entry(one))])
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8")


def _updated(shown: Sequence[Shown]) -> datetime:
    """The last thing that happened; the beginning of time where nothing has."""
    times = [one.changed_at for one in shown if one.changed_at]
    return max(times, default=datetime(1970, 1, 1, tzinfo=timezone.get_default_timezone()))


def _entry(shown: Shown) -> Entry | None:
    release = shown.release
    if release.published_at is None or shown.changed_at is None:
        return None
    name = f"{release.programme_name}, {release.wave_code}"
    told = _("Release %(number)s.") % {"number": release.number}
    if release.constructed:
        told += " " + _("Constructed data: these figures and answers are made up for demonstration.")
    if shown.replaces and release.reason:
        told += f" {release.get_relation_display()}: {release.reason}"
    if shown.withdrawal:
        told += " " + _("Withdrawn: %(reason)s") % {"reason": shown.withdrawal.reason}
    return Entry(
        id=settings.SITE_ADDRESS + address("release", release),
        title=name,
        summary=told,
        address=settings.SITE_ADDRESS + address("release", release),
        published=release.published_at,
        updated=shown.changed_at,
        categories=(release.programme_slug, release.wave_code),
    )

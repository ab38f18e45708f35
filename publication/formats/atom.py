"""Atom feed of releases: what was published, when, and where it stands.

Standard: RFC 4287. An entry's id never changes, also when its address does; `updated` is the time of publication or
of the last revision, given and never taken from the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from publication.formats.xml_writing import LANGUAGE, add, written

NAMESPACE = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Entry:
    """A release. `id` is an address or a tag of RFC 4151; times have a zone."""

    id: str
    title: str
    summary: str
    address: str
    published: datetime
    updated: datetime
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    """The feed in one language. `itself` is the feed's own address, `address` the page it belongs to."""

    id: str
    language: str
    title: str
    author: str
    address: str
    itself: str
    updated: datetime
    subtitle: str = ""
    alternates: dict[str, str] = field(default_factory=dict)  # the feed in other languages


def atom_feed(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """The feed as a file in UTF-8, its entries in the order given.

    Raises:
        ValueError: a time without a zone, two entries of one id, or an entry changed before it was published.
        XmlTextError: a text has a character that XML cannot hold.
    """
    ids = [entry.id for entry in entries]
    if len(set(ids)) != len(ids):
        raise ValueError(f"entries: expected each id once, got {ids}. Give a release one entry.")
    root = Element("feed", {"xmlns": NAMESPACE, LANGUAGE: feed.language})
    add(root, "id", feed.id)
    add(root, "title", feed.title)
    if feed.subtitle:
        add(root, "subtitle", feed.subtitle)
    add(root, "updated", _moment("updated", feed.updated))
    add(add(root, "author"), "name", feed.author)
    add(root, "link", "", {"rel": "self", "type": "application/atom+xml", "href": feed.itself})
    add(root, "link", "", {"rel": "alternate", "type": "text/html", "href": feed.address})
    for language, address in feed.alternates.items():
        attributes = {"rel": "alternate", "type": "application/atom+xml", "hreflang": language, "href": address}
        add(root, "link", "", attributes)
    for entry in entries:
        _entry(root, entry)
    return written(root)


def _entry(root: Element, entry: Entry) -> None:
    if entry.updated < entry.published:
        raise ValueError(f"{entry.id}: expected updated at or after published, got {entry.updated}. Mend the times.")
    element = add(root, "entry")
    add(element, "id", entry.id)
    add(element, "title", entry.title)
    add(element, "published", _moment("published", entry.published))
    add(element, "updated", _moment("updated", entry.updated))
    add(element, "link", "", {"rel": "alternate", "type": "text/html", "href": entry.address})
    for category in entry.categories:
        add(element, "category", "", {"term": category})
    add(element, "summary", entry.summary)


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _moment(name: str, moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"{name}: expected a time with its zone, got {moment}. Add the zone.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_atom(file: bytes) -> list[str]:
    """What RFC 4287 demands and the file lacks, one sentence a fault; empty when nothing is.

    Raises:
        xml.etree.ElementTree.ParseError: the file is no XML.
    """
    root = fromstring(file)
    if root.tag != _name("feed"):
        return [f"root: expected feed of {NAMESPACE}, got {root.tag}"]
    author = root.findtext(f"{_name('author')}/{_name('name')}", "").strip()
    faults = [] if author else ["feed: expected an author with a name, got none"]
    own = root.findall(f"{_name('link')}[@rel='self']")
    faults += [] if len(own) == 1 else [f"feed: expected one link to self, got {len(own)}"]
    for name, element in (("feed", root), *((f"entry {i}", one) for i, one in enumerate(root.findall(_name("entry"))))):
        for tag in ("id", "title", "updated"):
            found = element.findall(_name(tag))
            if len(found) != 1 or not (found[0].text or "").strip():
                faults.append(f"{name}: expected one {tag} with a text, got {len(found)}")
    for number, entry in enumerate(root.findall(_name("entry"))):
        link = entry.find(f"{_name('link')}[@rel='alternate']")
        if link is None or not link.get("href"):
            faults.append(f"entry {number}: expected a link to its page, got none")
    return faults

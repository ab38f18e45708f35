"""A programme with respondents who agreed, and a case taken as far as a test wants it, through the actions."""

from dataclasses import dataclass, field
from typing import Any

from django.core.mail import EmailMessage

from publication.actions import adoptions, cases
from publication.actions.case_cards import card_hash
from publication.models import Adoption, Case, PublishedCase
from surveys.models import Programme, User, Wave
from tests import make

TEXTS = {
    "title": "Naboene møtes",
    "done": "Vi åpnet et rom.",
    "for_whom": "Naboer",
    "value": "Flere kommer.",
    "cost": "Et halvt år.",
    "learnt": "Spør først.",
}
FACTS: dict[str, Any] = {
    "sector": "culture",
    "types": ["service"],
    "values": ["quality"],
    "novelty": "adapted",
    "standing": "in_use",
}
CONTACT = {"organisation": "Vika bydel", "name": "Kari", "mail": "kari@example.org", "show_mail": False}


@dataclass
class CaseWorld:
    programme: Programme = field(default_factory=make.programme)
    wave: Wave = field(init=False)
    editor: User = field(init=False)
    publisher: User = field(init=False)

    def __post_init__(self) -> None:
        instrument = make.instrument(self.programme, document=make.tiny())
        self.wave = make.wave(self.programme, instrument=instrument)
        make.drawn(self.wave, make.frame(self.programme, units=make.units(20)), size=20)
        self.editor = make.user("administrator", self.programme)
        self.publisher = make.user("publisher", self.programme)

    def begun(self) -> Case:
        return make.case(self.wave)

    def written(self, texts: dict[str, str] | None = None, **facts: Any) -> Case:
        texts = {**TEXTS, **(texts or {})}
        case = self.begun()
        return cases.write(case=case, facts={**FACTS, **facts}, language="nb", texts=texts, by=self.editor)

    def asked(self, texts: dict[str, str] | None = None, **facts: Any) -> Case:
        case = cases.ask(case=self.written(texts, **facts), by=self.editor)
        return cases.set_contact(case=case, **CONTACT)  # type: ignore[arg-type]

    def approved(self, texts: dict[str, str] | None = None, **facts: Any) -> Case:
        case = self.asked(texts, **facts)
        return cases.approve(case=case, seen=card_hash(case))

    def published(self, texts: dict[str, str] | None = None, **facts: Any) -> PublishedCase:
        return cases.publish(case=self.approved(texts, **facts), by=self.publisher)


def wish(number: int, **other: str) -> Adoption:
    given = {
        "organisation": "Nordby",
        "name": "Ola",
        "mail": "ola@example.org",
        "message": "May we visit?",
        "form": f"form-{Adoption.objects.count()}",
        "language": "en",
    }
    return adoptions.request(number=number, **{**given, **other})


def token_in(letter: EmailMessage, kind: str) -> str:
    return str(letter.body).split(f"/cases/{kind}/")[1].split("?")[0]

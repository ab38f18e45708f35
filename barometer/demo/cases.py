"""A handful of constructed cards in the case collection, through the same actions as at the desk and behind links."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from barometer.demo.cast import Cast
from publication.actions import adoptions, cases
from publication.actions.case_cards import card_hash
from publication.models import AdoptionState, Case, CaseSubject, PublishedCase, Standing
from surveys.models import Wave
from surveys.queries import Agreed, agreed

PARTS = ("title", "done", "for_whom", "value", "cost", "learnt")


@dataclass(frozen=True)
class Written:
    """What the editor of the demonstration writes: title, what was done, for whom, value, cost, what was learnt."""

    country: str
    sector: str
    subject: CaseSubject
    standing: Standing
    types: tuple[str, ...]
    values: tuple[str, ...]
    novelty: str
    texts: Mapping[str, tuple[str, ...]]  # language -> one text a part
    contact: str = ""


CARDS = (
    Written(
        "NO",
        "health_care",
        CaseSubject.NEWEST,
        Standing.IN_USE,
        ("process_organisation",),
        ("efficiency", "employee_satisfaction"),
        "adapted",
        {
            "nb": (
                "Konstruert: Felles vaktliste for to sykehjem",
                "To sykehjem slo vaktlistene sammen, så ledige vakter dekkes av ansatte som kjenner begge hus.",
                "Ansatte og beboere på to sykehjem.",
                "Færre innleide vikarer. Beboerne møter kjente ansikter.",
                "Et halvt års forberedelse, to møter med tillitsvalgte og ett regneark.",
                "Begynn med dem som vil. Si tidlig hvem som bestemmer ved uenighet.",
            ),
            "en": (
                "Constructed: One rota for two nursing homes",
                "Two nursing homes merged their rotas, so that open shifts are filled by staff who know both houses.",
                "Staff and residents of two nursing homes.",
                "Fewer hired substitutes. Residents meet familiar faces.",
                "Half a year of preparation, two meetings with the unions and one spreadsheet.",
                "Begin with those who want to. Say early who decides when people disagree.",
            ),
        },
        "Konstruert kontaktperson",
    ),
    Written(
        "DK",
        "culture",
        CaseSubject.NEWEST,
        Standing.IN_USE,
        ("service",),
        ("citizen_influence", "sustainability"),
        "copied",
        {
            "da": (
                "Konstrueret: Udlån af værktøj på biblioteket",
                "Biblioteket låner boremaskiner, symaskiner og telte ud på samme lånerkort som bøger.",
                "Borgere, der bruger et værktøj en gang om året.",
                "Nye lånere og mindre, der bliver købt og smidt ud.",
                "Et skab, en forsikring og en frivillig, der efterser værktøjet hver uge.",
                "Spørg, hvad folk mangler, før der købes ind. Boremaskinen var ude hver dag, saven aldrig.",
            ),
            "en": (
                "Constructed: Tools to borrow at the library",
                "The library lends drills, sewing machines and tents on the same card as books.",
                "People who need a tool once a year.",
                "New borrowers, and less that is bought and thrown away.",
                "A cupboard, an insurance and a volunteer who looks the tools over each week.",
                "Ask what people lack before you buy. The drill was out every day, the saw never.",
            ),
        },
        "Konstrueret kontaktperson",
    ),
    Written(
        "SE",
        "education",
        CaseSubject.FAILED,
        Standing.FAILED,
        ("product", "process_organisation"),
        ("none",),
        "first",
        {
            "sv": (
                "Konstruerat: Appen som föräldrarna aldrig öppnade",
                "Skolan byggde en egen app för meddelanden till hemmet vid sidan av kommunens.",
                "Vårdnadshavare till elever i årskurs ett till tre.",
                "Inget: efter fyra månader läste var tionde förälder meddelandena.",
                "En fjärdedel av årets utvecklingspengar och en lärares tid en dag i veckan.",
                "Fråga användarna först: de ville ha färre kanaler, inte en till. Bestäm på förhand när man slutar.",
            ),
            "en": (
                "Constructed: The app that parents never opened",
                "The school built its own app for messages to parents, beside that of the municipality.",
                "Parents of pupils in years one to three.",
                "None: after four months one parent in ten read the messages.",
                "A quarter of the year's money for development, and one teacher's time for a day a week.",
                "Ask the users first: they wanted fewer channels, not one more. Decide beforehand when to stop.",
            ),
        },
    ),
    Written(
        "FI",
        "technical",
        CaseSubject.NEWEST,
        Standing.IN_USE,
        ("process_organisation", "product"),
        ("avoided_costs", "sustainability"),
        "first",
        {
            "fi": (
                "Keinotekoinen: Vuodoista varoittavat mittarit",
                "Vesijohtoverkkoon asennettiin mittarit, jotka ilmoittavat yöllisestä kulutuksesta.",
                "Vesilaitoksen päivystäjille ja kaikille asukkaille.",
                "Vuodot löytyvät päivissä eivätkä kuukausissa.",
                "Kaksi kesää asennustyötä ja yhden määräaikaisen työntekijän.",
                "Hälytyksiä tuli aluksi liikaa. Rajat on sovittava päivystäjien kanssa.",
            ),
            "en": (
                "Constructed: Meters that warn of leaks",
                "Meters in the water network report what is used at night.",
                "The staff on duty at the waterworks, and everybody who lives there.",
                "Leaks are found in days and not in months.",
                "Two summers of installing, and one person on a fixed term.",
                "At first there were too many alarms. Agree the limits with those on duty.",
            ),
        },
        "Keinotekoinen yhteyshenkilö",
    ),
    Written(
        "IS",
        "social",
        CaseSubject.NEWEST,
        Standing.STOPPED,
        ("service", "communication"),
        ("quality",),
        "adapted",
        {
            "is": (
                "Tilbúningur: Ein gátt fyrir nýja íbúa",
                "Nýir íbúar fengu einn tengilið sem svaraði öllum spurningum á þremur tungumálum.",
                "Fólk sem flytur í sveitarfélagið frá öðrum löndum.",
                "Færri ferðir milli skrifstofa á meðan þjónustan stóð.",
                "Eitt stöðugildi í eitt ár, greitt úr sjóði.",
                "Þjónustan hætti þegar styrkurinn kláraðist. Semjið um framhaldið áður en byrjað er.",
            ),
            "en": (
                "Constructed: One door for new residents",
                "New residents got one contact who answered every question in three languages.",
                "People who move to the municipality from other countries.",
                "Fewer trips between offices as long as it lasted.",
                "One post for a year, paid by a fund.",
                "It ended with the grant. Agree how it goes on before you begin.",
            ),
        },
    ),
)
# Who copies which card, by country: the organisation, and its states after the wish.
ADOPTERS = (
    ("NO", "Constructed municipality A", (AdoptionState.COPYING, AdoptionState.ADAPTED)),
    ("NO", "Constructed municipality B", ()),
    ("DK", "Constructed library C", (AdoptionState.COPYING, AdoptionState.IN_USE)),
)


def collect(wave: Wave, people: Cast, *, work: Callable[[], None]) -> int:
    """The cards of the wave, written, approved by their workplaces and published; how many are public now.

    A workplace of the country that agreed stands behind each; where none is left, there is no card.
    """
    taken = {(case.wave_id, case.unit_id) for case in Case.objects.filter(wave=wave)}
    if taken:  # a load broken off: what was begun stays at the desk
        return PublishedCase.objects.shown().count()
    numbers = {}
    for card in CARDS:
        one = _workplace(wave, card)
        if one is not None:
            numbers[card.country] = _published(one, card, people)
    for country, organisation, states in ADOPTERS:
        if country in numbers:
            _copied(numbers[country], organisation, states)
    work()
    return len(numbers)


def _workplace(wave: Wave, card: Written) -> Agreed | None:
    """The first of the register that agreed, in the country and sector of the card, and has something to tell."""
    fitting = [
        one
        for one in agreed(wave.programme)
        if one.wave.pk == wave.pk
        and (one.country, one.sector) == (card.country, card.sector)
        and (card.subject is CaseSubject.NEWEST or one.failed)
    ]
    return min(fitting, key=lambda one: one.unit.code, default=None)


def _published(one: Agreed, card: Written, people: Cast) -> int:
    case = cases.start(wave=one.wave, unit=one.unit, subject=card.subject, by=people.administrator)
    facts: dict[str, Any] = {
        "sector": card.sector,
        "types": list(card.types),
        "values": list(card.values),
        "novelty": card.novelty,
        "standing": card.standing.value,
    }
    # The texts of its own language are the card's even where the respondent answered in another one.
    for language in dict.fromkeys((case.card["language"], *card.texts)):
        texts = card.texts.get(language, card.texts["en"])
        parts = dict(zip(PARTS, texts, strict=True))
        case = cases.write(case=case, facts=facts, language=language, texts=parts, by=people.administrator)
    case = cases.ask(case=case, by=people.administrator)
    case = cases.set_contact(
        case=case,
        organisation=one.unit.name,
        name=card.contact,
        mail=f"case-{case.pk}@example.invalid",
        show_mail=False,
    )
    case = cases.approve(case=case, seen=card_hash(case))
    return cases.publish(case=case, by=people.publisher).number


def _copied(number: int, organisation: str, states: tuple[AdoptionState, ...]) -> None:
    wish = adoptions.request(
        number=number,
        organisation=organisation,
        name="Constructed person",
        mail=f"{organisation.lower().replace(' ', '-')}@example.invalid",
        message="",
        form=f"demo {number} {organisation}"[:36],
        language="en",
    )
    adoptions.confirm(adoption=wish)
    for state in states:
        adoptions.advance(adoption=wish, state=state)

"""Answers whose labels LimeSurvey supplies itself, in the languages of the platform; else in English."""

from collections.abc import Mapping, Sequence

WORDS: Mapping[str, Mapping[str, str]] = {
    "Y": {"en": "Yes", "nb": "Ja", "nn": "Ja", "da": "Ja", "sv": "Ja", "fi": "Kyllä", "is": "Já", "de": "Ja"},
    "N": {"en": "No", "nb": "Nei", "nn": "Nei", "da": "Nej", "sv": "Nej", "fi": "Ei", "is": "Nei", "de": "Nein"},
    "U": {
        "en": "Uncertain", "nb": "Usikker", "nn": "Usikker", "da": "Usikker", "sv": "Osäker", "fi": "Epävarma",
        "is": "Óviss", "de": "Unsicher",
    },
    "F": {
        "en": "Female", "nb": "Kvinne", "nn": "Kvinne", "da": "Kvinde", "sv": "Kvinna", "fi": "Nainen", "is": "Kona",
        "de": "Weiblich",
    },
    "M": {
        "en": "Male", "nb": "Mann", "nn": "Mann", "da": "Mand", "sv": "Man", "fi": "Mies", "is": "Karl",
        "de": "Männlich",
    },
    "I": {
        "en": "Increase", "nb": "Økning", "nn": "Auke", "da": "Stigning", "sv": "Ökning", "fi": "Kasvu",
        "is": "Aukning", "de": "Zunahme",
    },
    "S": {
        "en": "Same", "nb": "Uendret", "nn": "Uendra", "da": "Uændret", "sv": "Oförändrat", "fi": "Ennallaan",
        "is": "Óbreytt", "de": "Gleich",
    },
    "D": {
        "en": "Decrease", "nb": "Nedgang", "nn": "Nedgang", "da": "Fald", "sv": "Minskning", "fi": "Lasku",
        "is": "Minnkun", "de": "Abnahme",
    },
    "other": {
        "en": "Other", "nb": "Annet", "nn": "Anna", "da": "Andet", "sv": "Annat", "fi": "Muu", "is": "Annað",
        "de": "Sonstiges",
    },
    "comment": {
        "en": "Please comment", "nb": "Kommentar", "nn": "Kommentar", "da": "Kommentar", "sv": "Kommentar",
        "fi": "Kommentti", "is": "Athugasemd", "de": "Kommentar",
    },
}  # fmt: skip

# question type -> codes of its answers
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "Y": ("Y", "N"),
    "G": ("F", "M"),
    "5": tuple("12345"),
    "A": tuple("12345"),
    "B": tuple(str(number) for number in range(1, 11)),
    "C": ("Y", "U", "N"),
    "E": ("I", "S", "D"),
}


def word(name: str, languages: Sequence[str]) -> dict[str, str]:
    """The label in each language; a number stands for itself."""
    known = WORDS.get(name, {})
    return {language: known.get(language.partition("-")[0]) or known.get("en", name) for language in languages}

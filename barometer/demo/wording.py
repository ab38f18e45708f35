"""The few texts that constructed workplaces write. Each says that it is constructed."""

NEWEST = {
    "nb": (
        "Konstruert: felles vaktliste for to virksomheter",
        "Konstruert: digitalt tilsyn om natten",
        "Konstruert: elevråd som planlegger uteområdet",
        "Konstruert: én vei inn for nye innbyggere",
        "Konstruert: utlånsbod for verktøy på biblioteket",
        "Konstruert: målere som varsler om lekkasjer",
        "Konstruert: møteplass for pårørende",
        "Konstruert: nytt opplegg for første arbeidsuke",
    ),
    "en": (
        "Constructed: one duty roster for two workplaces",
        "Constructed: digital supervision at night",
        "Constructed: pupils who plan the school yard",
        "Constructed: one door for new residents",
        "Constructed: tools to borrow at the library",
        "Constructed: meters that warn of leaks",
        "Constructed: a meeting place for relatives",
        "Constructed: a new plan for the first week at work",
    ),
}

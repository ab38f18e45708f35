"""What an exchange writes down on its way: things lost, and things assumed where the form says nothing."""

from surveys.instrument.exchange import Loss


class Notes:
    def __init__(self) -> None:
        self.lost: list[Loss] = []
        self.assumed: list[str] = []

    def lose(self, place: str, what: str, why: str) -> None:
        self.lost.append(Loss(place, what, why))

    def assume(self, sentence: str) -> None:
        self.assumed.append(sentence)

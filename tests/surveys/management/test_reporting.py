import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management.base import BaseCommand, CommandError

from surveys.instrument.exchange import Loss
from surveys.management.reporting import refusal, report

LOSS = Loss("survey, row 12", "the appearance 'quick'", "Ours has no such look.")


def command() -> tuple[BaseCommand, StringIO]:
    output = StringIO()
    return BaseCommand(stdout=output), output


def test_a_loss_is_printed_and_ends_in_exit_status_1() -> None:
    into, output = command()
    with pytest.raises(CommandError, match="1 thing was not taken") as caught:
        report(into, taken={"items": 3, "pages": 0}, lost=[LOSS], as_json=False, wrote=[Path("a.yaml")])
    assert caught.value.returncode == 1
    assert output.getvalue().splitlines() == [
        "Taken: 3 items.",
        "survey, row 12: the appearance 'quick' was not taken. Ours has no such look.",
        "Wrote a.yaml",
    ]


def test_nothing_lost_ends_well() -> None:
    into, output = command()
    report(into, taken={}, lost=[], as_json=False, wrote=[], assumed=["The language is en."])
    assert output.getvalue().splitlines() == ["Taken: nothing.", "The language is en."]


def test_machines_get_one_document_also_when_something_is_lost() -> None:
    into, output = command()
    with pytest.raises(CommandError):
        report(into, taken={"items": 3}, lost=[LOSS, LOSS], as_json=True, wrote=[Path("å.yaml")])
    assert json.loads(output.getvalue()) == {
        "taken": {"items": 3},
        "assumed": [],
        "lost": [{"place": LOSS.place, "what": LOSS.what, "why": LOSS.why}] * 2,
        "wrote": ["å.yaml"],
    }


def test_a_refusal_is_a_document_too() -> None:
    into, output = command()
    error = refusal(into, ValueError("too large"), as_json=True)
    assert (str(error), error.returncode) == ("too large", 1)
    assert json.loads(output.getvalue()) == {"refused": "too large"}
    into, output = command()
    refusal(into, ValueError("too large"), as_json=False)
    assert output.getvalue() == ""

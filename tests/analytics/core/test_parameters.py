import pytest

from analytics.core.parameters import ParameterError, Parameters


def test_what_is_left_out_has_its_default_and_comes_back_from_storage() -> None:
    chosen = Parameters.from_document({"confidence": 0.9})
    assert chosen == Parameters(confidence=0.9)
    assert Parameters.from_document(chosen.to_document()) == chosen


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"confidence": 95}, "confidence: expected a value from 0.5 to 0.999, got 95."),
        ({"confidence": "high"}, "confidence: expected float, got 'high'."),
        ({"minimum_per_cell": 2.5}, "minimum_per_cell: expected int, got 2.5."),
        ({"minimum_per_cell": True}, "minimum_per_cell: expected int, got True."),
        ({"maximum_factor": 0.5}, "maximum_factor: expected a value from 1.0 to 100.0, got 0.5."),
        ({"interval": "wald"}, "interval: expected one of default, logit, beta, wilson, got 'wald'."),
        ({"nonresponse": "cell"}, "nonresponse: expected one of cells, propensity, got 'cell'."),
        ({"lonely": "ignore"}, "lonely: expected one of fail, certainty, adjust, average, got 'ignore'."),
        ({"draws": 500}, "draws: expected 0 or at least 2000, got 500."),
        ({"sobol_points": 100}, "sobol_points: expected a power of two, got 100."),
        ({"ask_for": "drivers"}, "ask_for: expected a list of keys, got 'drivers'."),
        ({"confidense": 0.9}, "confidense: unknown parameter."),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(document: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError) as error:
        Parameters.from_document(document)
    assert str(error.value).startswith(message)
    assert error.value.parameter in document

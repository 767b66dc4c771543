"""Goals and conditions: the grammar, its errors and what is defined where there is no value."""

import pickle

import pytest

from cluster_engine.expressions import (
    MAX_DEPTH,
    MAX_LENGTH,
    ExpressionError,
    compile_expression,
)

NAMES = ("leaders", "leader", "term", "acked_writes", "missing")
VALUES = {"leaders": 2, "leader": "n3", "term": 4, "acked_writes": 0, "missing": None}


def value(text: str) -> object:
    return compile_expression(text, NAMES).evaluate(VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "leaders >= 2",
        "leaders>=2 and term>3",
        "leaders == 1 or leaders == 2",
        "not leaders == 1",
        "not not leaders == 2",
        "1 < leaders <= 2",
        "term + 2 * leaders == 8",
        "(term + 2) * leaders == 12",
        "term - 1 - 1 == 2",
        "-leaders < 0 and --leaders == 2",
        "term / leaders == 2.0",
        'leader == "n3"',
        "leader != 'n1'",
        "missing == none and leader != none",
        'missing == "none"',
        "true and not false",
        "leaders",
        "not (leaders < 2 or term < 2)",
    ],
)
def test_expressions_that_hold(text: str) -> None:
    assert compile_expression(text, NAMES).holds(VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "leaders > 2",
        "1 < leaders < 2",
        "missing > 0",
        "missing < 0",
        "term / acked_writes > 0",
        "term / acked_writes == 0",
        "leader > 3",
        "leader + 1 > 0",
        "-leader == 0",
        "acked_writes",
    ],
)
def test_expressions_that_do_not_hold_or_have_no_value(text: str) -> None:
    assert not compile_expression(text, NAMES).holds(VALUES)


def test_the_value_of_arithmetic() -> None:
    assert value("term * 2 + 1") == 9
    assert value("term / 0") is None
    assert value("missing + 1") is None


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 0, "empty"),
        ("leaders >=", 10, "ends where a value is missing"),
        ("leaders = 2", 8, "Compare with =="),
        ("leader >= 2 & term", 12, "Write and."),
        ("acked_writs >= 2", 0, "Did you mean acked_writes?"),
        ("term >= 2 an leaders", 10, "not expected"),
        ("(term > 1", 0, "not closed"),
        ("term > 1)", 8, "not expected"),
        ("and term", 0, "not expected"),
        ("term.__class__", 4, "no place"),
        ("__import__('os')", 0, "no measure named"),
        ("term[0]", 4, "no place"),
        ("'n1", 0, "Close the text"),
        ("2 > 'a'", 2, "compares a number with a text"),
        ("'a' + 1", 4, "works on numbers only"),
        ("(term > 1) + 1", 11, "works on numbers only"),
        ("1e9 > 2", 0, "no place"),
        ("term > 1 leaders", 9, "not expected"),
        ("термин > 1", 0, "no place"),
    ],
)
def test_errors_say_where_and_what(text: str, position: int, says: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, NAMES)
    assert caught.value.position == position
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "(" * (MAX_DEPTH + 1) + "term" + ")" * (MAX_DEPTH + 1),
        "1+" * 200 + "1",
        "not " * 240 + "term",
        "-" * 900 + "1",
        "term" + " " * MAX_LENGTH,
    ],
)
def test_bounds_are_errors_not_crashes(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(text, NAMES)


def test_a_compiled_expression_pickles_and_knows_its_names() -> None:
    compiled = compile_expression("1 < leaders and term * 2 > 7", NAMES)
    again = pickle.loads(pickle.dumps(compiled))
    assert again == compiled
    assert again.holds(VALUES)
    assert again.names == {"leaders", "term"}

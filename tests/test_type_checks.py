"""Whatever is called with a wrong type says which type it wants."""

import inspect
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import convoy_geo
from convoy_geo.case.case import Case
from convoy_geo.errors import WrongTypeError
from convoy_geo.type_checks import _checks, checks_types


class Thing:
    """Nothing that any function wants."""


FUNCTIONS = {
    name: found
    for name in convoy_geo.__all__
    if inspect.isfunction(found := getattr(convoy_geo, name))
}
METHODS = {
    name: found
    for name, found in inspect.getmembers(Case, inspect.isfunction)
    if not name.startswith("_")
}
UNCHECKED = {"any", "end", "gazetteerchoice", "weight", "hasgazetteer", "roadfactor", "hascase"}
"""Names in annotations of what the functions check themselves, or only hand on."""


def parameters(functions):
    for name, function in functions.items():
        for parameter in inspect.signature(function).parameters.values():
            if parameter.name != "self":
                yield pytest.param(function, parameter.name, id=f"{name}-{parameter.name}")


def call_with(function, name, case):
    """Call a function with a thing for one argument, and nothing wrong before it."""
    signature = inspect.signature(function)
    given = {name: Thing()}
    for parameter in signature.parameters.values():
        if parameter.name == "self":
            given["self"] = case
        elif parameter.default is parameter.empty and parameter.name != name:
            given[parameter.name] = Thing()
        if parameter.kind is parameter.VAR_POSITIONAL and parameter.name in given:
            given[parameter.name] = (given[parameter.name],)
    bound = signature.bind_partial()
    bound.arguments.update({key: given[key] for key in signature.parameters if key in given})
    return function(*bound.args, **bound.kwargs)


@pytest.mark.parametrize(("function", "name"), [*parameters(FUNCTIONS), *parameters(METHODS)])
def test_every_annotation_of_a_public_function_is_checked_or_listed(function, name):
    annotation = str(inspect.signature(function).parameters[name].annotation)
    words = set(annotation.replace("|", " ").replace("[", " ").replace("]", " ").lower().split())
    plain = function.__qualname__ in {"fold", "distance_km", "length_km"}  # these check by hand
    assert plain or _checks(annotation) or words & UNCHECKED, annotation


@pytest.mark.parametrize("function", [
    pytest.param(one, id=name)
    for name, one in {**FUNCTIONS, **METHODS}.items()
    if any(p.default is p.empty and p.name != "self"
           for p in inspect.signature(one).parameters.values())
])  # fmt: skip
def test_a_thing_is_refused_by_name(function, case):
    first = next(
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty and parameter.name != "self"
    )
    with pytest.raises(WrongTypeError, match=r"`\w+(, \w+)?` must be .+, not Thing"):
        call_with(function, first, case)


def test_quick_map_and_verdicts_say_what_they_take(case):
    with pytest.raises(WrongTypeError, match="a GeoDataFrame, a path or a list of names, not int"):
        convoy_geo.quick_map(5)
    with pytest.raises(WrongTypeError, match="a list of names or paths, not float"):
        convoy_geo.quick_map([4.5])


def wants(annotation) -> Callable:
    def function(x):
        return x

    function.__annotations__ = {"x": annotation}
    return checks_types(function)


@pytest.mark.parametrize(("annotation", "right", "wrong"), [
    ("str", ["", "a"], [5, None, b"a", Path("a")]),
    ("str | Path", ["a", Path("a")], [5, None]),
    ("int", [5], [5.5, True, "5"]),
    ("float | None", [5, 5.5, None], ["5", True]),
    ("bool", [True], [1, "yes"]),
    ("date | str", [date(2017, 9, 3), "2017"], [2017]),
    ("Iterable[str]", [["a"], (), {"a"}], ["a", 5]),
    ("tuple[float, float] | None", [(1, 2), [1, 2], None], [(1, 2, 3), 5, "ab"]),
    ("tuple[str, ...]", [(), ("a",)], ["a"]),
    ("Mapping[str, str] | None", [{}, None], [[], "a"]),
    ("Something", [5, None], []),
])  # fmt: skip
def test_types(annotation, right, wrong):
    function = wants(annotation)
    for value in right:
        assert function(value) == value
    for value in wrong:
        with pytest.raises(WrongTypeError, match=r"`x` must be"):
            function(value)


def test_numbers_of_numpy_are_numbers():
    np = pytest.importorskip("numpy")
    assert wants("int")(np.int64(3)) == 3
    assert wants("float")(np.float32(3)) == 3


def test_a_class_is_known_by_its_name(case):
    frame = case.to_gdf("places")
    assert wants("pd.DataFrame")(frame) is frame
    with pytest.raises(WrongTypeError, match="must be a DataFrame, not list"):
        wants("pd.DataFrame")([])


def test_arguments_that_do_not_fit_are_pythons_to_refuse():
    with pytest.raises(TypeError, match=r"function\(\): missing a required argument: 'x'"):
        wants("str")(y=5)

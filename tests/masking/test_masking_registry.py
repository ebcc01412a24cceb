"""What holds for every masking function: parameters, keys, determinism, constraints, no value in errors."""

from __future__ import annotations

import pickle
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beam_phi.library.constraint import ANY, Constraint
from beam_phi.library.model import RuleSpec
from beam_phi.masking import Context, MaskingError, MaskingFunction, MasterKey, RuleError, build, functions
from beam_phi.masking.registry import register

KEY, OTHER = MasterKey(bytes(range(32))), MasterKey(bytes(range(1, 33)))
REDACT = {"function": "redact"}
#: Every function with parameters that let it mask any text, or fail in the open.
RULES: list[tuple[str, dict[str, Any]]] = [
    ("fpe", {}),
    ("fpe", {"canonical": "id", "below": {"function": "tokenize", "params": {"canonical": "id"}}}),
    ("encrypt", {}),
    ("encrypt", {"encoding": "base64url"}),
    ("hash", {}),
    ("hash", {"encoding": "base32", "length": 52, "canonical": "fold"}),
    ("tokenize", {"prefix": "T-"}),
    ("tokenize", {"alphabet": "digits", "length": 20, "canonical": "id"}),
    ("redact", {"keep_last": 2}),
    ("redact", {"length": 5, "character": "#"}),
    ("pseudonym", {}),
    ("pseudonym", {"kind": "organization"}),
    ("pseudonym", {"kind": "list", "values": ["one", "two", "three"]}),
    ("date_shift", {"otherwise": REDACT}),
    ("blur", {"kind": "number", "range": 10}),
    ("blur", {"kind": "age", "step": 5}),
    ("blur", {"kind": "date", "range": 10, "otherwise": REDACT}),
    ("generalize", {"kind": "age", "width": 5}),
    ("generalize", {"kind": "zip3", "otherwise": REDACT}),
    ("generalize", {"kind": "year", "otherwise": REDACT}),
    ("uid", {}),
    ("lookup", {"pairs": {"a": "b", "c": "d"}}),
    ("random", {}),
    ("encode", {"encoding": "hex"}),
    ("delete", {}),
    ("keep", {}),
    ("constant", {"value": "REMOVED"}),
]
IDS = [f"{name}-{number}" for number, (name, _) in enumerate(RULES)]
TEXTS = (
    st.text(max_size=40)
    | st.text(st.characters(categories=["Cs", "Lo", "Nd", "Mn", "Co"]), max_size=8)
    | st.from_regex(r"[A-Za-z0-9'^=,. /:-]{0,24}", fullmatch=True)
    | st.dates().map(str)
)
CONSTRAINTS = st.sampled_from(
    [
        ANY,
        Constraint(16),
        Constraint(64, None, "name"),
        Constraint(8, "[0-9]{8}", "date"),
        Constraint(16, r"[0-9]{2,6}(\.[0-9]{1,6})?", "time"),
        Constraint(4, "[0-9]{3}[DWMY]", "age"),
        Constraint(64, r"[0-9]+(\.[0-9]+)*", "uid"),
        Constraint(16, "[A-Z0-9 _]*", "code"),
        Constraint(12, "[+-]?[0-9]+", "integer"),
    ]
)


#: Stands in no message, whatever words a text may share with one.
MARK = "Zq7Wx"


def _message(function: MaskingFunction, text: str, context: Context) -> str:
    """What the function says when it can't mask the text; nothing when it can."""
    try:
        function.mask(text, context)
    except MaskingError as error:
        return str(error)
    return ""


def test_every_function_is_tried_here() -> None:
    assert {name for name, _ in RULES} == set(functions())


@pytest.mark.parametrize(("name", "params"), RULES, ids=IDS)
@given(text=TEXTS, constraint=CONSTRAINTS, subject=st.sampled_from(["", "|123456"]))
@settings(max_examples=40, deadline=None)
def test_any_text_gives_a_valid_result_or_a_quiet_error(
    name: str, params: dict[str, Any], text: str, constraint: Constraint, subject: str
) -> None:
    function = build(RuleSpec("rule", name, params), KEY)
    context = Context("class", subject, constraint)
    assert MARK not in _message(function, text + MARK, context)
    try:
        masked = function.mask(text, context)
    except MaskingError as caught:
        error: MaskingError | None = caught
    else:
        error = None
    if error:
        assert error.reason.replace("-", "").isalpha()
        assert error.__suppress_context__ or isinstance(error.__context__, MaskingError | None)
        return
    assert function.mask(text, context) == masked
    assert build(RuleSpec("rule", name, params), KEY).mask_many([text] * 2, context) == [masked] * 2
    if masked is not None and name != "keep":
        assert constraint.accepts(masked)
    if masked is not None and function.reversible and params.get("canonical", "none") == "none":
        assert function.unmask(masked, context) in (text, text.strip())


@pytest.mark.parametrize(("name", "params"), RULES, ids=IDS)
def test_keys_are_asked_for_where_they_are_needed(name: str, params: dict[str, Any]) -> None:
    rule = RuleSpec("the-rule", name, params)
    if functions()[name].needs_key:
        with pytest.raises(RuleError, match=f"rule the-rule: function {name} needs a master key"):
            build(rule, None)
    elif params.get("range") is None:
        assert build(rule, None)


@pytest.mark.parametrize("name", ["fpe", "encrypt", "hash", "tokenize", "pseudonym", "uid", "random"])
def test_another_key_gives_another_result(name: str) -> None:
    rule = RuleSpec("rule", name)
    results = {build(rule, key).mask("Davidson 292821506", Context()) for key in (KEY, OTHER)}
    assert len(results) == 2


@pytest.mark.parametrize(("name", "params"), RULES, ids=IDS)
def test_unknown_parameters_are_refused_by_name(name: str, params: dict[str, Any]) -> None:
    with pytest.raises(RuleError, match=r"rule the-rule: function .*colour"):
        build(RuleSpec("the-rule", name, {**params, "colour": "red"}), KEY)


@pytest.mark.parametrize(
    ("name", "params", "named"),
    [
        ("fpe", {"tweak": 3}, "tweak"),
        ("fpe", {"canonical": "case"}, "canonical"),
        ("fpe", {"below": {"function": "none such"}}, "none such"),
        ("fpe", {"below": {"function": "hash", "params": {"length": 3}}}, "parameter below.*length"),
        ("hash", {"length": 8}, "length"),
        ("hash", {"encoding": "base32", "length": 60}, "length"),
        ("tokenize", {"alphabet": "digits", "length": 8}, "length"),
        ("tokenize", {"prefix": "é"}, "prefix"),
        ("redact", {"character": "**"}, "character"),
        ("redact", {"character": "\n"}, "character"),
        ("redact", {"keep": ["3-5"]}, "keep"),
        ("redact", {"keep": ["5..3"]}, "keep"),
        ("redact", {"keep": ["0..3"]}, "keep"),
        ("redact", {"keep_first": 1, "length": 3}, "length"),
        ("pseudonym", {"kind": "town"}, "kind"),
        ("pseudonym", {"kind": "list"}, "file and values"),
        ("pseudonym", {"kind": "list", "values": ["a", "A."]}, "two different"),
        ("pseudonym", {"kind": "list", "file": "no such file"}, "file"),
        ("pseudonym", {"values": ["a", "b"]}, "kind list"),
        ("date_shift", {"days_min": 0, "days_max": 0}, "days_min"),
        ("date_shift", {"days_min": 5, "days_max": 1}, "days_min"),
        ("date_shift", {"unknown_subject": "keep"}, "unknown_subject"),
        ("date_shift", {"otherwise": {"function": "redact", "params": {"x": 1}}}, "otherwise.*x"),
        ("generalize", {}, "kind"),
        ("generalize", {"kind": "age", "restricted": ["036"]}, "restricted"),
        ("generalize", {"kind": "zip3", "restricted": ["36"]}, "restricted"),
        ("blur", {"kind": "number"}, "range and step"),
        ("blur", {"kind": "number", "range": 1, "step": 1}, "range and step"),
        ("blur", {"kind": "date", "step": 1}, "step"),
        ("blur", {"kind": "age", "range": 0.5}, "range"),
        ("lookup", {}, "file and pairs"),
        ("lookup", {"file": "no such file"}, "file"),
        ("lookup", {"pairs": {"A": "x", "a": "y"}, "ignore_case": True}, "two replacements"),
        ("constant", {}, "value"),
        ("encode", {"encoding": "rot13"}, "encoding"),
        ("no-such", {}, "no-such"),
    ],
)
def test_wrong_parameters_are_refused_by_name(name: str, params: dict[str, Any], named: str) -> None:
    with pytest.raises(RuleError, match=f"rule the-rule: .*{named}"):
        build(RuleSpec("the-rule", name, params), KEY)


@pytest.mark.parametrize("function", functions().values(), ids=str)
def test_schemas_are_schemas_and_describe_each_parameter(function: type[MaskingFunction]) -> None:
    jsonschema.Draft202012Validator.check_schema(function.schema)
    for details in function.schema["properties"].values():
        assert details["description"]
        if "default" in details:
            jsonschema.validate(details["default"], details)


def test_functions_never_travel() -> None:
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(build(RuleSpec("rule", "fpe"), KEY))


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="exists"):
        register(functions()["keep"])


def test_the_registry_is_read_only() -> None:
    with pytest.raises(TypeError):
        functions()["x"] = functions()["keep"]  # type: ignore[index]

"""Dates under date_shift, generalize and blur."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.identity.dates import parse, spellings
from beam_phi.library.constraint import Constraint
from beam_phi.library.model import RuleSpec
from beam_phi.masking import NOWHERE, Context, MaskingError, MaskingFunction, MasterKey, build

Make = Callable[..., MaskingFunction]
DA = Constraint(8, "[0-9]{8}", "date")
DT = Constraint(26, r"[0-9]{4,14}(\.[0-9]{1,6})?([+-][0-9]{4})?", "datetime")
TM = Constraint(16, r"[0-9]{2,6}(\.[0-9]{1,6})?", "time")
SHIFT = build(RuleSpec("r", "date_shift"), MasterKey(bytes(32)))
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1))


def of(subject: str, constraint: Constraint = DA) -> Context:
    return Context("date", subject, constraint)


def shifted(text: str, subject: str = "|1") -> datetime.date:
    masked = parse(SHIFT.mask(text, of(subject)) or "")
    assert masked is not None
    return masked.date


@given(DATES, DATES, st.text(min_size=1, max_size=12))
def test_intervals_of_one_person_stay(first: datetime.date, second: datetime.date, subject: str) -> None:
    a, b = shifted(f"{first:%Y%m%d}", subject), shifted(f"{second:%Y%m%d}", subject)
    assert b - a == second - first
    assert -365 <= (a - first).days <= -1


def test_shifts_differ_by_person_and_spread_over_the_range() -> None:
    days = [(shifted("20130713", f"|{n}") - datetime.date(2013, 7, 13)).days for n in range(5000)]
    assert set(days) == set(range(-365, 0))


@pytest.mark.parametrize("bounds", [(-2, 2), (0, 1), (-1, 0), (-3, -3), (5, 9)])
def test_no_shift_is_0_and_both_bounds_are_reached(make: Make, bounds: tuple[int, int]) -> None:
    function = make("date_shift", days_min=bounds[0], days_max=bounds[1])
    found = set()
    for n in range(200):
        moved = parse(function.mask("20130713", of(f"|{n}")) or "")
        assert moved is not None
        found.add((moved.date - datetime.date(2013, 7, 13)).days)
    assert found == set(range(bounds[0], bounds[1] + 1)) - {0}


@given(DATES)
def test_one_date_is_one_date_in_every_spelling(date: datetime.date) -> None:
    expected = shifted(f"{date:%Y%m%d}")
    for form in ("%m/%d/%Y", "%Y-%m-%dT10:15:00Z", "%d-%b-%Y", "%B %d, %Y"):
        moved = parse(SHIFT.mask(date.strftime(form), Context("date", "|1")) or "")
        assert moved is not None
        assert moved.date == expected


@given(DATES)
def test_no_spelling_of_a_date_stays(date: datetime.date) -> None:
    for text in spellings(date):
        assert SHIFT.mask(text, Context("date", "|1")) != text


def test_time_and_zone_stay() -> None:
    masked = SHIFT.mask("20130713101530.123456-0500", of("|1", DT))
    assert masked is not None
    assert masked[8:] == "101530.123456-0500"
    assert masked[:8] != "20130713"
    assert SHIFT.mask("101530.5", of("|1", TM)) == "101530.5"
    assert SHIFT.mask("10:15", Context("date", "|1")) == "10:15"


def test_a_form_the_field_should_not_have_had_becomes_the_right_one() -> None:
    for text in ("2013.07.13", "07/13/2013", "20130713"):
        assert SHIFT.mask(text, of("|1")) == SHIFT.mask("20130713", of("|1"))


@pytest.mark.parametrize(
    ("text", "form"), [("201307", "%Y%m"), ("July 2013", "%B %Y"), ("2013-07", "%Y-%m"), ("2013", "%Y")]
)
def test_partial_dates_are_moved_with_their_middle_and_stay_partial(text: str, form: str) -> None:
    middle = shifted("20130701" if text == "2013" else "20130715")
    assert SHIFT.mask(text, Context("date", "|1")) == middle.strftime(form)
    assert SHIFT.mask(text, of("|1", DA)) == f"{middle:%Y}0101"


def test_dates_of_nobody(make: Make) -> None:
    assert make("date_shift").mask("20130713", of("")) == "20130101"
    assert make("date_shift").mask("07/13/2013", NOWHERE) == "2013"
    assert make("date_shift", unknown_subject="delete").mask("20130713", of("")) is None
    together = make("date_shift", unknown_subject="shift")
    a, b = (parse(together.mask(text, of("")) or "") for text in ("20130713", "20130715"))
    assert a is not None
    assert b is not None
    assert (b.date - a.date).days == 2
    assert a.date != datetime.date(2013, 7, 13)


@pytest.mark.parametrize("text", ["Foley", "", "2013-02-30", "July 13", "101530", "1:99"])
@pytest.mark.parametrize("function", ["date_shift", "generalize", "blur"])
def test_what_is_no_date_is_an_error_or_the_alternatives(make: Make, function: str, text: str) -> None:
    params = {"date_shift": {}, "generalize": {"kind": "year"}, "blur": {"kind": "date", "range": 3}}[
        function
    ]
    with pytest.raises(MaskingError) as caught:
        make(function, **params).mask(text, Context("date", "|1"))
    assert caught.value.reason == "unread"
    redacting = make(function, **params, otherwise={"function": "redact"})
    assert redacting.mask(text, Context("date", "|1")) == "*" * len(text)


def test_the_calendar_ends(make: Make) -> None:
    future = make("date_shift", days_min=300, days_max=365)
    with pytest.raises(MaskingError) as caught:
        future.mask("99991231", of("|1"))
    assert caught.value.reason == "date-range"


def test_the_order_of_day_and_month_can_be_told(make: Make) -> None:
    european = make("date_shift", days_min=1, days_max=1, day_first=True)
    assert european.mask("31/01/2013", Context("d", "|1")) == "01/02/2013"
    assert european.mask("01/02/2013", Context("d", "|1")) == "02/02/2013"
    american = make("date_shift", days_min=1, days_max=1)
    assert american.mask("01/02/2013", Context("d", "|1")) == "01/03/2013"


@pytest.mark.parametrize(
    ("text", "constraint", "expected"),
    [
        ("20130713", DA, "20130101"),
        ("20130713101530", DT, "2013"),
        ("July 13, 2013", Constraint(), "2013"),
        ("7/13/51", Constraint(), "1951"),
        ("2013", Constraint(), "2013"),
        ("2013-07-13", Constraint(10, r"\d{4}-\d\d-\d\d", "date"), "2013-01-01"),
        ("101530", TM, "000000"),
    ],
)
def test_the_year_of_a_date(make: Make, text: str, constraint: Constraint, expected: str) -> None:
    assert make("generalize", kind="year").mask(text, Context(constraint=constraint)) == expected


def test_early_years_can_be_hidden(make: Make) -> None:
    function = make("generalize", kind="year", earliest=1937)
    assert [function.mask(text, of("")) for text in ("19190203", "19370203", "19510203")] == [
        "19370101",
        "19370101",
        "19510101",
    ]


def test_a_year_fits_or_is_an_error(make: Make) -> None:
    with pytest.raises(MaskingError) as caught:
        make("generalize", kind="year").mask("20130713", Context(constraint=Constraint(2)))
    assert caught.value.reason == "unfit"


def test_blurred_dates_stay_near_and_never_stay(make: Make) -> None:
    function = make("blur", kind="date", range=3)
    day = datetime.date(2013, 7, 13)
    moved = {function.mask("20130713", of(f"|{n}")) for n in range(200)}
    assert moved == {f"{day + datetime.timedelta(n):%Y%m%d}" for n in (-3, -2, -1, 1, 2, 3)}

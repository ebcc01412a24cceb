"""Dates: every usual form is read, shifted in its form, and given back untouched."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.identity import dates
from beam_phi.identity.canonical import fold
from beam_phi.identity.dates import DateRangeError, may_be_in, parse, spellings

JULY_13 = datetime.date(2013, 7, 13)
DATES = st.dates(datetime.date(1801, 1, 1), datetime.date(2198, 12, 31))
#: Of every form: the text of 2013-07-13, and of 2013-09-01, 50 days later.
FORMS = [
    ("20130713", "20130901"),
    ("20130713101530.123456-0500", "20130901101530.123456-0500"),
    ("201307131015", "201309011015"),
    ("20130713101530+0100", "20130901101530+0100"),
    ("20130713T101530Z", "20130901T101530Z"),
    ("2013-07-13", "2013-09-01"),
    ("2013-07-13T10:15:30.250Z", "2013-09-01T10:15:30.250Z"),
    ("2013-07-13 10:15:30,5 +02:00", "2013-09-01 10:15:30,5 +02:00"),
    ("2013/07/13", "2013/09/01"),
    ("2013.07.13", "2013.09.01"),
    ("2013_07_13", "2013_09_01"),
    ("2013-7-13", "2013-9-1"),
    ("07/13/2013", "09/01/2013"),
    ("7/13/2013", "9/1/2013"),
    ("7/13/13", "9/1/13"),
    ("07-13-2013", "09-01-2013"),
    ("7/13/2013 3:04 PM", "9/1/2013 3:04 PM"),
    ("07/13/2013 at 10:15:30 p.m.", "09/01/2013 at 10:15:30 p.m."),
    ("13.07.2013", "01.09.2013"),
    ("13.7.2013", "1.9.2013"),
    ("13/07/2013", "01/09/2013"),
    ("07132013", "09012013"),
    ("13072013", "01092013"),
    ("July 13, 2013", "September 1, 2013"),
    ("JULY 13, 2013", "SEPTEMBER 1, 2013"),
    ("july 13th, 2013", "september 1st, 2013"),
    ("Jul 13 2013", "Sep 1 2013"),
    ("Jul. 13, 2013", "Sep. 1, 2013"),
    ("13 July 2013", "1 September 2013"),
    ("13th of July 2013", "1st of September 2013"),
    ("13 Jul 2013", "1 Sep 2013"),
    ("13-Jul-2013", "01-Sep-2013"),
    ("2013JUL13", "2013SEP01"),
    ("July the 13th, 2013", "September the 1st, 2013"),
    ("7/13/'13", "9/1/'13"),
    ("7 / 13 / 2013", "9 / 1 / 2013"),
    ("7\\13\\2013", "9\\1\\2013"),
    ("13. Juli 2013", "1. September 2013"),
    ("13 juillet 2013", "1 septembre 2013"),
    ("13 de julio de 2013", "1 de septiembre de 2013"),
    ("13-JUL-13", "01-SEP-13"),
    ("13JUL2013", "01SEP2013"),
    ("2013-Jul-13", "2013-Sep-01"),
    ("Saturday, July 13, 2013", "Sunday, September 1, 2013"),
    ("Sat, 13 Jul 2013 10:15:30 +0000", "Sun, 1 Sep 2013 10:15:30 +0000"),
    (" 20130713 ", " 20130901 "),
    ("20130713\0", "20130901\0"),
]


@pytest.mark.parametrize(("text", "later"), FORMS)
def test_a_form_is_read_and_shifted_in_its_form(text: str, later: str) -> None:
    parsed = parse(text)
    assert parsed is not None
    assert (parsed.date, parsed.precision) == (JULY_13, "day")
    assert parsed.render() == text
    assert parsed.shift(50).render() == later
    assert parsed.shift(50).shift(-50).render() == text


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2013", "year"),
        ("201307", "month"),
        ("2013-07", "month"),
        ("07/2013", "month"),
        ("July 2013", "month"),
        ("Jul-2013", "month"),
    ],
)
def test_partial_dates_know_what_they_say(text: str, precision: str) -> None:
    parsed = parse(text)
    assert parsed is not None
    assert parsed.precision == precision
    assert parsed.render() == text
    assert parsed.date.year == 2013
    assert parsed.shift(1).render() == text, "a day later the middle is in the same month"
    assert parsed.shift(366).render() != text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2013-02-30",
        "20130229",
        "13/13/2013",
        "00/10/2013",
        "0000-01-01",
        "July 32, 2013",
        "2013-07-13T25:00",
        "20130713246060",
        "1013",
        "123456789",
        "292821506",
        "Foley 13",
        "July 13",
        "May",
        "1/2",
        "1.2.840.10008.1.2",
        "\uff12\uff10\uff11\uff13\uff10\uff17\uff11\uff13",
        "2013-07-13" + " " * 100,
        "0" * 100_000,
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse(text) is None


def test_the_order_of_day_and_month() -> None:
    def read(text: str, *, day_first: bool = False) -> datetime.date:
        parsed = parse(text, day_first)
        assert parsed is not None
        return parsed.date

    assert read("03/04/2013") == datetime.date(2013, 3, 4)
    assert read("03/04/2013", day_first=True) == datetime.date(2013, 4, 3)
    assert read("03.04.2013") == datetime.date(2013, 4, 3)
    assert read("13/04/2013") == read("04/13/2013") == datetime.date(2013, 4, 13)
    assert read("04/13/2013", day_first=True) == datetime.date(2013, 4, 13)
    assert read("12122013") == datetime.date(2013, 12, 12)


@pytest.mark.parametrize(
    ("text", "day", "later"),
    [
        ("1678788000", "2023-03-14", "1683108000"),
        ("1678788000123", "2023-03-14", "1683108000123"),
        (" 1678788000.5 ", "2023-03-14", " 1683108000.5 "),
        ("-278553600", "1961-03-05", "-274233600"),
        ("-278553600000", "1961-03-05", "-274233600000"),
        ("302227200000", "1979-07-31", "306547200000"),
        ("1013122510", "2002-02-07", "1017442510"),
    ],
)
def test_an_instant_is_counted_on(text: str, day: str, later: str) -> None:
    parsed = parse(text)
    assert parsed is not None
    assert (parsed.date.isoformat(), parsed.precision) == (day, "day")
    assert parsed.render() == text
    assert parsed.shift(50).render() == later


@pytest.mark.parametrize("text", ["302227200", "30222720000", "2678788000", "1678788000.", "16787880001234"])
def test_numbers_that_may_be_somebody_s_are_no_instants(text: str) -> None:
    assert parse(text) is None


def test_ten_and_twelve_digits_that_write_a_date_are_no_instants() -> None:
    for text in ("2013071310", "201307131015", "1910122510"):
        parsed = parse(text)
        assert parsed is not None
        assert parsed.render() == text
        assert parsed.units == 0


def test_ordinals() -> None:
    parsed = parse("July 1st, 2013")
    assert parsed is not None
    days = (1, 2, 3, 10, 11, 12, 19, 20, 21, 22)
    endings = [parsed.shift(day).render()[5:9] for day in days]
    assert endings == ["2nd,", "3rd,", "4th,", "11th", "12th", "13th", "20th", "21st", "22nd", "23rd"]


def test_two_digit_years() -> None:
    assert [p.date.year for p in map(parse, ["1/1/29", "1/1/30", "1-JAN-00"]) if p] == [2029, 1930, 2000]


def test_old_dates_of_dicom_are_read_too() -> None:
    parsed = parse("00010101")
    assert parsed is not None
    assert parsed.date == datetime.date(1, 1, 1)
    with pytest.raises(DateRangeError):
        parsed.shift(-1)
    with pytest.raises(DateRangeError):
        parsed.shift(10**9)
    with pytest.raises(DateRangeError):
        parsed.shift(10**20)


@given(DATES)
def test_every_spelling_is_read_as_its_date(date: datetime.date) -> None:
    found = spellings(date)
    assert len(set(found)) == len(found)
    for text in found:
        parsed = parse(text)
        assert parsed is not None, text
        assert parsed.date.year % 100 == date.year % 100, text
        # 01.02.2000 and 1/2/2000 are spellings of two dates.
        assert {parsed.date.month, parsed.date.day} == {date.month, date.day}, text


@given(DATES)
def test_no_spelling_stands_where_its_date_can_not_be(date: datetime.date) -> None:
    for text in (*spellings(date), f"{date:%y%m%d}"):
        assert may_be_in(date, fold(text)), text


def test_few_texts_may_hold_a_date() -> None:
    assert may_be_in(JULY_13, "SEEN ON THE 13TH OF JULY 2013")
    for text in ("", "CHEST CLEAR", "20140712", "201306", "12 JUL 2012"):
        assert not may_be_in(JULY_13, text), text


@given(DATES, st.integers(-400, 400), st.sampled_from(range(78)))
def test_a_shift_and_its_opposite(date: datetime.date, days: int, form: int) -> None:
    found = spellings(date)
    parsed = parse(found[form % len(found)])
    assert parsed is not None
    moved = parsed.shift(days)
    assert moved.date - parsed.date == datetime.timedelta(days)
    assert moved.shift(-days) == parsed
    if days:
        assert moved.render() != parsed.text


@given(st.text(max_size=70) | st.from_regex(r"[0-9/.\- ,:TZapJulSep]{1,30}", fullmatch=True))
def test_any_text_is_read_or_not_and_rendered_untouched(text: str) -> None:
    parsed = parse(text)
    if parsed is not None:
        assert parsed.render() == text


@pytest.mark.parametrize("text", ["101530", "10", "1015", "101530.123456", "10:15", "10:15:30 PM"])
def test_times_of_day(text: str) -> None:
    assert dates.is_time_of_day(text)


@pytest.mark.parametrize("text", ["", "20130713", "25", "10:75", "Foley", "1" * 100])
def test_what_is_no_time_of_day(text: str) -> None:
    assert not dates.is_time_of_day(text)

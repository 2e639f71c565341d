"""The days that a text speaks of, as people do: "last May", "in 2023", "two weeks ago", "the Friday before 15 July".

A message says "yesterday" and a question asks for the date, so both are turned into spans of days: the message's
relative to when it was said, the question's relative to the end of the conversation. A general date parser gives one
moment where a span is meant ("in May") and takes milliseconds for each sentence; what is read here is English and takes
microseconds. What is not understood is no span.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date

Span = tuple[int, int]
"""First and last day, both inclusive, as proleptic ordinals (`date.toordinal`)."""

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""First month of each, three months long (in the north)."""
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
NUMBERS |= {"nine": 9, "ten": 10, "couple": 2, "few": 3, "several": 4}
UNITS = {"day": 1, "week": 7, "weekend": 7, "month": 30, "year": 365}
SINGLE = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
TIME_WORDS = frozenset({*MONTHS, *DAYS, *SEASONS, *SINGLE, *UNITS, "night", "ago"})
TIME_WORDS |= {f"{unit}s" for unit in UNITS}
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
"""A text with none of these words and no year speaks of no day."""

MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
NUMBER = "|".join(NUMBERS)
NEAR = r"last|this|next|past|coming"
PATTERN = re.compile(
    rf"""(?P<iso>\b(?:19|20)\d\d-\d\d-\d\d\b)
    |\b(?P<dmy_day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<dmy_month>{MONTH})\b\.?(?:,?\s(?P<dmy_year>(?:19|20)\d\d))?
    |\b(?P<mdy_month>{MONTH})\b\.?\s(?P<mdy_day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s(?P<mdy_year>(?:19|20)\d\d))?
    |\b(?P<my_month>{MONTH})\b\.?,?\s(?:of\s)?(?P<my_year>(?:19|20)\d\d)\b
    |\b(?P<season>{"|".join(SEASONS)})\s(?:of\s)?(?P<season_year>(?:19|20)\d\d)\b
    |\b(?P<near>{NEAR})\s(?P<what>{MONTH}|{"|".join(DAYS)}|{"|".join(SEASONS)}|{"|".join(UNITS)}|night)\b
    |\b(?P<count>\d{{1,3}}|{NUMBER})(?:\sof)?\s(?P<unit>{"|".join(UNITS)})s?\sago\b
    |\b(?:in|since|during|of|by|until|early|late|mid)\s(?P<month>{MONTH})\b(?!\.?,?\s(?:of\s)?\d)
    |\b(?:on)\s(?P<weekday>{"|".join(DAYS)})\b
    |\b(?P<single>{"|".join(SINGLE)})\b
    |\b(?P<year>(?:19|20)\d\d)\b""",
    re.VERBOSE | re.IGNORECASE,
)


def spans(text: str, said: date) -> list[Span]:
    """The spans of days that `text`, said on the day `said`, speaks of; none where it speaks of none."""
    return list(_read(text, said))


def _read(text: str, said: date) -> Iterator[Span]:
    for match in PATTERN.finditer(text):
        part = {name: value.lower() for name, value in match.groupdict().items() if value}
        try:
            yield _span(part, said)
        except (ValueError, OverflowError):  # 31 June, or a day before the calendar begins
            continue


def _span(part: dict[str, str], said: date) -> Span:
    """One match as a span."""
    today = said.toordinal()
    if "iso" in part:
        return _day(date.fromisoformat(part["iso"]))
    for order in ("dmy", "mdy"):
        if f"{order}_day" in part:
            month, day = MONTHS[part[f"{order}_month"]], int(part[f"{order}_day"])
            year = int(part[f"{order}_year"]) if f"{order}_year" in part else _year_of(month, day, said)
            return _day(date(year, month, day))
    if "my_month" in part:
        return _months(int(part["my_year"]), MONTHS[part["my_month"]], 1)
    if "season" in part:
        return _months(int(part["season_year"]), SEASONS[part["season"]], 3)
    if "near" in part:
        return _near({"past": "last", "coming": "next"}.get(part["near"], part["near"]), part["what"], said)
    if "count" in part:
        return _ago(NUMBERS.get(part["count"]) or int(part["count"]), UNITS[part["unit"]], today)
    if "month" in part:
        month = MONTHS[part["month"]]
        return _months(_year_of(month, 1, said), month, 1)
    if "weekday" in part:
        back = (said.weekday() - DAYS[part["weekday"]]) % 7
        return today - back, today - back
    if "single" in part:
        return today + SINGLE[part["single"]], today + SINGLE[part["single"]]
    return _months(int(part["year"]), 1, 12)


def _near(which: str, what: str, said: date) -> Span:
    """Such as "last May", "this week", "next Friday", "last night"."""
    today, step = said.toordinal(), {"last": -1, "this": 0, "next": 1}[which]
    if what in MONTHS:
        return _months(_stepped(step, MONTHS[what], said), MONTHS[what], 1)
    if what in SEASONS:
        return _months(_stepped(step, SEASONS[what], said), SEASONS[what], 3)
    if what in DAYS:
        back = (said.weekday() - DAYS[what]) % 7 or 7
        day = today - back + (0 if step < 0 else 7)
        return day, day
    if what == "night":
        return today + min(step, 0), today + step
    if what == "year":
        return _months(said.year + step, 1, 12)
    if what == "month":
        total = said.year * 12 + said.month - 1 + step
        return _months(total // 12, total % 12 + 1, 1)
    monday = today - said.weekday() + 7 * step
    return (monday + 4, monday + 6) if what == "weekend" else (monday, monday + 6)


def _ago(count: int, unit: int, today: int) -> Span:
    """Such as "three weeks ago", which is as exact as the unit is."""
    middle, slack = today - count * unit, unit // 2
    return middle - slack, middle + slack


def _year_of(month: int, day: int, said: date) -> int:
    """The year that is meant where none is said: of this date's last time."""
    return said.year if (month, day) <= (said.month, said.day) else said.year - 1


def _stepped(step: int, month: int, said: date) -> int:
    """The year of the last, this or the next month (or season) of that name."""
    if step < 0:
        return said.year if month < said.month else said.year - 1
    return said.year if step == 0 or month > said.month else said.year + 1


def _day(day: date) -> Span:
    return day.toordinal(), day.toordinal()


def _months(year: int, month: int, count: int) -> Span:
    last_year, last_month = divmod(year * 12 + month - 1 + count - 1, 12)
    last = date(last_year, last_month + 1, calendar.monthrange(last_year, last_month + 1)[1])
    return date(year, month, 1).toordinal(), last.toordinal()

"""Values that occur nowhere by chance: names nobody has, numbers, UIDs, dates far apart."""

from __future__ import annotations

import random
from datetime import date, timedelta

_CONSONANTS = "bdfgjklmpqrtvwxz"
_VOWELS = "aeiou"
#: More than the longest shift of dates (365 days), so that no shifted date is another planted one.
_APART = 367


class Tokens:
    """Makes values, each one once; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._used: set[str] = set()

    def _once(self, made: str) -> bool:
        if made in self._used:
            return False
        self._used.add(made)
        return True

    def word(self, syllables: int = 5) -> str:
        """A name of ten letters, ``Zuqobexira``; a shorter one has a doubled letter, so that none is a part
        of a longer one."""
        while True:
            made = "".join(
                self.random.choice(_CONSONANTS) + self.random.choice(_VOWELS) for _ in range(syllables)
            ).capitalize()
            if syllables < 5:
                made = made[:3] + made[2:]
            if self._once(made):
                return made

    def number(self, digits: int = 10) -> str:
        while True:
            made = str(self.random.randrange(10 ** (digits - 1), 10**digits))
            if "000" not in made and self._once(made):
                return made

    def uid(self) -> str:
        return f"1.2.826.0.1.3680043.9.{self.number(5)}.{self.number(12)}"

    def email(self) -> str:
        return f"{self.word().lower()}.{self.word(4).lower()}@{self.word(4).lower()}.org"

    def time(self) -> str:
        """With a fraction of six digits, ``134507.831264``."""
        while True:
            r = self.random
            made = f"{r.randrange(1, 24):02}{r.randrange(1, 60):02}{r.randrange(1, 60):02}"
            made += f".{r.randrange(100_000, 999_999)}"
            if self._once(made):
                return made

    def octets(self) -> bytes:
        """Bytes that are no text and the same in lower case."""
        while True:
            made = bytes(self.random.choice(range(0x81, 0xFE)) for _ in range(8))
            if self._once(made.hex()):
                return made

    def dates(self) -> Dates:
        return Dates(date(1875, 1, 2) + timedelta(self.random.randrange(_APART)), self.random)


class Dates:
    """The dates of one file, more than a year apart and none the first of a month."""

    def __init__(self, first: date, random_: random.Random) -> None:
        self._next = first
        self._random = random_

    def __call__(self) -> date:
        day = self._next
        while day.day == 1:
            day += timedelta(1)
        self._next = day + timedelta(_APART + self._random.randrange(20))
        if day.year > 2025:
            raise ValueError("no more dates in this file")
        return day

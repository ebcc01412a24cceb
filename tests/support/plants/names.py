"""Folders and files that are named after their patient."""

from __future__ import annotations

from collections.abc import Iterator

from support.plants.ledger import Ledger
from support.plants.sheet import Sheet
from support.plants.tokens import Tokens

_FORMS = (
    "{F}_{G}/CT/0001.dcm",
    "{F}^{G}/CT/0001.dcm",
    "{G} {F}/CT 1/0001.dcm",
    "{i}/CT/0001.dcm",
    "{d}/{i}_{F}/0001.dcm",
    "pat/{F}_{i}.dcm",
    "pat/{f}{g}.dcm",
    "pat/CT.{u}.dcm",
    "pat/{F}-{b}-CT.dcm",
    "pat/Knee_{F}_axial.dcm",
)


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    for number, form in enumerate(_FORMS):
        sheet = Sheet(ledger, tokens, "?", f"path/{form}")
        sheet.name = f"names/{number}/" + form.format(
            F=sheet.family,
            G=sheet.given,
            f=sheet.family.lower(),
            g=sheet.given.lower(),
            u=sheet.instance,
            i=sheet.patient_id,
            b=f"{sheet.birth:%Y%m%d}",
            d="2013-07-13",
        )
        ledger.plants[:] = [p._replace(file=sheet.name) if p.file == "?" else p for p in ledger.plants]
        yield sheet

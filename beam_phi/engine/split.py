"""Identifiers that are spread over the values of one element: ``37560\\65579``, ``1951\\02\\03``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from beam_phi.engine.plan import Plan
from beam_phi.engine.subject import Subject
from beam_phi.formats.dicom.fields import DicomField
from beam_phi.formats.document import Field
from beam_phi.matching import Finding

#: Stands between the values in the text that is searched: ids and dates are known with it.
_BETWEEN = "-"


def spread(fields: Sequence[DicomField], plans: Sequence[Plan], subject: Subject) -> dict[Field, Finding]:
    """The values that hold a part of an identifier of the subject whose rest is in the next ones."""
    several = [field for field, plan in zip(fields, plans, strict=False) if field.number and _is_text(plan)]
    if not several or subject.known is None:
        return {}
    found: dict[Field, Finding] = {}
    for _, group in groupby(several, key=lambda field: field.element):
        values = list(group)
        texts = [field.text for field in values]
        for finding in subject.known.find(_BETWEEN.join(texts)):
            touched = list(_touched(texts, finding))
            if len(touched) > 1:
                found.update((values[index], finding) for index in touched)
    return found


def _is_text(plan: Plan) -> bool:
    """True for text that stays but for what is found in it."""
    return plan.searcher is not None and plan.data_class is None and plan.type.action in (None, "K", "C")


def _touched(texts: Sequence[str], finding: Finding) -> Iterator[int]:
    """The numbers of the texts that a finding in all of them together lies in."""
    at = 0
    for index, text in enumerate(texts):
        if finding.start < at + len(text) and finding.end > at:
            yield index
        at += len(text) + len(_BETWEEN)

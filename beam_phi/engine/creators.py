"""Private creators that name a person, so that they may stand neither in a file nor in a location."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from beam_phi.engine.decide import Decider
from beam_phi.engine.plan import Plan
from beam_phi.engine.subject import Subject
from beam_phi.formats.dicom.fields import DicomField
from beam_phi.formats.dicom.safe_private import is_known_creator
from beam_phi.formats.document import Field
from beam_phi.matching import Finding
from beam_phi.matching.strangers import stranger_findings


class Creators:
    """Judges the private creators of objects."""

    def __init__(self, decider: Decider) -> None:
        self._decider = decider

    def naming(
        self, fields: Sequence[DicomField], plans: Sequence[Plan], subject: Subject
    ) -> dict[Field, Finding]:
        """The private creator elements whose value may be a name, with what was found in it.

        Makers of machines that are known by their private elements name nobody.
        """
        found: dict[Field, Finding] = {}
        for field, plan in zip(fields, plans, strict=False):
            attributes = plan.type.attributes
            if not attributes["creator"] or '"' in attributes["tag"]:
                continue
            text = field.text
            if not is_known_creator(text):
                findings = [*self._decider.findings(plan, text, subject), *_strangers(text)]
                if findings:
                    found[field] = findings[0]
        return found


def _strangers(text: str) -> Iterator[Finding]:
    """Words that no vocabulary knows and that are written like names; makers write theirs in capitals."""
    return (found for found in stranger_findings(text) if not text[found.start : found.end].isupper())

"""Places as people write them (``PID-5.1``, ``NM1*QC-03``, ``Patient.name.family``, ``//patientRole/id``) in
selectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from beam_phi.formats.fhir.places import place as fhir_place
from beam_phi.formats.hl7.places import place as hl7_place
from beam_phi.formats.markup.places import place as markup_place
from beam_phi.formats.x12.places import place as x12_place
from beam_phi.library.model import Selector

_PLACES: Mapping[str, Callable[[str], dict[str, str]]] = {
    "hl7": hl7_place,
    "fhir": fhir_place,
    "x12": x12_place,
    "cda": markup_place,
    "xml": markup_place,
}


def expanded(selector: Selector) -> Selector:
    """The selector with the attributes that its ``place`` stands for; itself if it has none.

    Raises ValueError for what is no place in the format the selector names, and where it names none, or more
    than one, or one that has no notation of places.
    """
    places = [pattern for attribute, pattern in selector.patterns if attribute == "place"]
    if not places:
        return selector
    formats = [pattern for attribute, pattern in selector.patterns if attribute == "format"]
    if len(places) > 1 or len(formats) != 1 or formats[0] not in _PLACES:
        raise ValueError(f"a place goes with one format, of {', '.join(sorted(_PLACES))}")
    others = tuple(pair for pair in selector.patterns if pair[0] != "place")
    return Selector((*others, *_PLACES[formats[0]](places[0]).items()))

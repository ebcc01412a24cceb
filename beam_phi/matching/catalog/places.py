"""Addresses, towns, postal codes and organizations."""

from __future__ import annotations

from collections.abc import Mapping

from beam_phi.matching import streets
from beam_phi.matching.catalog.builtin import IS, NO_DIGIT, Builtin
from beam_phi.matching.catalog.names import NAME, PROPER
from beam_phi.matching.letters import LEFT, RIGHT

_PLACE_WORDS = (
    "state",
    "zip",
    "postal",
    "address",
    "street",
    "road",
    "avenue",
    "city",
    "lives",
    "resides",
    "mailing",
)

PLACES: Mapping[str, Builtin] = {
    "street-address": Builtin(streets.STREET_ADDRESS, 0.75, context=_PLACE_WORDS),
    "street-unit": Builtin(streets.STREET_UNIT, 0.7),
    "address-cue": Builtin(streets.ADDRESS_CUE, 0.7),
    "military-address": Builtin(streets.MILITARY_ADDRESS, 0.9),
    "po-box": Builtin(streets.PO_BOX, 0.9),
    "city-state-zip": Builtin(streets.CITY_STATE_ZIP, 0.85),
    "town": Builtin(streets.TOWN, 0.6, "place", min_score=0.6),
    "zip-us": Builtin(
        rf"(?<![\d.,$-])(?P<zip>\d{{5}}(?:-\d{{4}})?){NO_DIGIT}(?![.,-]\d)",
        0.5,
        context=_PLACE_WORDS,
        context_required=True,
    ),
    "zip-cue": Builtin(
        rf"{LEFT}{streets.STATE},?[^\S\n]{{1,2}}(?P<zip>\d{{5}}(?:-\d{{4}})?){NO_DIGIT}"
        rf"|{LEFT}(?:zip|postal[^\S\n]?code|post[^\S\n]?code|zip[^\S\n]?code){IS}"
        rf"(?P<code>\d{{5}}-\d{{4}}|\d{{3}} \d{{2}}|\d{{3,6}}|\d{{4}} [A-Z]{{2}}){RIGHT}(?![.-]\d)",
        0.9,
    ),
    "postcode-uk": Builtin(
        rf"{LEFT}[A-Z]{{1,2}}\d[A-Z0-9]? \d[ABD-HJLNP-UW-Z]{{2}}{RIGHT}", 0.8, ignore_case=False
    ),
    # Canada, only with its blank: T2N 1M0 is a tumour elsewhere.
    "postcode-ca": Builtin(
        rf"{LEFT}[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d{RIGHT}", 0.8, ignore_case=False
    ),
    "organization": Builtin(
        rf"{LEFT}(?:{NAME}|St\.)(?:[ ](?:{NAME}|of|the|and|&|St\.)){{0,5}}?"
        r"(?:[ ](?:Hospitals?|Medical Cent(?:er|re)|Clinics?|Infirmary|Health(?:care)? System|Healthcare"
        rf"|Nursing Home|Hospice|University|College|School|Institute|Associates|Inc|LLC"
        rf"|HOSPITAL|MEDICAL CENTER|CLINIC|UNIVERSITY)){{1,2}}{RIGHT}",
        0.6,
        ignore_case=False,
    ),
    # Whom somebody works for.
    "employer": Builtin(
        rf"{LEFT}(?:[Ee]mployed|[Ww]ork(?:s|ed|ing)?)[^\S\n](?:(?:full|part)[- ]?time[^\S\n])?"
        rf"(?:at|by|for)[^\S\n](?:the[^\S\n])?(?P<employer>{PROPER}(?:[ ](?:&[ ])?{PROPER}){{0,3}}){RIGHT}",
        0.6,
        "person-word",
        ignore_case=False,
        min_score=0.6,
    ),
}

"""FHIR in JSON (STU3, R4, R4B, R5): every value typed by the element it is the value of."""

from beam_phi.formats.fhir.document import looks_like_fhir, open
from beam_phi.formats.fhir.scope import FhirScope

__all__ = ["FhirScope", "looks_like_fhir", "open"]

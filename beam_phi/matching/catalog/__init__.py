"""The built-in patterns, one table: what a rule library calls ``builtin: NAME``.

Every pattern is free of nested or adjacent unbounded repeats, so that Python's backtracking engine needs time
linear in the text. Word limits are the lookarounds of :mod:`beam_phi.matching.letters`, not ``\\b``: an
underscore parts words in file names. A named group narrows the finding to itself, the rest of the pattern
being its cue.

Dates and times: ``date-iso date-numeric date-roman date-compact datetime-compact date-month-name
date-month-year date-day-month date-cue time-with-date time-of-day year-cue``. Ages: ``age-text age-dicom``.

Contacts: ``phone-us phone-international phone-cue phone-label fax-cue email url ipv4 ipv6 mac-address``.

Numbers of persons: ``ssn ssn-plain ssn-last-four mrn-cue patient-id-cue accession-cue order-cue account-cue
health-plan-cue mbi license-cue npi dea nhs-number credit-card iban``. Of things: ``vin plate-cue
device-serial-cue uid long-number``.

Places: ``street-address street-unit address-cue military-address po-box city-state-zip town zip-us zip-cue
postcode-uk postcode-ca organization employer``.

Names: ``name-title name-title-caps name-cue patient-cue name-relative name-subject name-dictated
name-credential name-caret name-comma name-for name-mailbox name-used name-initials``.

Parts of a path: ``path-date path-month path-time path-label-id path-id path-folder-id path-code
path-digits``.
"""

from __future__ import annotations

from collections.abc import Mapping

from beam_phi.matching.catalog.builtin import Builtin
from beam_phi.matching.catalog.contacts import CONTACTS
from beam_phi.matching.catalog.dates import DATES
from beam_phi.matching.catalog.names import NAMES
from beam_phi.matching.catalog.numbers import NUMBERS
from beam_phi.matching.catalog.paths import PATHS
from beam_phi.matching.catalog.places import PLACES

CATALOG: Mapping[str, Builtin] = {**DATES, **CONTACTS, **NUMBERS, **PLACES, **NAMES, **PATHS}

__all__ = ["CATALOG", "Builtin"]

"""Tables in long form: one column says, record by record, what another one holds (``field_name,value``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from beam_phi.formats.delimited.headings import heading_key, told_heading
from beam_phi.library.words import word_set

#: Headings of columns that name what the value is, and of those that hold it; without REDCap's and other
#: databases' underscores. No NAME: where that is a person's, "Street" and "Kind" are family names.
_LABELS = word_set(
    "fieldname field variable variablename varname attribute attributename property propertyname parameter"
    " parametername element elementname key label itemname item questiontext question columnname column"
)
_VALUES = word_set(
    "value val fieldvalue attributevalue propertyvalue parametervalue itemvalue valuetext valuestring"
    " valuechar textvalue stringvalue answer answertext answervalue response responsetext responsevalue"
)


class Labels(NamedTuple):
    """Which columns of a table in long form (from 0) name a value and hold it."""

    label: int
    values: tuple[int, ...]

    def heading(self, texts: Sequence[str]) -> str:
        """What a record says its value is; "" for what is no heading, and might be somebody's name."""
        return told_heading(texts[self.label]) if self.label < len(texts) else ""


def labels_of(headings: Sequence[str]) -> Labels | None:
    """None for a table that is not in long form."""
    keys = [heading_key(heading) for heading in headings]
    labels = [at for at, key in enumerate(keys) if key in _LABELS]
    values = tuple(at for at, key in enumerate(keys) if key in _VALUES)
    # Where several columns might name the value, as in "field, label, value", none is known to.
    return Labels(labels[0], values) if len(labels) == 1 and values else None

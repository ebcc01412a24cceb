"""How the elements of a segment are taken apart into leaves, worked out once for each kind of segment."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from beam_phi.formats.x12.rules import QUALIFIED, Place, telling_code
from beam_phi.formats.x12.table import UNKNOWN, DataElement, SegmentTable, segment_table
from beam_phi.formats.x12.types import Leaf, leaf

#: Elements a segment, and components an element, may have: their numbers have two digits.
MAX_ELEMENTS = 99
#: Segments in which it matters what the last name was of.
_NAMING = frozenset({"N1", "N2", "NM1"})


@dataclass(frozen=True, eq=False, slots=True)
class Context:
    """What is known of a segment from those before it: see :class:`~.loops.Tracker`. Outside of transaction
    sets all is empty. Made by :func:`context` only, once for each.
    """

    transaction: str
    loop: str
    role: str
    own: bool
    _plans: dict[tuple[str, str], SegmentPlan] = field(default_factory=dict)

    def plan(self, segment: str, values: list[str]) -> SegmentPlan:
        """The plan for a segment with these `values` (its id and elements)."""
        table = segment_table(segment)
        qualifier = values[table.qualifier].strip() if table.qualifier < len(values) else ""
        found = self._plans.get((segment, qualifier))
        if found is not None:
            return found
        if (
            qualifier
            and qualifier not in table.codes
            and not telling_code(table.element("01").number, qualifier)
        ):
            qualifier = ""
        if segment not in _NAMING and self.role:
            found = context(self.transaction, self.loop).plan(segment, values)
        else:
            found = self._plans.get((segment, qualifier)) or SegmentPlan(segment, qualifier, self, table)
        return self._plans.setdefault((segment, qualifier), found)


@cache
def context(transaction: str = "", loop: str = "", role: str = "", own: bool = False) -> Context:
    return Context(transaction, loop, role, own)


@dataclass(frozen=True, slots=True)
class ElementPlan:
    """How one element is taken apart.

    repeats, composite: True if its separators are looked for. Elsewhere they are characters of a text, which
        must not be cut where it has to be searched. witness: index of the element that says what this one is,
        0 if none does. leaf: of an element that is neither composite nor has a witness. leaves: by what the
        witness says.
    """

    number: str
    repeats: bool
    composite: bool
    witness: int
    leaf: Leaf | None
    leaves: dict[str, Leaf] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class SegmentPlan:
    """How the segments of one kind, in one context, are taken apart."""

    segment: str
    qualifier: str
    context: Context
    table: SegmentTable
    elements: list[ElementPlan] = field(default_factory=list)
    _leaves: dict[tuple[str, str, str], Leaf] = field(default_factory=dict)

    def reach(self, size: int) -> list[ElementPlan]:
        """The plans of the first `size` elements at least; the first of the list is of the segment id."""
        for index in range(len(self.elements), size + 1):
            self.elements.append(self._element(index))
        return self.elements

    def _element(self, index: int) -> ElementPlan:
        number = f"{index:02}"
        element = self.table.element(number)
        composite = number in self.table.composites
        repeats = composite or element.type == "ID"
        witness = 0
        wanted = QUALIFIED.get(element.number)
        for before in range(index - 1, 0, -1) if wanted else ():
            if self.table.element(f"{before:02}").number == wanted:
                witness = before
                break
        simple = self.leaf(number, "", element, "") if not (composite or witness) else None
        return ElementPlan(number, repeats, composite, witness, simple)

    def told_leaf(self, element: ElementPlan, code: str) -> Leaf:
        """The leaf of an element that has a witness, of which the text is `code`."""
        found = element.leaves.get(code)
        if found is None:
            told = self.table.element(element.number)
            found = self.leaf(element.number, "", told, code.strip())
            # Codes that tell nothing are without number.
            if telling_code(QUALIFIED[told.number], code):
                element.leaves[code] = found
        return found

    def leaf(self, number: str, component: str, element: DataElement, code: str) -> Leaf:
        """The leaf of a place; `code`: what stands where the code that tells its meaning should be."""
        told = telling_code(QUALIFIED.get(element.number, ""), code)
        found = self._leaves.get((number, component, told))
        if found is None:
            context = self.context
            place = Place(self.segment, number, component, self.qualifier, context.role, context.own, told)
            found = leaf(context.transaction, context.loop, place, element)
            self._leaves[number, component, told] = found
        return found

    def component(self, number: str, values: list[str], at: int) -> Leaf:
        """The leaf of a component; `values` are all components of its element."""
        element = self.table.element(f"{number}.{at + 1}")
        if element is UNKNOWN and at == 0:
            element = self.table.element(number)
        wanted = QUALIFIED.get(element.number)
        code = ""
        for before in range(at - 1, -1, -1) if wanted else ():
            if self.table.element(f"{number}.{before + 1}").number == wanted:
                code = values[before]
                break
        return self.leaf(number, str(at + 1), element, code)

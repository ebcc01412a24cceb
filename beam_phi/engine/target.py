"""What goes along while a file, or a member of one, is masked."""

from __future__ import annotations

from dataclasses import dataclass

from beam_phi.engine.content import Content
from beam_phi.engine.job import FileJob
from beam_phi.engine.people import People
from beam_phi.engine.series import Seen
from beam_phi.engine.subject import OnePerson


@dataclass(frozen=True, slots=True)
class Target:
    """Where the masked form goes, and what is known and noted on the way.

    job: what is noted of the file, with all its members. content: None where it is only searched. subjects:
    whom it is found to be about. people: what other files of the collection tell. seen: what was seen of its
    image beside others of its series.
    """

    job: FileJob
    content: Content | None
    subjects: OnePerson
    people: People
    seen: Seen | None = None

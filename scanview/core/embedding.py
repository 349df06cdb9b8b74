"""What a scan looks like to a model: a direction, which scans that look alike share."""

from dataclasses import dataclass

from scanview.core.errors import BadInput

EMBEDDING_NUMBERS = 64
MOST_NUMBER = 127
MAX_SPACE = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """A scan as a direction of `EMBEDDING_NUMBERS` whole numbers from -127 to 127.

    Directions can be compared where they are of the same `space`: the name of the model that made them.
    """

    space: str
    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.space) <= MAX_SPACE:
            raise BadInput("an embedding has no space", code="bad-embedding")
        if len(self.numbers) != EMBEDDING_NUMBERS or not any(self.numbers):
            raise BadInput(f"an embedding is a direction of {EMBEDDING_NUMBERS} numbers", code="bad-embedding")
        if any(not -MOST_NUMBER <= number <= MOST_NUMBER for number in self.numbers):
            raise BadInput(f"a number of an embedding is beyond {MOST_NUMBER}", code="bad-embedding")

    def packed(self) -> bytes:
        """One signed byte per number."""
        return bytes(number & 0xFF for number in self.numbers)

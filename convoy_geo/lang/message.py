"""What a result says, as a code and plain values: any language makes its words of them.

A result holds messages, never sentences, so that nothing is ever read out of a sentence again:

>>> far = Message.of("length", number=9.5, unit="km")
>>> far.code, far.values
('length', {'number': 9.5, 'unit': 'km'})

`Language.say` makes the words: ``load("ar").say(far)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Message", "plain_message"]


@dataclass(frozen=True)
class Message:
    """A code with the values that its template names.

    Make one with `Message.of`.

    Parameters
    ----------
    code
        Of a template: a key of a page string, or ``section.key`` of ``results.toml``.
    items
        The values by name, as pairs: numbers, texts of the case, messages, or tuples of these.
    """

    code: str
    items: tuple[tuple[str, Any], ...] = field(default=())

    @staticmethod
    def of(code: str, /, **values: object) -> Message:
        """A message of a code and its values; lists become tuples."""
        pairs = (
            (name, tuple(value) if isinstance(value, list) else value)
            for name, value in values.items()
        )
        return Message(code, tuple(pairs))

    @property
    def values(self) -> dict[str, Any]:
        """The values by name."""
        return dict(self.items)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"code": self.code, **{name: plain_message(value) for name, value in self.items}}


def plain_message(value: Any) -> Any:
    """A value of a message as JSON can carry it."""
    if isinstance(value, Message):
        return value.to_dict()
    if isinstance(value, tuple):
        return [plain_message(each) for each in value]
    return value

"""Values of an answer's JSON, each of the kind that is expected, or empty: an Engine need not keep
to what is documented.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Tuple


def as_object(value: Any) -> Dict[str, Any]:
    """An object's members."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str:
    """A string."""
    return value if isinstance(value, str) else ""


def as_texts(value: Any) -> Tuple[str, ...]:
    """The strings of a list."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

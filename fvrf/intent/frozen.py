"""The base of all models of intent."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Base of all intent: immutable, strict about unknown keys, silent about values in errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True
    )

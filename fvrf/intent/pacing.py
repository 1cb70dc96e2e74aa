"""How a push is paced: for all routers in the configuration file, for some in the inventory."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Pacing(BaseModel):
    """Lines one by one, or in blocks of at most so many lines and bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: Literal["block", "line"] = "block"
    lines: Annotated[int, Field(strict=True, ge=1, le=50)] = 20
    bytes: Annotated[int, Field(strict=True, ge=100, le=2000)] = 1000

"""What a show command is."""

from collections.abc import Callable, Mapping

from lab.router.device import Router

Args = Mapping[str, str]
Show = Callable[[Router, Args], str]

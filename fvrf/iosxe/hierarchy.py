"""Lines under lines: hier_config's tree parser, and nothing else of it.

Its remediation is not used: it tears down what IOS-XE replaces in place, and forgets what
IOS-XE takes away on its own.
"""

from hier_config import HConfig, HConfigChild, get_hconfig
from hier_config.exceptions import DuplicateChildError
from hier_config.models import MatchRule, ParentAllowsDuplicateChildRule
from hier_config.platforms.driver_base import HConfigDriverRules
from hier_config.platforms.generic.driver import HConfigDriverGeneric

from fvrf.errors import CannotLook
from fvrf.iosxe.tree import Node

_DEEPEST = 6


class _Driver(HConfigDriverGeneric):
    """No line is rewritten by it, and a repeated one is no error."""

    @staticmethod
    def _instantiate_rules() -> HConfigDriverRules:
        return HConfigDriverRules(
            parent_allows_duplicate_child=[
                ParentAllowsDuplicateChildRule(match_rules=(MatchRule(),) * depth)
                for depth in range(1, _DEEPEST)
            ]
        )


def hierarchy(text: str) -> tuple[Node, ...]:
    """Read a text by its indentation, whatever its width; blanks within lines are made one.

    Raises CannotLook where the indentation is not that of a configuration.
    """
    try:
        root = get_hconfig(_Driver(), text)
    except (ValueError, DuplicateChildError) as error:
        raise CannotLook("the configuration cannot be read as a tree", code="F211") from error
    return _nodes(root)


def _nodes(parent: HConfig | HConfigChild) -> tuple[Node, ...]:
    return tuple(Node(child.text, _nodes(child)) for child in parent.children)

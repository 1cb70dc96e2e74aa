"""The parser's own replies and the prompts."""

from lab.router.match import Failure
from lab.router.tree import Config, Where

PROMPT_NAME = 20
DEFAULT_NAME = "Router"


def refusal(failure: Failure, prompt: str, typed: str) -> str:
    """Return what the parser prints below a line it does not take, a blank line included."""
    if failure.kind == "incomplete":
        return "% Incomplete command.\n\n"
    if failure.kind == "ambiguous":
        return f'% Ambiguous command:  "{typed.strip()}"'
    caret = " " * (len(prompt) + failure.column) + "^"
    return f"{caret}\n% Invalid input detected at '^' marker.\n\n"


def hostname(config: Config) -> str:
    """Return the configured name."""
    return config.root.arg("hostname", "name") or DEFAULT_NAME


def exec_prompt(config: Config, privilege: int) -> str:
    """Return `name#`, or `name>` below privilege 2; the name is cut at 20 characters."""
    return hostname(config)[:PROMPT_NAME] + ("#" if privilege > 1 else ">")


def config_prompt(config: Config, where: Where) -> str:
    """Return e.g. `name(config-if)#` for the innermost block that still stands."""
    depth = next(d for d in range(len(where), -1, -1) if config.block(where[:d]) is not None)
    block = config.block(where[:depth]) or config.root
    return f"{hostname(config)[:PROMPT_NAME]}({block.mode.prompt})#"

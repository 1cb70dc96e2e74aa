"""The rendered text of the article's router is the article's configuration."""

import re
from pathlib import Path

import pytest

from fvrf.secrets import Secret, fill
from tasks.project import Project
from tasks.render import render

ARTICLE = Path(__file__).parent.parent / "fixtures" / "article" / "router.cfg"
Block = tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """Split text into its top-level commands with their bodies, white space folded."""
    found: list[list[str]] = []
    for raw in text.splitlines():
        line = re.sub(r"\s+", " ", raw.strip())
        if line in {"", "!", "exit"}:
            continue
        if not raw[0].isspace():
            found.append([])
        found[-1].append(line)
    return [tuple(block) for block in found]


def rendered(project: Project, host: str) -> str:
    result = project.only([host]).run(
        task=lambda task: render(task, project.plan.routers[task.host.name])
    )
    return str(result[host][0].result)


def test_article_router_renders_block_by_block_as_the_article_has_it(project: Project) -> None:
    text = rendered(project, "scus-onprem-csr")

    typed = fill(text, lambda _: Secret("azure123")).reveal()

    assert blocks(typed) == blocks(ARTICLE.read_text())


def test_article_fixture_is_all_of_the_article() -> None:
    kinds = [block[0].split(" ")[0:2] for block in blocks(ARTICLE.read_text())]

    assert len(kinds) == 21
    assert kinds.count(["ip", "route"]) == 4
    assert kinds[-1] == ["router", "bgp"]


@pytest.mark.parametrize("host", ["scus-onprem-csr", "neu-branch-csr"])
def test_rendered_text_holds_placeholders_and_no_key(project: Project, host: str) -> None:
    keys = re.findall(r"pre-shared-key (.*)", rendered(project, host))

    assert keys
    assert all(re.fullmatch(r"<<file:psk-[a-z-]+>>", key) for key in keys)

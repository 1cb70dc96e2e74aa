"""What is rendered, typed on a blank router and read back, is what was meant: no difference."""

import re
from pathlib import Path

import pytest
from noe import ARTICLE, STRONG, operating


@pytest.mark.parametrize("host", [ARTICLE, STRONG])
def test_rendered_text_typed_by_hand_leaves_nothing_to_do(tmp_path: Path, host: str) -> None:
    with operating(tmp_path) as noe:
        out = tmp_path / "out"
        assert noe.do("plan", "--offline", "--out", str(out), "--host", host).code == 0
        text = re.sub(
            r"<<file:([\w-]+)>>",
            lambda found: (noe.run / "secrets" / found[1]).read_text(),
            (out / f"{host}.cfg").read_text(),
        )

        replies = noe.type(host, *text.splitlines())
        plan = noe.do("plan", "--host", host)

        assert [reply for reply in replies if reply.startswith("%")] == []
        assert f"{host}: in sync" in plan.out, plan.out

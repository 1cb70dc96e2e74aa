"""A change where each password is good for one login: two logins, both before the first line."""

from pathlib import Path

import yaml
from noe import STRONG, Operator, operating


def with_one_time_logins(noe: Operator) -> Path:
    """Let the password be asked for with a command that counts; return the count."""
    asked, script = noe.folder / "asked", noe.folder / "password"
    script.write_text(f"#!/bin/sh\necho x >> {asked}\ncat {noe.run}/secrets/router-password\n")
    script.chmod(0o700)
    config = yaml.safe_load(noe.config.read_text())
    for option, file in config["inventory"]["options"].items():
        content = yaml.safe_load(Path(file).read_text())
        if option == "group_file":
            content["csr"] |= {"password": f"command:{script}", "data": {"login": "one_time"}}
        config["inventory"]["options"][option] = str(noe.folder / Path(file).name)
        (noe.folder / Path(file).name).write_text(yaml.safe_dump(content))
    noe.config.write_text(yaml.safe_dump(config))
    return asked


def test_second_session_is_opened_before_the_first_line_is_pushed(tmp_path: Path) -> None:
    with operating(tmp_path) as noe:
        asked = with_one_time_logins(noe)

        done = noe.rollout("--site", "neu")

        assert (done.code, done.outcome(STRONG)) == (0, "confirmed"), done.err
        steps = {"login", "timer-started", "confirmed", "saved"}
        seen = [event["kind"] for event in noe.events() if event["kind"] in steps]
        assert seen == ["login", "login", "timer-started", "confirmed", "saved"]
        assert asked.read_text() == "x\nx\n"

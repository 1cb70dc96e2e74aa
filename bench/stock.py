"""The rival: the same commands and lines with stock nornir-netmiko tasks, nothing of ours.

Two sessions: connect, preflight, snapshot, backup, push, save nothing; connect anew, look, save.
Reads a JSON file: the routers, their login, the show commands and the lines of each.
"""

import json
import sys
from pathlib import Path
from typing import Any

from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result, Task
from nornir.plugins.runners import ThreadedRunner
from nornir_netmiko.tasks import netmiko_save_config, netmiko_send_command, netmiko_send_config

_PATIENCE_S = 120


def chain(task: Task, job: dict[str, Any]) -> Result:
    """Do for one router what a rollout does, in netmiko's own calls."""
    name = task.host.name
    task.host.get_connection("netmiko", task.nornir.config).enable()
    for command in (*job["preflight"], *job["looks"][name]):
        task.run(netmiko_send_command, command_string=command)
    task.run(netmiko_send_config, config_commands=job["lines"][name])
    task.host.close_connection("netmiko")
    task.host.get_connection("netmiko", task.nornir.config).enable()
    for command in (*job["looks"][name], "show running-config"):
        task.run(netmiko_send_command, command_string=command)
    task.run(netmiko_save_config)
    task.host.close_connection("netmiko")
    return Result(host=task.host)


def main() -> None:
    """Run the job that the first argument names."""
    job = json.loads(Path(sys.argv[1]).read_text())
    ConnectionPluginRegister.auto_register()
    defaults = Defaults()
    # A lab of hundreds on the same machine is slower than any router: it must not fail for that.
    slow = dict.fromkeys(("conn_timeout", "auth_timeout", "banner_timeout"), _PATIENCE_S)
    extras = {"secret": job["enable"], "read_timeout_override": _PATIENCE_S, **slow}
    options = ConnectionOptions(extras=extras)
    made = {
        name: Host(
            name=name,
            hostname=router["host"],
            port=router["port"],
            username=job["username"],
            password=job["password"],
            platform="cisco_xe",
            connection_options={"netmiko": options},
            defaults=defaults,
        )
        for name, router in job["routers"].items()
    }
    inventory = Inventory(hosts=Hosts(made), groups=Groups(), defaults=defaults)
    nornir = Nornir(inventory=inventory, runner=ThreadedRunner(num_workers=job["workers"]))
    result = nornir.run(task=chain, job=job)
    if result.failed:
        sys.exit(f"failed: {sorted(result.failed_hosts)[:5]}")


if __name__ == "__main__":
    main()

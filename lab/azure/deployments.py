"""Deployments of templates, as far as `az network vpn-connection create` needs them.

A template here holds connections; of the template language, a parameter's value and a reference
to a resource of the template are understood.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from lab.azure import checks, connection_rules, connections
from lab.azure.calls import Call, Reply
from lab.azure.errors import CONFLICT, NOT_FOUND, ArmError, Json, bad_request
from lab.azure.operations import Work
from lab.azure.service import Azure
from lab.azure.store import DELETING, SUCCEEDED, UPDATING, Resource, same

TYPE = "Microsoft.Resources/deployments"
NAME = re.compile(r"[-\w.()]{1,64}", re.ASCII)
PARAMETER = re.compile(r"\[parameters\('(\w+)'\)\]")
REFERENCE = re.compile(r"\[reference\('([^']+)'\)\]")
SECURE = ("securestring", "secureobject")
DEEPEST = 20
UNDER_WAY = (UPDATING, DELETING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A deployment's template and the values of its parameters."""

    body: Json
    values: Mapping[str, Any]

    def resources(self) -> list[Json]:
        """Return the resources, with parameters in their places."""
        found: list[Json] = self.resolved(checks.value(self.body, "resources", list, []))
        for one in found:
            if not isinstance(one, dict):
                raise _invalid("a resource is no object")
            kind = checks.required(one, "type", str, "", "resource")
            if not same(kind, connection_rules.TYPE):
                raise _invalid(f"this lab deploys {connection_rules.TYPE} alone, not {kind}")
            checks.resource_name(checks.required(one, "name", str, "", "resource"))
        return found

    def resolved(self, given: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
        """Return a value with parameters in their places."""
        if depth > DEEPEST:
            raise _invalid("it is nested too deeply")
        if isinstance(given, dict):
            return {name: self.resolved(one, depth + 1) for name, one in given.items()}
        if isinstance(given, list):
            return [self.resolved(one, depth + 1) for one in given]
        if isinstance(given, str) and given.startswith("["):
            return self._parameter(given)
        return given

    def _parameter(self, expression: str) -> object:
        match = PARAMETER.fullmatch(expression)
        if match is None or match[1] not in self.values:
            raise _invalid(f"the expression '{expression}' cannot be evaluated")
        return self.values[match[1]]

    def outputs(self, resources: Mapping[str, Resource]) -> Json:
        """Return the outputs: references to resources of the template."""
        found = {}
        for name, one in checks.value(self.body, "outputs", dict, {}).items():
            expression = str(one.get("value")) if isinstance(one, dict) else ""
            match = REFERENCE.fullmatch(expression)
            if match is None or match[1] not in resources:
                raise _invalid(f"the output '{name}' cannot be evaluated")
            properties = resources[match[1]].as_json()["properties"]
            found[name] = {"type": "Object", "value": properties}
        return found

    def parameters(self) -> Json:
        """Return the parameters as a deployment shows them: a secure one without its value."""
        shown = {}
        for name, declared in checks.value(self.body, "parameters", dict, {}).items():
            kind = declared.get("type") if isinstance(declared, dict) else None
            is_secret = str(kind).casefold() in SECURE
            shown[name] = {"type": kind, **({} if is_secret else {"value": self.values.get(name)})}
        return shown


def get(azure: Azure, call: Call) -> Reply:
    """Answer GET of one."""
    found = azure.store.deployments.get(_target(azure, call).casefold())
    if found is None:
        text = f"Deployment '{call.names['name']}' could not be found."
        raise ArmError(NOT_FOUND, "DeploymentNotFound", text)
    return Reply(body=found)


def put(azure: Azure, call: Call) -> Reply:
    """Answer PUT: the template's connections are written one after the other, as by a PUT each."""
    own_id = _target(azure, call)
    if not NAME.fullmatch(call.names["name"]):
        raise bad_request("InvalidDeploymentName", "The deployment name is invalid.")
    template = _template(call.document)
    resources = template.resources()
    body = _body(azure, own_id, template)
    azure.store.deployments[own_id.casefold()] = body
    written, refused = _write(azure, call, resources)
    work = _work(azure, body, template, written, refused)
    operation = azure.operations.start(work)
    reply = azure.operations.accepted(call, operation, Reply(status=201, body=body))
    url = f"{call.base}{own_id}/operationStatuses/{operation.id}?api-version={call.api_version}"
    return replace(reply, headers={**reply.headers, "Azure-AsyncOperation": url})


def _work(
    azure: Azure,
    body: Json,
    template: Template,
    written: Mapping[str, Resource],
    refused: ArmError | None,
) -> Work:
    """Return the operation that ends once the connections have been brought about."""

    def done() -> None:
        bad = [one for one in written.values() if one.state != SUCCEEDED]
        if refused is not None:
            raise _failed(refused)
        if bad:
            text = f"The resource write operation of {bad[0].id} failed."
            raise _failed(ArmError(CONFLICT, "ResourceDeploymentFailure", text))
        body["properties"] |= {
            "provisioningState": SUCCEEDED,
            "outputs": template.outputs(written),
            "outputResources": [{"id": one.id} for one in written.values()],
        }

    return Work(
        kind="deployment",
        path=body["id"],
        location=next(iter(azure.world.resource_groups.values())),
        ready=lambda: all(one.state not in UNDER_WAY for one in written.values()),
        done=done,
        failed=lambda: body["properties"].update(provisioningState="Failed"),
    )


def _write(
    azure: Azure, call: Call, resources: list[Json]
) -> tuple[dict[str, Resource], ArmError | None]:
    """Write the connections; return them by name, and the refusal of the first that failed."""
    written: dict[str, Resource] = {}
    for one in resources:
        names = {**call.names, "name": one["name"]}
        path = azure.resource_id(azure.group(call), f"{connections.KIND}/{one['name']}")
        body = {key: one.get(key) for key in ("location", "tags", "properties")}
        inner = replace(call, names=names, path=path, body=body, if_match=None)
        try:
            connections.put(azure, inner)
        except ArmError as refused:
            return written, refused
        written[one["name"]] = azure.store.get(path)
    return written, None


def _target(azure: Azure, call: Call) -> str:
    where = f"/subscriptions/{azure.world.subscription}/resourceGroups/{azure.group(call)}"
    return f"{where}/providers/{TYPE}/{call.names['name']}"


def _template(document: Json) -> Template:
    properties = checks.required(document, "properties", dict, {}, "Deployment")
    mode = checks.choice(properties, "mode", ("Incremental", "Complete"), "Incremental")
    if mode != "Incremental":
        raise _invalid("a complete deployment would remove what is not in it")
    values = {}
    for name, one in checks.value(properties, "parameters", dict, {}).items():
        if not isinstance(one, dict) or "value" not in one:
            raise _invalid(f"the parameter '{name}' has no value")
        values[name] = one["value"]
    body = checks.required(properties, "template", dict, {}, "properties")
    return Template(body=body, values=values)


def _body(azure: Azure, own_id: str, template: Template) -> Json:
    when = datetime.fromtimestamp(azure.clock.now(), UTC)
    return {
        "id": own_id,
        "name": own_id.rsplit("/", 1)[-1],
        "type": TYPE,
        "properties": {
            "mode": "Incremental",
            "provisioningState": "Accepted",
            "timestamp": when.isoformat().replace("+00:00", "Z"),
            "duration": "PT0S",
            "correlationId": str(uuid.uuid4()),
            "parameters": template.parameters(),
            "providers": [],
            "dependencies": [],
        },
    }


def _invalid(problem: str) -> ArmError:
    return bad_request("InvalidTemplate", f"Deployment template validation failed: {problem}.")


def _failed(inner: ArmError) -> ArmError:
    return ArmError(
        CONFLICT,
        "DeploymentFailed",
        "At least one resource deployment operation failed. Please list deployment operations "
        "for details.",
        details=(inner,),
    )

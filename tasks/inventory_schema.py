"""JSON Schema of the inventory's hosts and groups, made from the models: for editors.

`make schema` writes it. It says less than `validate`, which merges groups and knows the rules
across hosts: what a group may give is required of no single file.
"""

import json
import sys
from typing import Any

from pydantic.json_schema import models_json_schema

from fvrf.intent.load import GATEWAY_PLATFORMS, ROUTER_PLATFORMS
from fvrf.intent.model import Gateway, HubGateway, Router
from fvrf.secrets import FORMS
from tasks.plugins.entries import ENTRY, OPTION

_TYPES = {str: "string", int: "integer", dict: "object"}
_REFERENCE = {"type": "string", "pattern": "^(env|file|keyvault|command):.", "description": FORMS}
_DATA = ("Router", "Gateway", "HubGateway")
_SECRETS = ("password", "secret", "passphrase")


def inventory_schema() -> dict[str, Any]:
    """Return the schema of a file of hosts or of groups."""
    models = [(model, "validation") for model in (Router, Gateway, HubGateway)]
    _, made = models_json_schema(models, ref_template="#/$defs/{model}")  # type: ignore[arg-type] # a list of literals
    kinds = made["$defs"]
    for data in _DATA:
        kinds[data].pop("required")  # a group may have it
    kinds["SecretRef"] = _REFERENCE
    kinds["Window"] = {"anyOf": [{"type": "string"}, kinds["Window"]]}
    kinds["Entry"] = _entry()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hosts or groups of an fvrf inventory",
        "type": "object",
        "additionalProperties": {"anyOf": [{"$ref": "#/$defs/Entry"}, {"type": "null"}]},
        "$defs": kinds,
    }


def schema_text() -> str:
    """Return the schema as the file has it."""
    return json.dumps(inventory_schema(), indent=2, sort_keys=True) + "\n"


def _entry() -> dict[str, Any]:
    keys = _keys(ENTRY)
    keys["platform"] = _or_null({"enum": sorted(ROUTER_PLATFORMS | GATEWAY_PLATFORMS)})
    keys["groups"] = _or_null({"type": "array", "items": {"type": "string"}})
    data = [{"$ref": f"#/$defs/{name}"} for name in _DATA]
    keys["data"] = {"anyOf": [*data, {"type": "null"}]}
    keys["connection_options"] = _or_null(
        {"type": "object", "additionalProperties": _or_null(_closed(_options()))}
    )
    return _closed(keys)


def _options() -> dict[str, Any]:
    extras = {"type": "object", "properties": {name: _or_null(_REFERENCE) for name in _SECRETS}}
    return _keys(OPTION) | {"extras": _or_null(extras)}


def _keys(kinds: dict[str, type]) -> dict[str, Any]:
    """Return the keys of an entry; a password is a reference wherever it stands."""
    return {
        key: _or_null(_REFERENCE if key in _SECRETS else {"type": _TYPES[kind]})
        for key, kind in kinds.items()
    }


def _closed(keys: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": keys}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


if __name__ == "__main__":
    sys.stdout.write(schema_text())

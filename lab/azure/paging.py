"""Lists come in pages; the link to the next one is absolute, as in Azure."""

from collections.abc import Sequence
from urllib.parse import urlencode

from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, bad_request

PAGE_SIZE = 5


def page(call: Call, items: Sequence[Json]) -> Reply:
    """Return the page of `items` that the call asks for."""
    token = call.query.get("$skiptoken", "0")
    if not token.isdecimal():
        raise bad_request("InvalidSkipToken", "The skip token is invalid.")
    start = int(token)
    body: Json = {"value": list(items[start : start + PAGE_SIZE])}
    if start + PAGE_SIZE < len(items):
        query = urlencode({**call.query, "$skiptoken": start + PAGE_SIZE})
        body["nextLink"] = f"{call.base}{call.path}?{query}"
    return Reply(body=body)

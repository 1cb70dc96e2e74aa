"""What clients ask before the first call: the cloud's endpoints, the subscription, a token."""

from lab.azure.calls import Call, Reply
from lab.azure.errors import Json
from lab.azure.service import Azure


def endpoints(_azure: Azure, call: Call) -> Reply:
    """Answer GET /metadata/endpoints, from which `az cloud register` learns a cloud."""
    return Reply(
        body={
            "name": "lab",
            "authentication": {
                "loginEndpoint": call.base,
                "audiences": [call.base],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "resourceManager": call.base,
            "graph": call.base,
            "graphAudience": call.base,
            "microsoftGraphResourceId": call.base,
            "gallery": call.base,
            "batch": call.base,
            "media": call.base,
            "sqlManagement": call.base,
            "vmImageAliasDoc": call.base,
            "activeDirectoryDataLake": call.base,
            "suffixes": {},
        }
    )


def openid(_azure: Azure, call: Call) -> Reply:
    """Answer the discovery document of a tenant."""
    tenant = f"{call.base}/{call.names['tenant']}"
    return Reply(
        body={
            "issuer": f"{tenant}/v2.0",
            "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{tenant}/oauth2/v2.0/token",
        }
    )


def subscriptions(azure: Azure, _call: Call) -> Reply:
    """Answer GET /subscriptions: the one there is."""
    return Reply(body={"value": [_subscription(azure)]})


def subscription(azure: Azure, call: Call) -> Reply:
    """Answer GET of the subscription."""
    azure.check_subscription(call)
    return Reply(body=_subscription(azure))


def resource_groups(azure: Azure, call: Call) -> Reply:
    """Answer GET of all resource groups."""
    azure.check_subscription(call)
    return Reply(body={"value": [_group(azure, name) for name in azure.world.resource_groups]})


def resource_group(azure: Azure, call: Call) -> Reply:
    """Answer GET of a resource group."""
    return Reply(body=_group(azure, azure.group(call)))


def operation(azure: Azure, call: Call) -> Reply:
    """Answer a poll of a write's operation."""
    return azure.operations.status(call.names["id"])


def operation_result(azure: Azure, call: Call) -> Reply:
    """Answer a poll for an action's result."""
    return azure.operations.result(call, call.names["id"])


def _subscription(azure: Azure) -> Json:
    subscription_id = azure.world.subscription
    return {
        "id": f"/subscriptions/{subscription_id}",
        "subscriptionId": subscription_id,
        "tenantId": azure.world.tenant,
        "displayName": "lab",
        "state": "Enabled",
    }


def _group(azure: Azure, name: str) -> Json:
    return {
        "id": f"/subscriptions/{azure.world.subscription}/resourceGroups/{name}",
        "name": name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": azure.world.resource_groups[name],
        "tags": {},
        "properties": {"provisioningState": "Succeeded"},
    }

"""Bodies are read, changed in the declared fields and written back whole."""

from dataclasses import replace

import azure_builders as build

from fvrf.azure.az import az_commands
from fvrf.azure.resources import desired, scrubbed, writable
from fvrf.crypto import AZURE_DEFAULT

TAGS = {"managed-by": "fvrf", "fvrf-router": "scus-onprem-csr", "fvrf-site": "scus"}
SCOPE = (
    f"/subscriptions/{build.SUBSCRIPTION}/resourceGroups/{build.GROUP}/providers/Microsoft.Network"
)


def test_a_new_local_gateway_has_no_address_space() -> None:
    (pair,) = desired(build.plan(build.ONE)).pairs

    assert pair.local_gateway.body(None, location="southcentralus") == {
        "location": "southcentralus",
        "tags": TAGS,
        "properties": {
            "gatewayIpAddress": "198.51.100.10",
            "localNetworkAddressSpace": {"addressPrefixes": []},
            "bgpSettings": {"asn": 64900, "bgpPeeringAddress": "192.168.255.254"},
        },
    }


def test_a_new_connection_has_the_plans_policy_and_no_key() -> None:
    pair = desired(build.plan(build.TWO)).pairs[0]

    assert pair.connection.body(None, location="southcentralus") == {
        "location": "southcentralus",
        "tags": TAGS,
        "properties": {
            "connectionType": "IPsec",
            "connectionProtocol": "IKEv2",
            "virtualNetworkGateway1": {"id": f"{SCOPE}/virtualNetworkGateways/azure-vng"},
            "localNetworkGateway2": {"id": f"{SCOPE}/localNetworkGateways/lng-scus-two"},
            "enableBgp": True,
            "useLocalAzureIpAddress": False,
            "usePolicyBasedTrafficSelectors": False,
            "ipsecPolicies": [
                {
                    "ikeEncryption": "AES256",
                    "ikeIntegrity": "SHA1",
                    "dhGroup": "DHGroup2",
                    "ipsecEncryption": "AES256",
                    "ipsecIntegrity": "SHA1",
                    "pfsGroup": "None",
                    "saLifeTimeSeconds": 3600,
                    "saDataSizeKilobytes": 102400000,
                }
            ],
        },
    }


def test_an_update_sends_back_what_it_does_not_declare() -> None:
    (pair,) = desired(build.plan(build.ONE)).pairs
    found = build.built(
        pair.connection,
        dpdTimeoutSeconds=30,
        newField={"kept": True},
        ipsecPolicies=[],
        sharedKey="leaked-by-an-old-version",
        connectionStatus="Connected",
        localNetworkGateway2={"id": "old", "properties": {"provisioningState": "Succeeded"}},
    )
    found["location"] = "westeurope"
    found["tags"] = {"cost-centre": "42", "Fvrf-Site": "old", "managed-by": "fvrf"}

    body = pair.connection.body(found, location="southcentralus")

    fresh = pair.connection.body(None, location="westeurope")
    assert body == {
        **fresh,
        "tags": {"cost-centre": "42", **TAGS},
        "properties": {
            **fresh["properties"],
            "dpdTimeoutSeconds": 30,
            "newField": {"kept": True},
        },
    }


def test_an_update_keeps_the_undeclared_part_of_a_nested_object_and_drops_the_fqdn() -> None:
    (pair,) = desired(build.plan(build.ONE)).pairs
    found = build.built(
        pair.local_gateway,
        fqdn="vpn.example.com",
        bgpSettings={"asn": 1, "bgpPeeringAddress": "10.0.0.1", "peerWeight": 5},
    )

    properties = pair.local_gateway.body(found, location="x")["properties"]

    assert "fqdn" not in properties
    assert properties["bgpSettings"] == {
        "asn": 64900,
        "bgpPeeringAddress": "192.168.255.254",
        "peerWeight": 5,
    }


def test_writable_ignores_status_and_scrubbed_drops_keys() -> None:
    (pair,) = desired(build.plan(build.ONE)).pairs
    before = build.built(pair.connection, sharedKey="secret", connectionStatus="Unknown")
    after = {
        **build.built(pair.connection, connectionStatus="Connected"),
        "etag": 'W/"second"',
    }

    assert writable(before) == writable(after)
    assert "secret" not in str(scrubbed(before))


def test_az_commands_hold_the_same_values_and_no_key() -> None:
    assert az_commands(build.plan(build.ONE)) == (
        """\
#!/bin/sh
# Gateway azure-vng: one local network gateway and one connection for each uplink.
# Before it runs, put each connection's key into the variable named here.
set -eu
: "${FVRF_KEY_CONN_SCUS_ONE:?the key of file:psk-scus-one}"

# router scus-onprem-csr, uplink GigabitEthernet1
az network local-gateway create \\
  --subscription 11111111-2222-3333-4444-555555555555 \\
  --resource-group vpn-testing \\
  --name lng-scus-one \\
  --gateway-ip-address 198.51.100.10 \\
  --asn 64900 \\
  --bgp-peering-address 192.168.255.254 \\
  --tags managed-by=fvrf fvrf-router=scus-onprem-csr fvrf-site=scus
az network vpn-connection create \\
  --subscription 11111111-2222-3333-4444-555555555555 \\
  --resource-group vpn-testing \\
  --name conn-scus-one \\
  --vnet-gateway1 azure-vng \\
  --local-gateway2 lng-scus-one \\
  --enable-bgp \\
  --shared-key "$FVRF_KEY_CONN_SCUS_ONE" \\
  --tags managed-by=fvrf fvrf-router=scus-onprem-csr fvrf-site=scus
az network vpn-connection ipsec-policy add \\
  --subscription 11111111-2222-3333-4444-555555555555 \\
  --resource-group vpn-testing \\
  --connection-name conn-scus-one \\
  --ike-encryption GCMAES256 \\
  --ike-integrity SHA384 \\
  --dh-group ECP384 \\
  --ipsec-encryption GCMAES256 \\
  --ipsec-integrity GCMAES256 \\
  --pfs-group ECP384 \\
  --sa-lifetime 27000 \\
  --sa-max-size 102400000
"""
    )


def test_az_commands_add_no_policy_where_azure_is_given_none() -> None:
    one = replace(build.ONE, crypto=AZURE_DEFAULT)

    assert "ipsec-policy" not in az_commands(build.plan(one))

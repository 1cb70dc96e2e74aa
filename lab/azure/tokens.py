"""Access tokens: JWT-shaped, signed with a secret of this process, valid in real time.

MSAL and azure-identity count a token's life on the real clock, so the lab's clock has no say.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field

from lab.azure.errors import UNAUTHORIZED, ArmError, Json

LIFETIME_S = 3599
GRANT = "client_credentials"
AUDIENCES = ("https://management.azure.com", "https://management.core.windows.net")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Issues and checks the tokens of one tenant and its one application."""

    tenant: str
    client: str
    client_secret: str = field(repr=False)
    signing_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def grant(self, form: dict[str, str], base: str) -> Json:
        """Answer a client-credentials grant; ArmError is not used: these errors have no envelope.

        Raises PermissionError with the AADSTS text where the identity is wrong.
        """
        if form.get("client_id") != self.client:
            raise PermissionError(
                "AADSTS700016: Application with identifier was not found in the directory."
            )
        if form.get("grant_type", GRANT) != GRANT:
            raise PermissionError("AADSTS70003: The grant type is not supported.")
        if not _equal(form.get("client_secret", ""), self.client_secret):
            raise PermissionError(
                "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in "
                "the request is the client secret value, not the client secret ID."
            )
        scopes = form.get("scope", "").split() or [base]
        audience = scopes[0].removesuffix("/.default").rstrip("/")
        return {
            "token_type": "Bearer",
            "expires_in": LIFETIME_S,
            "ext_expires_in": LIFETIME_S,
            "access_token": self.issue(audience),
        }

    def issue(self, audience: str, lifetime_s: int = LIFETIME_S) -> str:
        """Return a token for an audience."""
        claims = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{self.tenant}/",
            "appid": self.client,
            "tid": self.tenant,
            "exp": int(time.time()) + lifetime_s,
        }
        head = _encode(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
        signed = f"{head}.{_encode(json.dumps(claims).encode())}"
        return f"{signed}.{self._signature(signed)}"

    def check(self, header: str | None, base: str) -> None:
        """Refuse a request without a token of ours for this audience, or with one gone by."""
        if not header or not header.startswith("Bearer "):
            raise _refusal(
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.",
            )
        signed, _, signature = header.removeprefix("Bearer ").rpartition(".")
        if not _equal(signature, self._signature(signed)):
            raise _refusal("InvalidAuthenticationToken", "The access token is invalid.")
        claims = json.loads(_decode(signed.rpartition(".")[2]))
        if claims["aud"] not in (base, *AUDIENCES):
            raise _refusal(
                "InvalidAuthenticationTokenAudience",
                "The access token has been obtained for the wrong audience.",
            )
        if claims["exp"] <= time.time():
            raise _refusal("ExpiredAuthenticationToken", "The access token expiry has gone by.")

    def _signature(self, signed: str) -> str:
        return _encode(hmac.digest(self.signing_key, signed.encode(), hashlib.sha256))


def _equal(one: str, other: str) -> bool:
    """Compare in a time that tells nothing; whatever a client sends may be in a text."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode())


def _refusal(code: str, message: str) -> ArmError:
    return ArmError(UNAUTHORIZED, code, message)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

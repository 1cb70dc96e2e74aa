"""What ESP in tunnel mode leaves of a packet of 1500 bytes.

The published outputs show 1438 for AES-CBC with SHA and without NAT (which is the sum of RFC 4303).
"""

from lab.network.results import ChildSa

PATH_MTU = 1500
_OUTER, _UDP, _ESP, _TRAILER = 20, 8, 8, 2
_NAT_PORT = 4500
_GCM_IV, _GCM_ICV, _GCM_BLOCK = 8, 16, 4
_CBC_BLOCK = 16
_ICV = {"esp-sha256-hmac": 16, "esp-sha384-hmac": 24, "esp-sha512-hmac": 32}
_SHORT_ICV = 12


def plaintext_mtu(child: ChildSa, port: int) -> int:
    """Return the largest packet that fits in one of ESP, with UDP around it behind NAT."""
    room = PATH_MTU - _OUTER - _ESP - (_UDP if port == _NAT_PORT else 0)
    if "gcm" in child.transform:
        block = _GCM_BLOCK
        room -= _GCM_IV + _GCM_ICV
    else:
        block = 8 if "des" in child.transform else _CBC_BLOCK
        icv = next((n for word, n in _ICV.items() if word in child.transform), _SHORT_ICV)
        room -= block + icv
    return room // block * block - _TRAILER

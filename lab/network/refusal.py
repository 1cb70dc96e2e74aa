"""Why a tunnel or a session does not stand, and who learns of it when it stood.

RefusedError        one end says no: the other is told
├── IdleError       the router does not even try
├── CutError        the router sees at once that its way is gone, and can tell no one
└── LostError       packets vanish on the way: only dead peer detection or a hold timer notices
"""


class RefusedError(Exception):
    """An end does not agree; the message says why."""


class IdleError(RefusedError):
    """The router's own lines keep it from trying."""


class CutError(RefusedError):
    """The router's own way to the other end is gone."""


class LostError(RefusedError):
    """The packets leave and do not arrive."""

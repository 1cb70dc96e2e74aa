"""What a router has accepted of what its neighbours announce, by the policy of that moment.

IOS filters an update as it comes in. A prefix list or route map that changes afterwards reaches
what was taken before only once the neighbour is asked again: by a soft reset inbound, or by a new
session ("For the changes to take effect, the session must be reset": BGP soft reset guide).
`allowas-in` asks by itself, as a console session of a 17.x router shows.
"""

from lab.network.policy import accept
from lab.network.state import SessionState
from lab.network.views import RouterView


def take(view: RouterView, session: SessionState) -> None:
    """Judge what is new of what a neighbour announces; the rest stays as it was judged."""
    if session.heard is session.judged_of:
        return
    asn = view.bgp.asn if view.bgp is not None else 0
    before, session.judged = session.judged, {}
    for path in session.heard:
        known = before.get(path.prefix)
        is_same = known is not None and known[0] == path
        session.judged[path.prefix] = (
            known if known and is_same else (path, accept(view, asn, session.neighbor, path))
        )
    session.judged_of = session.heard
    session.accepted = tuple(taken for _, taken in session.judged.values() if taken is not None)


def refresh(session: SessionState) -> None:
    """Ask a neighbour again: all it announces is judged anew."""
    session.judged, session.judged_of = {}, ()

"""What an earlier run began in Azure and did not live to see the end of: waited for."""

from functools import partial

from fvrf.azure.resources import Desired, Json
from fvrf.azure.state import BROKEN, provisioning
from tasks.azure.patience import Patience
from tasks.azure.rest import GatewayEnd, Ref
from tasks.azure.trouble import Trouble


def wait_for_operations(client: GatewayEnd, desired: Desired, patience: Patience) -> None:
    """Wait until no resource of ours is being written any more, or the deadline of an operation.

    What cannot be read, or is still under way then, is left to the reading that follows.
    """
    until = patience.until()
    refs = [Ref.of(r.id) for pair in desired.pairs for r in (pair.local_gateway, pair.connection)]
    try:
        for ref in refs:
            while _busy(patience.retried(partial(client.get, ref), until)):
                if patience.clock.now() >= until:
                    return
                patience.clock.sleep(patience.poll_s)
    except Trouble:
        return


def _busy(body: Json | None) -> bool:
    return body is not None and provisioning(body) not in {"Succeeded", *BROKEN}

"""A signal that comes where Python drops what is raised."""

import signal

__all__ = ["Ending"]


class Ending:
    """Sends Ctrl-C when it is finalised: at once, if nothing holds it."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)

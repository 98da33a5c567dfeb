"""A signal that comes where Python drops the exception that it raises."""

import signal

__all__ = ["Ending"]


class Ending:
    """Sends Ctrl-C when it is finalised: at once, if nothing holds it."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)

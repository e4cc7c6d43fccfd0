"""A clock that tests put forward, for what is measured in time that has passed."""

import time


class Clock:
    """Time that passes, and is put forward by hand."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead

    def forward(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Let time pass."""
        self.ahead += seconds + 60 * minutes + 3600 * hours

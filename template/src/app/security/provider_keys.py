"""The keys that the provider signs with: found by discovery, kept while they are good, fetched once at a time."""

import asyncio
from time import monotonic

import structlog
from jwt import PyJWK

from app.core.errors import Unavailable
from app.security.provider_documents import ProviderDocuments, Surround, UnusableDocument, leave_alone
from app.security.provider_settings import ProviderSettings
from app.security.public_keys import KeyId, usable_keys

log = structlog.get_logger(__name__)

#: Whoever invents key ids makes this service ask the provider no more often than once in so many seconds.
PAUSE_SECONDS = 30
#: Without any key nobody gets in, so the wait is shorter.
FIRST_PAUSE_SECONDS = 2


class ProviderAway(Unavailable):
    """The provider cannot be asked for the key that would prove a token."""

    code = "identity-provider-unavailable"
    detail = "The identity provider cannot be reached"


class ProviderKeys:
    """Keys by their id and algorithm.

    They are fetched when the first token comes, again after OIDC_KEYS_MINUTES, and when a token names a key that is
    not there (the provider has rotated). While the provider is away the old ones are used, for OIDC_STALE_KEYS_HOURS.
    """

    def __init__(self, settings: ProviderSettings, surround: Surround = leave_alone) -> None:
        self._documents = ProviderDocuments(settings, surround)
        self._algorithms = settings.oidc_algorithms
        self._fresh_seconds = settings.oidc_keys_minutes * 60
        self._stale_seconds = settings.oidc_stale_keys_hours * 3600
        self._keys: dict[KeyId, PyJWK] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._running: asyncio.Task[None] | None = None

    async def get(self, kid: str, algorithm: str) -> PyJWK | None:
        """Return the provider's key of this id for this algorithm, if it has one.

        Raises:
            ProviderAway: when it cannot be asked.

        """
        wanted = kid, algorithm
        if self._age > self._fresh_seconds or wanted not in self._keys:
            await self._refresh(patient=wanted not in self._keys or not self._usable)
        if not self._usable:
            raise ProviderAway(retry_after=FIRST_PAUSE_SECONDS)
        if wanted not in self._keys and self._tried_at > self._fetched_at:
            # It may be a new key: nobody can tell as long as the provider is away.
            raise ProviderAway(retry_after=PAUSE_SECONDS)
        return self._keys.get(wanted)

    async def check(self) -> None:
        """Fetch keys where there are none; those of a provider that is away are good enough.

        Raises:
            ProviderAway: when there are none.

        """
        if not self._usable:
            await self._refresh(patient=True)
        if not self._usable:
            raise ProviderAway

    async def aclose(self) -> None:
        """Give up what is being fetched."""
        if self._running is not None:
            self._running.cancel()

    @property
    def _age(self) -> float:
        return monotonic() - self._fetched_at

    @property
    def _usable(self) -> bool:
        return self._age <= self._stale_seconds

    async def _refresh(self, *, patient: bool) -> None:
        if self._running is None or self._running.done():
            pause = PAUSE_SECONDS if self._usable else FIRST_PAUSE_SECONDS
            if monotonic() - self._tried_at < pause:
                return
            self._tried_at = monotonic()
            self._running = asyncio.create_task(self._fetch())
        elif not patient:
            return  # one request waits for newer keys; the others go on with those that are there
        # A request that is given up must not take along what others wait for.
        await asyncio.shield(self._running)

    async def _fetch(self) -> None:
        try:
            keys = usable_keys(await self._documents.key_set(), self._algorithms)
        except UnusableDocument as error:
            log.warning("provider_keys_not_fetched", reason=str(error), usable=self._usable)
            return
        self._keys = keys
        self._fetched_at = self._tried_at = monotonic()
        log.info("provider_keys_fetched", count=len(keys))

"""TLS without a proxy in front: a certificate from two files, read again when they change."""

import asyncio
import ssl
from pathlib import Path

from poolhouse.errors import SettingsError

_PAUSE = 30.0  # seconds between two looks at the files


class Certificate:
    """TLS 1.2 and newer. Connections that are made after a change have the new certificate."""

    def __init__(self, chain: Path, key: Path) -> None:
        self._chain = chain
        self._key = key
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.set_alpn_protocols(["http/1.1"])
        self._stamp = self._read()

    async def keep_fresh(self, pause: float = _PAUSE) -> None:
        """For as long as the server runs. Files that do not belong together yet are read the next time."""
        while True:
            await asyncio.sleep(pause)
            if self._now() != self._stamp:
                try:
                    self._stamp = await asyncio.to_thread(self._read)
                except SettingsError:
                    continue

    def _read(self) -> tuple[float, float]:
        stamp = self._now()
        try:
            self.context.load_cert_chain(self._chain, self._key)
        except (OSError, ssl.SSLError):
            raise SettingsError(
                f"`tls_certificate` ({self._chain}) and `tls_key` ({self._key}) cannot be read or do not "
                "belong together: correct them."
            ) from None
        return stamp

    def _now(self) -> tuple[float, float]:
        """When the files were changed; zeros while there are none."""
        return _changed(self._chain), _changed(self._key)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

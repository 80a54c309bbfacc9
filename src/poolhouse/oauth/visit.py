"""One request to a pool's pages or endpoints: where it came in, what it carries, who the browser is."""

from collections.abc import Mapping
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Ctx, Env, PoolKeys, Snapshot
from poolhouse.directory.clients import Client
from poolhouse.directory.pools import Pool
from poolhouse.errors import ClientNotFound, InvalidOAuthRequest, UnknownClientOnPage
from poolhouse.http import cookies, parameters
from poolhouse.http.parameters import BadParameters, Parameters
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Headers
from poolhouse.oauth.pages import language
from poolhouse.ports import Instant
from poolhouse.store import snapshots

_FORM = "application/x-www-form-urlencoded"


class Visit(Struct, frozen=True):
    """
    base        what the pool's paths are below, for this visitor: `<public url>/<pool id>`, or the
                pool's domain, `https://<domain>`; made from settings, never from a header
    path        below `base`: `/oauth2/token`
    own_origin  the origin is this pool's alone, so its cookies need not name the pool
    """

    env: Env
    request: HttpRequest
    request_id: str
    now: Instant
    snapshot: Snapshot
    base: str
    path: str
    own_origin: bool = False

    @property
    def pool(self) -> Pool:
        return self.snapshot.pool

    @property
    def keys(self) -> PoolKeys:
        return self.snapshot.keys

    @property
    def issuer(self) -> str:
        """`<public url>/<user pool id>`, byte for byte what tokens say, wherever the browser is."""
        return f"{self.env.settings.public_url}/{self.pool.pool_id}"

    def in_language(self, lang: str) -> "Visit":
        """The same, as if its address had asked for this language."""
        query = language.asked_for(self.request.query, lang)
        return replace(self, request=replace(self.request, query=query))

    @property
    def secure(self) -> bool:
        return self.base.startswith("https://")

    @property
    def query(self) -> Parameters:
        """Raises `InvalidOAuthRequest` where a parameter is there twice."""
        return _parsed(self.request.query)

    @property
    def form(self) -> Parameters:
        """The body of a post; empty unless it is a form. Raises as `query`."""
        if not self.is_form:
            return parameters.NONE
        return _parsed(self.request.body.decode("utf-8", "replace"))

    @property
    def is_form(self) -> bool:
        return self.request.header("content-type").partition(";")[0].strip().lower() == _FORM

    def url(self, path: str, query: Mapping[str, str] | str = "") -> str:
        """An address of this pool, for this visitor. `query` as text is taken as it is."""
        text = query if isinstance(query, str) else urlencode(query)
        return f"{self.base}{path}?{text}" if text else f"{self.base}{path}"

    def cookie(self, name: str) -> str:
        """What the browser sent under our name; empty: nothing."""
        return cookies.read(self.request.header("cookie")).get(self._cookie_name(name), "")

    def set_cookie(
        self, name: str, value: str, seconds: int | None = None, *, cross_site: bool = False
    ) -> Headers:
        """A header that sets (or with 0 seconds takes away) one of our cookies.

        cross_site  it must come along when another site posts to us (SameSite=None); only under https,
                    where browsers allow it
        """
        same_site = "None" if cross_site and self.secure else "Lax"
        text = cookies.written(
            self._cookie_name(name), value, seconds=seconds, secure=self.secure, same_site=same_site
        )
        return ((b"set-cookie", text),)

    def _cookie_name(self, name: str) -> str:
        """`__Host-` keeps other hosts of the domain from setting it; it needs https (RFC 6265bis, 4.1.3)."""
        prefix = "__Host-" if self.secure else ""
        return f"{prefix}{name}" if self.own_origin else f"{prefix}{name}-{self.pool.pool_id}"

    async def client(self, client_id: str) -> Client:
        """An app client of this pool. Raises `UnknownClientOnPage`."""
        try:
            _, client = await snapshots.of_client(self.env, client_id, self.pool.pool_id)
        except ClientNotFound:
            raise UnknownClientOnPage(client_id=client_id) from None
        return client

    def ctx(self, operation: str, client: Client | None = None) -> Ctx:
        """The request as the rest of the house takes it. `operation` is an operation of the API, which
        says whose limits and whose triggers' metadata it is about.
        """
        return Ctx(
            env=self.env,
            request_id=self.request_id,
            operation=operation,
            region=self.pool.region,
            now=self.now,
            snapshot=self.snapshot,
            app_client=client,
            address=self.request.peer,
            user_agent=self.request.header("user-agent"),
            hosted=True,
        )


def _parsed(text: str) -> Parameters:
    try:
        return parameters.parse(text)
    except BadParameters:
        raise InvalidOAuthRequest("A parameter cannot be read, or is there twice.") from None

"""Every answer that is not a success: the code by inheritance, the exact text inside.

Texts are those of the behaviour file, section 1.17, unless a class says otherwise. A class whose
text has `{}` places takes them as keyword arguments; any class takes another text as its argument.
"""

from poolhouse.errors.answers import *  # noqa: F403
from poolhouse.errors.authorization import *  # noqa: F403
from poolhouse.errors.branding import *  # noqa: F403
from poolhouse.errors.devices import *  # noqa: F403
from poolhouse.errors.domains import *  # noqa: F403
from poolhouse.errors.exchange import *  # noqa: F403
from poolhouse.errors.federation import *  # noqa: F403
from poolhouse.errors.fetching import *  # noqa: F403
from poolhouse.errors.gateway import *  # noqa: F403
from poolhouse.errors.identity_pools import *  # noqa: F403
from poolhouse.errors.imports import *  # noqa: F403
from poolhouse.errors.log_delivery import *  # noqa: F403
from poolhouse.errors.messages import *  # noqa: F403
from poolhouse.errors.mfa import *  # noqa: F403
from poolhouse.errors.oauth import *  # noqa: F403
from poolhouse.errors.parameters import *  # noqa: F403
from poolhouse.errors.partitions import *  # noqa: F403
from poolhouse.errors.passkeys import *  # noqa: F403
from poolhouse.errors.passwordless import *  # noqa: F403
from poolhouse.errors.protection import *  # noqa: F403
from poolhouse.errors.registration import *  # noqa: F403
from poolhouse.errors.resources import *  # noqa: F403
from poolhouse.errors.risk import *  # noqa: F403
from poolhouse.errors.saml import *  # noqa: F403
from poolhouse.errors.sessions import *  # noqa: F403
from poolhouse.errors.sts import *  # noqa: F403
from poolhouse.errors.tenants import *  # noqa: F403
from poolhouse.errors.triggers import *  # noqa: F403
from poolhouse.errors.users import *  # noqa: F403
from poolhouse.errors.wire import *  # noqa: F403

"""What a sign-in came from, in words, by the User-Agent header (service model, SessionDescriptionType). Pure.

Cognito says "operating system and browser or app", or `unknown`, and not how; our words for it are [K]. The
header is what the caller likes to send: it is shown to people, and one that differs makes a sign-in odd.
"""

import re
from functools import lru_cache

UNKNOWN = "unknown"
_MOST_READ = 1_024  # characters

# The first that is found. Browsers name others beside themselves, so the more special one stands before.
_SYSTEMS = (
    ("iPhone|iPad|iPod", "iOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh|Mac OS X", "macOS"),
    ("Linux|X11", "Linux"),
)
_BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Version/[\d.]+ .*Safari/", "Safari"),
    (r"aws-sdk-|Boto3/|aws-cli/|aws-amplify/", "AWS SDK"),
    (r"okhttp/|CFNetwork/", "App"),
)
_READS_SYSTEM = [(re.compile(pattern, re.ASCII), name) for pattern, name in _SYSTEMS]
_READS_BROWSER = [(re.compile(pattern, re.ASCII), name) for pattern, name in _BROWSERS]


@lru_cache(1_000)
def device(user_agent: str) -> str:
    """`Windows, Firefox`; one of the two where the other is not known."""
    read = user_agent[:_MOST_READ]
    found = [_first(read, _READS_SYSTEM), _first(read, _READS_BROWSER)]
    return ", ".join(filter(None, found)) or UNKNOWN


@lru_cache(1_000)
def kind(user_agent: str) -> str:
    """What stays the same from one version to the next; of a program that nobody knows, its name."""
    found = device(user_agent)
    return found if found != UNKNOWN else re.split(r"[/\s]", user_agent[:_MOST_READ].strip(), maxsplit=1)[0]


def _first(text: str, reads: list[tuple[re.Pattern[str], str]]) -> str:
    return next((name for pattern, name in reads if pattern.search(text)), "")

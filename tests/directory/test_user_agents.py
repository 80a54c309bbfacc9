"""User agents in words: real ones of browsers, apps and SDKs, and what is none."""

import pytest

from poolhouse.directory import user_agents

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)"
ANDROID = "Mozilla/5.0 (Linux; Android 15; SM-S921B)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (f"{WINDOWS} {BLINK} Chrome/141.0.0.0 Safari/537.36", "Windows, Chrome"),
        (f"{WINDOWS} {BLINK} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Windows, Edge"),
        (f"{WINDOWS} {BLINK} Chrome/141.0.0.0 Safari/537.36 OPR/120.0.0.0", "Windows, Opera"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Linux, Firefox"),
        (f"{MAC} {WEBKIT} Version/18.1 Safari/605.1.15", "macOS, Safari"),
        (f"{IPHONE} {WEBKIT} Version/18.1 Mobile/15E148 Safari/604.1", "iOS, Safari"),
        (f"{IPHONE} {WEBKIT} CriOS/141.0.0.0 Mobile/15E148 Safari/604.1", "iOS, Chrome"),
        (f"{IPHONE} {WEBKIT} FxiOS/140.0 Mobile/15E148 Safari/605.1.15", "iOS, Firefox"),
        (f"{ANDROID} {BLINK} Chrome/141.0.0.0 Mobile Safari/537.36", "Android, Chrome"),
        (
            f"{ANDROID} {BLINK} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
            "Android, Samsung Internet",
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Chrome/141.0.0.0 Safari/537.36",
            "ChromeOS, Chrome",
        ),
        ("Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 md/arch#x86_64", "AWS SDK"),
        ("Harbour/12 CFNetwork/1568.200.51 Darwin/24.1.0", "App"),
        ("okhttp/4.12.0", "App"),
        ("curl/8.5.0", "unknown"),
        ("", "unknown"),
        ("<script>Windows</script>", "Windows"),
        ("x" * 1_024 + " Firefox/140.0", "unknown"),
    ],
)
def test_a_user_agent_in_words(agent: str, device: str):
    assert user_agents.device(agent) == device


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("curl/7.1", "curl/8.5.0", True),
        ("Shop 1.2 (build 3)", "Shop 1.3", True),
        (f"{WINDOWS} {BLINK} Chrome/141.0.0.0", f"{WINDOWS} {BLINK} Chrome/140.0.0.0", True),
        ("curl/8.5.0", "python-requests/2.32.3", False),
        ("curl/8.5.0", "-", False),
        ("curl/8.5.0", "", False),
    ],
)
def test_the_kind_of_a_program_stays_from_version_to_version(one: str, other: str, same: bool) -> None:
    assert (user_agents.kind(one) == user_agents.kind(other)) is same

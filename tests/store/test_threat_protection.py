"""What is done about risk and what is said of attempts, on each store: the last one counts."""

from poolhouse.directory.risk_config import EXCEPTIONS, TAKEOVER, WHOLE_POOL, RiskConfiguration
from poolhouse.ports import Db, Tx
from poolhouse.store import event_feedback, risk_configurations
from poolhouse.store.event_feedback import INVALID, VALID, Feedback

RANGES = {EXCEPTIONS: {"BlockedIPRangeList": ["192.0.2.0/24"]}}
WORDS = {"Subject": "Stopped", "TextBody": "We stopped it."}
TELLS = {TAKEOVER: {"NotifyConfiguration": {"SourceArn": "arn", "BlockEmail": WORDS}, "Actions": {}}}


async def test_a_configuration_takes_the_place_of_the_one_before_at_its_own_level(db: Db) -> None:
    async def write(tx: Tx) -> None:
        await risk_configurations.put(tx, "p", RiskConfiguration(WHOLE_POOL, RANGES, 1))
        await risk_configurations.put(tx, "p", RiskConfiguration("app", RANGES, 2))
        await risk_configurations.put(tx, "p", RiskConfiguration(WHOLE_POOL, TELLS, 3))
        await risk_configurations.put(tx, "q", RiskConfiguration(WHOLE_POOL, RANGES, 4))
        await risk_configurations.delete(tx, "q", WHOLE_POOL)

    await db.run(write)

    assert await db.read(lambda tx: risk_configurations.get(tx, "p", WHOLE_POOL)) == RiskConfiguration(
        WHOLE_POOL, TELLS, 3
    )
    short, of_app = await db.read(lambda tx: risk_configurations.of_pool(tx, "p"))
    assert short.config == {TAKEOVER: {"NotifyConfiguration": {"SourceArn": "arn"}, "Actions": {}}}
    assert (of_app.client_id, of_app.config) == ("app", RANGES)
    assert await db.read(lambda tx: risk_configurations.emails(tx, "p", WHOLE_POOL)) == {"BlockEmail": WORDS}
    assert await db.read(lambda tx: risk_configurations.emails(tx, "p", "app")) == {}
    assert await db.read(lambda tx: risk_configurations.get(tx, "q", WHOLE_POOL)) is None


async def test_of_an_attempt_the_last_word_counts_and_older_ones_are_left_out(db: Db) -> None:
    async def write(tx: Tx) -> None:
        await event_feedback.put(tx, "p", "ada", "one", Feedback(VALID, "User", 10))
        await event_feedback.put(tx, "p", "ada", "one", Feedback(INVALID, "Admin", 20))
        await event_feedback.put(tx, "p", "ada", "two", Feedback(VALID, "User", 5))
        await event_feedback.put(tx, "p", "bob", "one", Feedback(VALID, "User", 30))

    await db.run(write)

    assert await db.read(lambda tx: event_feedback.of_user(tx, "p", "ada", 10)) == {
        "one": Feedback(INVALID, "Admin", 20)
    }
    assert set(await db.read(lambda tx: event_feedback.of_user(tx, "p", "ada", 0))) == {"one", "two"}

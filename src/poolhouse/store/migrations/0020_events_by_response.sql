-- However often somebody fails, what a user did before is found at once (store/history.py).
CREATE INDEX events_by_response ON events (pool_id, sub, response, at);

from poolhouse.drivers.joined_writes import JoinedWrites

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


class Written:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def test_the_head_and_the_body_go_out_in_one_write() -> None:
    transport = Written()
    joined = JoinedWrites(transport)  # type: ignore[arg-type]

    joined.write(HEAD)
    joined.write(b"{}")
    joined.write(b"more")

    assert transport.writes == [HEAD + b"{}", b"more"]


def test_an_interim_answer_is_not_held_back() -> None:
    transport = Written()
    joined = JoinedWrites(transport)  # type: ignore[arg-type]

    joined.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    assert transport.writes == [b"HTTP/1.1 100 Continue\r\n\r\n"]


def test_a_head_without_a_body_goes_out_when_the_connection_is_closed() -> None:
    transport = Written()
    joined = JoinedWrites(transport)  # type: ignore[arg-type]

    joined.write(HEAD)
    joined.close()

    assert transport.writes == [HEAD]
    assert joined.is_closing()


def test_a_head_that_is_the_whole_answer_goes_out_when_the_answer_is_complete() -> None:
    transport = Written()
    joined = JoinedWrites(transport)  # type: ignore[arg-type]

    joined.write(HEAD)
    joined.flush()
    joined.flush()

    assert transport.writes == [HEAD]

"""tornado overlooks parameters without a value in what a server agrees to, and so keeps what it was told not to keep."""

import pytest

from client import ClientError, Connection
from limits import is_device
from roster import ROSTER, SHARED, Variant

TORNADO = next(Variant(entry, SHARED) for entry in ROSTER if entry.name == "tornado")


@pytest.mark.skipif(is_device(), reason="a device does not compress")
@pytest.mark.parametrize("client", [TORNADO], indirect=True, ids=str)
def test_a_client_that_keeps_what_it_was_told_not_to_keep_is_closed_with_1007(client, tap, report):
    connection = Connection(client, tap, "/echo")
    assert "client_no_context_takeover" in connection.recording.extensions()
    connection.assert_echo("a message that the next one refers to")
    connection.send("a message that the next one refers to")
    with pytest.raises(ClientError, match="closed with 1007"):
        connection.receive()
    connection.recording.wait_for_end()
    report.ended(TORNADO, connection.recording)

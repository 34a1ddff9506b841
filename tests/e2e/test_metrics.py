"""What the program counts, read by the parser of Prometheus's own client."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from limits import is_device
from server import running_server
from wire import TEXT, handshake, request

pytestmark = pytest.mark.skipif(is_device(), reason="the board has no such page")


def test_what_clients_did_is_counted():
    with running_server("--metrics", "--max-connections", "2", "--purge-idle=false") as server:
        with server.connect() as client:
            before = scrape(client)
            assert before["dunlin_open_connections"] == 1
            assert before["dunlin_requests_total"] == 1, "the one that asks"

            with server.connect() as other:
                other.open_websocket("/echo")
                other.send_frame(TEXT, b"hello")
                assert other.read_message() == (TEXT, b"hello")
                with server.connect() as late:
                    assert late.read_response().status == 503
                    late.read_end()
                client.send_request("GET", "/nowhere")
                assert client.read_response().status == 404
                after = scrape(client)

            assert after["dunlin_connections_total"] == 2
            assert after["dunlin_open_connections"] == 2
            assert after["dunlin_open_websockets"] == 1
            assert after["dunlin_requests_total"] == 4
            for name in ("received", "sent"):
                assert after[f"dunlin_messages_{name}_total"] == 1
                assert after[f"dunlin_messages_{name}_bytes_total"] == 5
            assert after["dunlin_responses_total", "1xx"] == 1
            assert after["dunlin_responses_total", "2xx"] == 1
            assert after["dunlin_responses_total", "4xx"] == 1
            assert after["dunlin_responses_total", "5xx"] == 1
            assert after["dunlin_refusals_total", "404"] == 1
            assert after["dunlin_refusals_total", "503"] == 1
            assert after["dunlin_refusals_total", "413"] == 0
            asked = len(handshake("/echo") + request("GET", "/nowhere") + request("GET", "/metrics"))
            assert after["dunlin_received_bytes_total"] >= asked
            assert after["dunlin_sent_bytes_total"] > 1000


def test_nothing_is_shown_unless_it_is_asked_for(server):
    with server.connect() as client:
        client.send_request("GET", "/metrics")
        assert client.read_response().status == 404


def scrape(client) -> dict:
    """All samples, by name or by name and label."""
    client.send_request("GET", "/metrics")
    response = client.read_response()
    assert response.status == 200
    assert response.get("Content-Type").startswith("text/plain; version=0.0.4")
    samples = {}
    for family in text_string_to_metric_families(response.body.decode()):
        assert family.documentation and family.type in ("counter", "gauge")
        for sample in family.samples:
            labels = tuple(sample.labels.values())
            samples[(sample.name, *labels) if labels else sample.name] = sample.value
    assert len(samples) > 20
    return samples

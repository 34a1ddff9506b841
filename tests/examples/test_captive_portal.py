"""The example captive_portal: a name server, and a page that everything leads to."""

import json
import re
import shutil
import socket
import subprocess

import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from example import linux_only, running_example
from wire import request

pytestmark = linux_only

PORTAL = "127.0.0.1"


class Portal:
    def __init__(self, server):
        self.server = server
        self.dns_port = int(server.log.wait_for(r"^Name server: 127\.0\.0\.1:(\d+)$")[1])

    @property
    def url(self) -> str:
        return f"http://{self.server.authority}/"

    def ask(self, method: str, target: str, host: str | None = None, *fields: str):
        with self.server.connect() as connection:
            connection.send(request(method, target, "Content-Length: 0", *fields, host=host or self.server.authority))
            return connection.read_response()

    def resolve(self, query: dns.message.Message) -> dns.message.Message:
        return dns.query.udp(query, PORTAL, timeout=5, port=self.dns_port)


@pytest.fixture(scope="module")
def portal():
    with running_example("captive_portal", "--dns-port", "0") as server:
        yield Portal(server)


@pytest.mark.parametrize("name", ["example.com", "connectivitycheck.gstatic.com", "x" * 63 + ".test", "."])
def test_every_name_has_the_address_of_the_portal(portal, name):
    answer = portal.resolve(dns.message.make_query(name, "A"))
    assert answer.rcode() == dns.rcode.NOERROR
    assert answer.flags & dns.flags.AA
    (records,) = answer.answer
    assert [record.address for record in records] == [PORTAL]
    assert records.ttl == 60


@pytest.mark.parametrize("kind", ["AAAA", "HTTPS", "MX", "TXT", "ANY"])
def test_no_name_has_anything_else(portal, kind):
    answer = portal.resolve(dns.message.make_query("example.com", kind))
    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])


def test_a_client_with_extensions_is_answered(portal):
    query = dns.message.make_query("example.com", "A", use_edns=0, payload=1232, want_dnssec=True)
    assert portal.resolve(query).answer


def test_what_is_no_query_is_not_implemented(portal):
    query = dns.message.make_query("example.com", "A")
    query.set_opcode(dns.opcode.STATUS)
    answer = portal.resolve(query)
    assert answer.rcode() == dns.rcode.NOTIMP


def test_what_is_malformed_ends_nothing(portal):
    whole = dns.message.make_query("example.com", "A").to_wire()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect((PORTAL, portal.dns_port))
        for octets in (b"", b"x", whole[:11], b"\xff" * 512):
            client.send(octets)
        client.send(whole[:-3])
        answer = client.recv(512)
        assert answer[:2] == whole[:2] and answer[3] & 15 == dns.rcode.FORMERR
        assert len(answer) == 12
    assert portal.resolve(dns.message.make_query("example.com", "A")).answer


def test_dig_finds_the_portal(portal):
    if not shutil.which("dig"):
        pytest.skip("needs dig: Debian has it in bind9-dnsutils")
    dig = ["dig", f"@{PORTAL}", "-p", str(portal.dns_port), "+tries=1", "+time=5"]
    short = subprocess.run([*dig, "+short", "captive.apple.com"], capture_output=True, text=True, check=True)
    assert short.stdout.split() == [PORTAL]
    whole = subprocess.run([*dig, "captive.apple.com", "AAAA"], capture_output=True, text=True, check=True)
    assert "status: NOERROR" in whole.stdout and "ANSWER: 0" in whole.stdout
    assert not re.search("WARNING.*(malformed|extra)", whole.stdout, re.IGNORECASE)


def test_the_page_is_sent_with_its_style(portal):
    with portal.server.connect() as connection:
        connection.send(request("GET", "/", host=portal.server.authority))
        page = connection.read_response()
    assert page.status == 200 and b"<h1>Welcome to the shore</h1>" in page.body


PROBES = [
    ("connectivitycheck.gstatic.com", "/generate_204", 204, b""),
    ("captive.apple.com", "/hotspot-detect.html", 200, b"<BODY>Success</BODY>"),
    ("www.msftconnecttest.com", "/connecttest.txt", 200, b"Microsoft Connect Test"),
    ("www.msftncsi.com", "/ncsi.txt", 200, b"Microsoft NCSI"),
    ("detectportal.firefox.com", "/success.txt", 200, b"success\n"),
    ("detectportal.firefox.com", "/canonical.html", 200, b"support.mozilla.org"),
]


@pytest.mark.parametrize("host, path, status, body", PROBES)
def test_a_system_finds_the_portal_and_after_it_has_agreed_the_internet(portal, host, path, status, body):
    response = portal.ask("GET", path, host)
    assert (response.status, response.get("Location")) == (302, portal.url)
    assert response.body and response.get("Cache-Control") == "no-store"
    try:
        agreed = portal.ask("POST", "/agree")
        assert (agreed.status, agreed.get("Location")) == (303, portal.url)
        response = portal.ask("GET", path, host)
        assert response.status == status and body in response.body
        # What is no probe leads to the portal still.
        assert portal.ask("GET", "/elsewhere", host).status == 302
    finally:
        assert portal.ask("POST", "/leave").status == 303
    assert portal.ask("GET", path, host).status == 302


@pytest.mark.parametrize("target", ["/", "/index.html?x=1", "/style.css", "/api", "/a/b/c"])
def test_everything_else_leads_to_the_page(portal, target):
    response = portal.ask("GET", target, "news.example")
    assert (response.status, response.get("Location")) == (302, portal.url)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PROPFIND"])
def test_what_is_no_get_leads_there_with_one(portal, method):
    assert portal.ask(method, "/x", "news.example").status == 303


def state(portal) -> dict:
    response = portal.ask("GET", "/api")
    assert response.get("Content-Type") == "application/captive+json"
    return json.loads(response.body)


def test_the_state_is_told_as_rfc_8908_has_it(portal):
    assert state(portal) == {"captive": True, "user-portal-url": portal.url}
    portal.ask("POST", "/agree")
    assert state(portal)["captive"] is False
    portal.ask("POST", "/leave")
    assert state(portal)["captive"] is True


def test_no_other_site_agrees_for_the_user(portal):
    assert portal.ask("POST", "/agree", None, "Origin: http://news.example").status == 403
    assert portal.ask("POST", "/agree", "news.example").status == 403
    assert state(portal)["captive"] is True

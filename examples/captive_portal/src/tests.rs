//! The portal, asked by names.

use crate::CaptivePortal;
use crate::probes::PROBES;
use core::net::{IpAddr, Ipv4Addr};
use dunlin::Limits;
use dunlin_memory::Client;

fn ask(request: &str, host: &str) -> String {
    let app = CaptivePortal::new(IpAddr::V4(Ipv4Addr::new(192, 168, 71, 1)), 80);
    let mut client = Client::new(app, Limits::DEVICE);
    client.send(format!("{request} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    String::from_utf8(client.take()).unwrap()
}

#[test]
fn a_captive_client_is_sent_to_the_page_whatever_it_asks_for() {
    let probes = PROBES.iter().map(|probe| probe.path);
    for path in probes.chain(["/", "/style.css", "/api", "/any/where?x=1"]) {
        let answer = ask(&format!("GET {path}"), "connectivitycheck.gstatic.com");
        assert!(answer.starts_with("HTTP/1.1 302 Found\r\n"), "{answer}");
        assert!(
            answer.contains("\r\nLocation: http://192.168.71.1/\r\n"),
            "{answer}"
        );
        assert!(!answer.ends_with("\r\n\r\n"), "without a body: {answer}");
    }
}

#[test]
fn the_page_is_at_the_address_of_the_portal() {
    let answer = ask("GET /", "192.168.71.1");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let answer = ask("GET /unknown", "192.168.71.1");
    assert!(answer.starts_with("HTTP/1.1 302 Found\r\n"), "{answer}");
}

#[test]
fn what_is_no_get_is_sent_there_with_a_get() {
    for method in ["POST", "PUT", "OPTIONS", "REPORT"] {
        let answer = ask(&format!("{method} /x"), "example.com");
        assert!(answer.starts_with("HTTP/1.1 303 See Other\r\n"), "{answer}");
    }
}

#[test]
fn nobody_agrees_by_another_name() {
    let answer = ask("POST /agree", "example.com");
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
}

use super::{is_host_among, is_origin_among, is_same_origin};
use crate::{Limits, RequestHead};
use dunlin_proto::http::parse_request_head;
use std::format;
use std::string::String;

/// What `test` says of a handshake to a host with these `Origin` fields.
fn ask(host: &str, origins: &[&str], test: impl Fn(&RequestHead<'_>) -> bool) -> bool {
    let fields: String = origins
        .iter()
        .map(|origin| format!("Origin: {origin}\r\n"))
        .collect();
    let text = format!("GET /ws HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");
    let parsed = parse_request_head(text.as_bytes(), &Limits::LINUX.head_limits());
    test(&parsed.unwrap().unwrap().0)
}

#[test]
fn a_page_of_the_same_host_and_port_is_of_the_same_origin() {
    for (host, origin) in [
        ("dunlin.example", "http://dunlin.example"),
        ("dunlin.example", "https://dunlin.example"),
        ("dunlin.example:80", "http://dunlin.example"),
        ("dunlin.example", "http://dunlin.example:80"),
        ("dunlin.example:443", "https://dunlin.example"),
        ("dunlin.example", "https://dunlin.example:443"),
        ("dunlin.example:", "https://dunlin.example"),
        ("dunlin.example:8080", "http://dunlin.example:8080"),
        ("dunlin.example:8443", "https://dunlin.example:8443"),
        ("Dunlin.EXAMPLE", "http://dunlin.example"),
        ("dunlin.example", "HTTP://dunlin.example"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("[::1]", "http://[::1]"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("[2001:DB8::7]", "https://[2001:db8::7]"),
        ("localhost:65535", "http://localhost:65535"),
    ] {
        assert!(ask(host, &[origin], is_same_origin), "{host} {origin}");
    }
}

#[test]
fn any_other_origin_is_not_the_same() {
    for (host, origin) in [
        ("dunlin.example", "http://evil.example"),
        ("dunlin.example", "http://dunlin.example.evil.example"),
        ("dunlin.example", "http://evildunlin.example"),
        ("dunlin.example", "http://dunlin.example:8080"),
        ("dunlin.example:8080", "http://dunlin.example"),
        ("dunlin.example:8080", "http://dunlin.example:8081"),
        ("dunlin.example:80", "https://dunlin.example"),
        ("dunlin.example:443", "http://dunlin.example"),
        ("dunlin.example", "null"),
        ("dunlin.example", "NULL"),
        ("dunlin.example", ""),
        ("dunlin.example", "dunlin.example"),
        ("dunlin.example", "//dunlin.example"),
        ("dunlin.example", "http:dunlin.example"),
        ("dunlin.example", "ws://dunlin.example"),
        ("dunlin.example", "file://dunlin.example"),
        ("dunlin.example", "chrome-extension://dunlin.example"),
        ("dunlin.example", "http://dunlin.example/"),
        ("dunlin.example", "http://user@dunlin.example"),
        ("dunlin.example", "http://dunlin.example@evil.example"),
        (
            "dunlin.example",
            "http://dunlin.example http://evil.example",
        ),
        (
            "dunlin.example",
            "http://dunlin.example, http://evil.example",
        ),
        ("dunlin.example", "http://dunlin.example:+80"),
        ("dunlin.example", "http://dunlin.example:65616"),
        ("dunlin.example", "http://dunlin.example:80:80"),
        ("dunlin.example", "http://dunlin.example:x"),
        ("dunlin.example", "http://"),
        ("dunlin.example", "http://:80"),
        ("dunlin.example", "http://d\u{fc}nlin.example"),
        ("[::1]:8080", "http://[::1]"),
        ("[::1]", "http://[::2]"),
        ("127.0.0.1", "http://localhost"),
    ] {
        assert!(!ask(host, &[origin], is_same_origin), "{host} {origin}");
    }
}

#[test]
fn a_client_without_an_origin_is_no_browser() {
    assert!(ask("dunlin.example", &[], is_same_origin));
    assert!(ask("dunlin.example", &[], |head| is_origin_among(
        head,
        &[]
    )));
}

#[test]
fn several_origin_fields_are_none() {
    let own = "http://dunlin.example";
    for origins in [[own, own], [own, "null"], ["null", own]] {
        assert!(!ask("dunlin.example", &origins, is_same_origin));
        assert!(!ask("dunlin.example", &origins, |head| is_origin_among(
            head,
            &[own]
        )));
    }
}

#[test]
fn a_request_for_no_host_is_of_no_origin() {
    for origin in ["http://", "http://:80", "null", "http://dunlin.example"] {
        assert!(!ask("", &[origin], is_same_origin), "{origin}");
    }
    assert!(!ask("", &[], |head| is_host_among(
        head,
        &["dunlin.example"]
    )));
}

#[test]
fn an_origin_that_is_listed_is_let_in_and_no_other() {
    let listed = ["https://home.example", "https://app.example:8443"];
    let among = |origin: &str| {
        ask("dunlin.example", &[origin], |head| {
            is_origin_among(head, &listed)
        })
    };
    for origin in ["https://home.example", "https://APP.example:8443"] {
        assert!(among(origin), "{origin}");
    }
    for origin in [
        "http://home.example",
        "https://home.example:443",
        "https://app.example",
        "https://home.example.evil.example",
        "https://x.home.example",
        "https://dunlin.example",
        "null",
        "",
    ] {
        assert!(!among(origin), "{origin}");
    }
}

#[test]
fn a_host_that_is_listed_is_let_in_on_any_port_and_no_other() {
    let listed = ["dunlin.example", "127.0.0.1", "[::1]"];
    let among = |host: &str| ask(host, &[], |head| is_host_among(head, &listed));
    for host in [
        "dunlin.example",
        "DUNLIN.example:8080",
        "127.0.0.1:80",
        "[::1]",
        "[::1]:8080",
    ] {
        assert!(among(host), "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:8080",
        "x.dunlin.example",
        "127.0.0.11",
        "[::2]",
        "localhost",
    ] {
        assert!(!among(host), "{host}");
    }
}

#[test]
fn a_name_made_to_lead_here_is_only_kept_out_by_the_list_of_hosts() {
    let rebound = |test: fn(&RequestHead<'_>) -> bool| {
        ask("evil.example:8080", &["http://evil.example:8080"], test)
    };
    assert!(rebound(is_same_origin));
    assert!(!rebound(|head| is_host_among(head, &["127.0.0.1"])));
}

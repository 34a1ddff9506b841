//! Requests over one connection.

use super::support::{ASSET, Server, zeros};
use crate::connection::{Delivery, Phase};
use crate::{Limits, Ticket};
use std::format;
use std::string::String;
use std::time::Duration;
use std::vec::Vec;

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").into_bytes()
}

fn statuses(text: &str) -> Vec<&str> {
    let lines = text
        .lines()
        .filter_map(|line| line.rfind("HTTP/1.1 ").map(|at| &line[at..]));
    lines.filter_map(|line| line.get(9..12)).collect()
}

fn answer(request: &str) -> String {
    let mut server = Server::new();
    server.receive(request.as_bytes());
    server.take_text()
}

#[test]
fn pipelined_requests_are_answered_in_order_and_at_once() {
    let mut server = Server::new();
    server.receive(&[get("/"), get("/missing"), get("/count"), get("/count")].concat());
    let text = server.take_text();
    assert_eq!(statuses(&text), ["200", "404", "200", "200"]);
    assert!(
        text.ends_with("2"),
        "the session lives as long as the connection: {text}"
    );
    assert_eq!(server.phase(), Phase::Open);
}

#[test]
fn head_is_answered_as_get_without_the_body() {
    let text = answer("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(text.contains("Content-Length: 5\r\n"));
    assert!(text.ends_with("\r\n\r\n"));
}

#[test]
fn options_and_405_tell_the_methods() {
    let text = answer("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(
        text.starts_with("HTTP/1.1 200 ") && text.contains("Allow: GET, HEAD, POST, OPTIONS\r\n")
    );
    let text = answer("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(
        text.starts_with("HTTP/1.1 405 ") && text.contains("Allow: GET, HEAD, POST, OPTIONS\r\n")
    );
    let text = answer("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(text.starts_with("HTTP/1.1 200 ") && text.contains("DELETE"));
    assert!(answer("OPTIONS /missing HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 404 "));
    assert!(answer("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 501 "));
}

#[test]
fn a_request_behind_a_refused_one_is_never_answered() {
    for refused in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n",
        "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let mut server = Server::new();
        server.receive(&[refused.as_bytes(), &get("/")].concat());
        let text = server.take_text();
        assert_eq!(statuses(&text).len(), 1, "{refused:?}: {text}");
        assert!(text.contains("Connection: close\r\n"));
        assert_eq!(server.phase(), Phase::Finishing);
        server.receive(&get("/"));
        assert_eq!(server.take_text(), "");
    }
}

#[test]
fn a_body_comes_whole_however_it_was_sent() {
    let body = "x".repeat(3000);
    let known = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n{body}");
    let chunked = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nBB8\r\n{body}\r\n0\r\n\r\n"
    );
    for request in [known, chunked] {
        for size in [1, 7, 1000, 10_000] {
            let mut server = Server::new();
            request
                .as_bytes()
                .chunks(size)
                .for_each(|piece| server.receive(piece));
            let text = server.take_text();
            assert!(
                text.starts_with("HTTP/1.1 200 ") && text.ends_with(&body),
                "pieces of {size}"
            );
        }
    }
}

#[test]
fn a_body_beyond_the_limit_is_refused_with_413() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\n";
    assert!(answer(&format!("{head}Content-Length: 4097\r\n\r\n")).starts_with("HTTP/1.1 413 "));
    let mut server = Server::new();
    server.receive(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes());
    for _ in 0..5 {
        server.receive(&[b"400\r\n", &zeros(1024)[..], b"\r\n"].concat());
    }
    assert!(server.take_text().starts_with("HTTP/1.1 413 "));
}

#[test]
fn a_client_that_holds_its_body_back_is_told_to_send_it() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    let mut server = Server::new();
    server.receive(head.as_bytes());
    assert_eq!(server.take_text(), "HTTP/1.1 100 Continue\r\n\r\n");
    server.receive(b"ok");
    assert!(server.take_text().starts_with("HTTP/1.1 200 "));
    // Refused without the body, or with the body already there, it is not.
    let refused = head.replace("POST / ", "POST /missing ");
    assert!(answer(&refused).starts_with("HTTP/1.1 404 "));
    assert!(answer(&format!("{head}ok")).starts_with("HTTP/1.1 200 "));
}

#[test]
fn http_1_0_closes_unless_it_is_asked_to_stay() {
    let text = answer("GET / HTTP/1.0\r\n\r\n");
    assert!(text.contains("Connection: close\r\n"));
    let text = answer("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert!(text.contains("Connection: keep-alive\r\n"));
    let text = answer("GET /chunked HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert!(text.contains("Connection: close\r\n") && text.ends_with("\r\n\r\none two"));
}

#[test]
fn chunks_go_to_http_1_1() {
    let text = answer("GET /chunked HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(text.ends_with("Transfer-Encoding: chunked\r\n\r\n4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n"));
}

#[test]
fn a_status_without_a_body_has_no_chunks() {
    let request = "GET /chunked-nothing HTTP/1.1\r\nHost: a\r\n\r\n";
    let text = answer(&request.repeat(2));
    assert_eq!(text, "HTTP/1.1 204 No Content\r\n\r\n".repeat(2));
    let text = answer("GET /chunked-nothing HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert!(text.ends_with("Connection: keep-alive\r\n\r\n"));
}

#[test]
fn a_handler_that_does_not_answer_is_answered_for() {
    assert!(answer("GET /silent HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 500 "));
    let text = answer("GET /bad-field HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(text.starts_with("HTTP/1.1 500 ") && !text.contains("Set-Cookie"));
}

#[test]
fn an_asset_larger_than_the_output_is_sent_as_room_appears() {
    let mut server = Server::new();
    server.limit = 400;
    server.receive_slowly(&[get("/asset"), get("/")].concat(), 100);
    let text = server.take_text();
    assert_eq!(statuses(&text), ["200", "200"]);
    assert_eq!(
        text.matches('x').count(),
        ASSET.len() + "text".matches('x').count()
    );
}

#[test]
fn an_error_in_a_dripping_head_is_answered_at_its_octet() {
    let mut server = Server::new();
    let begun = "GET / HTTP/1.1\r\nHost: a\r\nX-A-Rather-Long-Field-Name: with a value\r\n\r";
    begun.bytes().for_each(|octet| server.receive(&[octet]));
    assert_eq!(server.take_text(), "");
    server.receive(b"\0");
    assert!(server.take_text().starts_with("HTTP/1.1 400 "));
}

#[test]
fn a_head_that_drips_has_one_deadline_for_all_of_it() {
    let mut server = Server::new();
    for octet in b"GET / HTTP/1.1\r\nHost:" {
        server.now = server.now.after(Duration::from_millis(100));
        server.receive(&[*octet]);
        assert_eq!(server.take_text(), "");
    }
    assert_eq!(
        server.wait_for_deadline().as_millis(),
        Limits::LINUX.head_time.as_millis() as u64
    );
    assert!(server.take_text().starts_with("HTTP/1.1 408 "));
}

#[test]
fn a_body_that_drips_has_one_deadline_for_all_of_it() {
    let mut server = Server::new();
    server.receive(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
    for _ in 0..50 {
        server.now = server.now.after(Duration::from_millis(100));
        server.receive(b"x");
    }
    assert_eq!(
        server.wait_for_deadline().as_millis(),
        Limits::LINUX.body_time.as_millis() as u64
    );
    assert!(server.take_text().starts_with("HTTP/1.1 408 "));
}

#[test]
fn the_deadline_of_a_second_head_begins_with_its_first_octet() {
    let mut server = Server::new();
    server.receive(&get("/"));
    server.now = server.now.after(Duration::from_secs(50));
    server.receive(b"GET");
    let expected = server.now.after(Limits::LINUX.head_time);
    assert_eq!(server.wait_for_deadline(), expected);
}

#[test]
fn an_idle_connection_is_closed_without_a_word() {
    let mut server = Server::new();
    server.receive(&get("/"));
    server.take_text();
    assert_eq!(
        server.wait_for_deadline().as_millis(),
        Limits::LINUX.keep_alive.as_millis() as u64
    );
    assert_eq!(server.take_text(), "");
    assert_eq!(server.phase(), Phase::Finishing);
    server.wait_for_deadline();
    assert_eq!(server.phase(), Phase::Closed);
}

#[test]
fn a_peer_that_takes_nothing_is_dropped() {
    let mut server = Server::new();
    server.receive_stalled(&get("/"));
    assert_eq!(
        server.wait_for_deadline().as_millis(),
        Limits::LINUX.send_time.as_millis() as u64
    );
    assert_eq!(server.phase(), Phase::Closed);
}

#[test]
fn a_ticket_is_answered_later_and_the_next_request_waits() {
    let mut server = Server::new();
    assert_eq!(
        server.receive_stalled(&[get("/later"), get("/")].concat()),
        get("/later").len()
    );
    assert!(server.connection.is_paused());
    let ticket = server.app.ticket.take().unwrap();
    assert_eq!(server.reply(&ticket, b"done"), Delivery::Done);
    server.receive(&get("/"));
    let text = server.take_text();
    assert_eq!(statuses(&text), ["200", "200"]);
    assert!(text.contains("\r\n\r\ndone"));
    assert_eq!(
        server.reply(&ticket, b"again"),
        Delivery::Dropped,
        "a ticket answers once"
    );
}

#[test]
fn a_lost_ticket_is_a_503() {
    let mut server = Server::new();
    server.receive_stalled(&get("/later"));
    let ticket: Ticket = server.app.ticket.take().unwrap();
    assert_eq!(
        server.wait_for_deadline().as_millis(),
        Limits::LINUX.answer_time.as_millis() as u64
    );
    assert!(server.take_text().starts_with("HTTP/1.1 503 "));
    assert_eq!(server.reply(&ticket, b"late"), Delivery::Dropped);
    assert_eq!(server.take_text(), "");
}

#[test]
fn a_stop_lets_a_request_in_progress_be_answered() {
    let mut server = Server::new();
    server.receive(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
    server.shutdown();
    assert_eq!(server.phase(), Phase::Open);
    server.receive(b"ok");
    let text = server.take_text();
    assert!(text.contains("Connection: close\r\n") && text.ends_with("ok"));
    assert_eq!(server.phase(), Phase::Finishing);
}

#[test]
fn a_client_that_ended_its_side_still_gets_the_answer() {
    let mut server = Server::new();
    server.receive_stalled(&get("/later"));
    server.end_of_input();
    assert_eq!(server.phase(), Phase::Open);
    let ticket = server.app.ticket.take().unwrap();
    server.reply(&ticket, b"done");
    assert!(server.take_text().ends_with("done"));
    assert_eq!(server.phase(), Phase::Closed);
}

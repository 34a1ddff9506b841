//! Connections: how long they last, and several requests on one.

use super::{Answer, Case, MAY, MUST, SHOULD, get, post_body, post_chunks};

pub(super) fn cases() -> Vec<Case> {
    [
        persistence(),
        http10(),
        pipelines(),
        one_by_one(),
        upgrades(),
        unread_bodies(),
    ]
    .concat()
}

fn persistence() -> Vec<Case> {
    let open: [(&str, &[u8]); 5] = [
        ("http_1_1_stays_open", b""),
        (
            "http_1_1_stays_open_with_keep_alive",
            b"Connection: keep-alive\r\n",
        ),
        (
            "an_unknown_option_has_no_effect",
            b"Connection: unclose, foo\r\n",
        ),
        (
            "an_empty_connection_field_has_no_effect",
            b"Connection:\r\n",
        ),
        (
            "proxy_connection_has_no_effect",
            b"Proxy-Connection: close\r\n",
        ),
    ];
    let close: [(&str, &[u8]); 6] = [
        ("close_ends_the_connection", b"Connection: close\r\n"),
        ("close_is_taken_in_any_case", b"connection: CLOSE\r\n"),
        (
            "close_is_found_in_a_list",
            b"Connection: foo, close , bar\r\n",
        ),
        (
            "close_is_found_beside_empty_members",
            b"Connection: ,,close,\r\n",
        ),
        (
            "close_is_found_in_a_second_field",
            b"Connection: foo\r\nConnection: close\r\n",
        ),
        (
            "close_counts_more_than_keep_alive",
            b"Connection: keep-alive, close\r\n",
        ),
    ];
    let section = "RFC 9112 9.3";
    let open = open
        .map(|(name, fields)| Case::new(MUST, section, name, get(fields)).answer(Answer::page()));
    let close = close.map(|(name, fields)| {
        Case::new(MUST, "RFC 9112 9.6", name, get(fields))
            .answer(Answer::page())
            .closed()
    });
    [open.to_vec(), close.to_vec()].concat()
}

fn http10() -> Vec<Case> {
    let request = |fields: &str| format!("GET / HTTP/1.0\r\nHost: a\r\n{fields}\r\n");
    let page = || Answer::page().to_http10();
    let section = "RFC 9112 9.3";
    vec![
        Case::new(MUST, section, "http_1_0_closes", request(""))
            .answer(page())
            .closed(),
        Case::new(
            MAY,
            section,
            "http_1_0_stays_open_with_keep_alive",
            request("Connection: keep-alive\r\n"),
        )
        .answer(page()),
        Case::new(
            MAY,
            section,
            "keep_alive_is_taken_in_any_case",
            request("Connection: Keep-Alive\r\n"),
        )
        .answer(page()),
        Case::new(
            MUST,
            section,
            "http_1_0_closes_with_keep_alive_and_close",
            request("Connection: keep-alive, close\r\n"),
        )
        .answer(page())
        .closed(),
        Case::new(
            MUST,
            section,
            "a_field_keep_alive_alone_keeps_nothing_open",
            request("Keep-Alive: timeout=5\r\n"),
        )
        .answer(page())
        .closed(),
        Case::new(
            MUST,
            section,
            "http_1_0_and_1_1_may_take_turns",
            [request("Connection: keep-alive\r\n").into_bytes(), get(b"")].concat(),
        )
        .answer(page())
        .answer(Answer::page()),
    ]
}

fn pipelines() -> Vec<Case> {
    let section = "RFC 9112 9.3.2";
    let mut cases = Vec::new();
    for (name, depth) in [
        ("two_requests_at_once_are_answered_in_order", 2),
        ("ten_requests_at_once_are_answered_in_order", 10),
        ("a_hundred_requests_at_once_are_answered_in_order", 100),
    ] {
        let bodies = (0..depth).map(|number| format!("body {number}"));
        let octets: Vec<u8> = bodies
            .clone()
            .flat_map(|body| post_body(body.as_bytes()))
            .collect();
        let case = Case::new(MUST, section, name, octets);
        cases.push(bodies.fold(case, |case, body| case.answer(Answer::with_body(body))));
    }
    let mixed = [
        get(b""),
        b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        post_chunks(b"2\r\nab\r\n0\r\n\r\n"),
        b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        post_body(b"cd"),
        b"DELETE /nothing HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        b"DELETE / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        get(b"If-None-Match: *\r\n"),
    ];
    cases.push(
        Case::new(
            MUST,
            section,
            "requests_of_all_kinds_at_once_are_answered_in_order",
            mixed.concat(),
        )
        .answer(Answer::page())
        .answer(Answer::page_head())
        .answer(Answer::with_body("ab"))
        .answer(Answer::new(404))
        .answer(Answer::with_body("cd"))
        .answer(Answer::new(204))
        .answer(Answer::new(405))
        .answer(Answer::new(304)),
    );
    for (name, section, behind, status) in [
        (
            "nothing_behind_close_is_read",
            "RFC 9112 9.6",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            200,
        ),
        (
            "nothing_behind_a_refused_request_is_read",
            "RFC 9112 9.6",
            "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n",
            400,
        ),
        (
            "nothing_behind_a_request_of_http_1_0_is_read",
            "RFC 9112 9.3",
            "GET / HTTP/1.0\r\n\r\n",
            200,
        ),
    ] {
        let octets = [get(b""), behind.into(), get(b""), post_body(b"never")].concat();
        cases.push(
            Case::new(MUST, section, name, octets)
                .answer(Answer::page())
                .answer(Answer::new(status))
                .closed(),
        );
    }
    cases
}

fn one_by_one() -> Vec<Case> {
    let section = "RFC 9112 9.3";
    vec![
        Case::new(
            MUST,
            section,
            "requests_one_by_one_are_answered_on_one_connection",
            get(b""),
        )
        .answer(Answer::page())
        .then_sends(post_body(b"ab"))
        .answer(Answer::with_body("ab"))
        .then_sends(post_chunks(b"1\r\nc\r\n0\r\n\r\n"))
        .answer(Answer::with_body("c"))
        .then_sends(get(b""))
        .answer(Answer::page()),
        Case::new(
            MUST,
            section,
            "a_request_that_is_not_found_ends_no_connection",
            "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
        )
        .answer(Answer::new(404))
        .then_sends(get(b""))
        .answer(Answer::page()),
        Case::new(
            MUST,
            section,
            "half_a_request_behind_a_whole_one_waits",
            [get(b""), b"GET / HT".to_vec()].concat(),
        )
        .answer(Answer::page())
        .unfinished(),
    ]
}

fn upgrades() -> Vec<Case> {
    let rows: [(&str, &[u8]); 5] = [
        ("an_upgrade_to_an_unknown_protocol_is_ignored", b"Connection: upgrade\r\nUpgrade: foo/2\r\n"),
        ("an_upgrade_to_http_2_is_ignored", b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
        ("an_upgrade_to_tls_is_ignored", b"Connection: upgrade\r\nUpgrade: TLS/1.0\r\n"),
        ("an_upgrade_without_the_option_is_ignored", b"Upgrade: websocket\r\n"),
        ("the_option_without_an_upgrade_is_ignored", b"Connection: upgrade\r\n"),
    ];
    let mut cases: Vec<Case> = rows
        .into_iter()
        .map(|(name, fields)| {
            Case::new(MAY, "RFC 9110 7.8", name, get(fields))
                .answer(Answer::page().lacks("Upgrade"))
        })
        .collect();
    cases.push(
        Case::new(
            MUST,
            "RFC 9110 7.8",
            "an_upgrade_in_http_1_0_is_ignored",
            "GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        )
        .answer(Answer::page().to_http10())
        .closed(),
    );
    cases
}

/// A body that no handler takes is read, or ends the connection.
fn unread_bodies() -> Vec<Case> {
    let with_body =
        |line: &str| format!("{line} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde");
    let with_chunks = |line: &str| {
        format!(
            "{line} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
        )
    };
    let rows = [
        (
            "a_body_for_an_unknown_path_ends_the_connection",
            with_body("POST /nowhere"),
            404,
        ),
        (
            "a_body_for_another_method_ends_the_connection",
            with_body("PUT /"),
            405,
        ),
        (
            "a_body_of_options_ends_the_connection",
            with_body("OPTIONS /"),
            200,
        ),
        (
            "chunks_for_an_unknown_path_end_the_connection",
            with_chunks("POST /nowhere"),
            404,
        ),
        (
            "chunks_for_another_method_end_the_connection",
            with_chunks("PUT /"),
            405,
        ),
    ];
    let mut cases: Vec<Case> = rows
        .into_iter()
        .map(|(name, octets, status)| Case::new(MUST, "RFC 9112 9.3", name, octets).refused(status))
        .collect();
    cases.push(
        Case::new(
            SHOULD,
            "RFC 9112 9.3",
            "an_empty_body_for_an_unknown_path_ends_no_connection",
            "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        )
        .answer(Answer::new(404)),
    );
    cases
}

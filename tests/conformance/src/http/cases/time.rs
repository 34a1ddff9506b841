//! What becomes of a connection on which nothing more comes.

use super::{Answer, Case, MAY, get, post, post_chunks};

pub(super) fn cases() -> Vec<Case> {
    let waits = |section, name, octets: &[u8]| Case::new(MAY, section, name, octets).expires();
    let late = || Answer::new(408).has("Connection", "close");
    let request = "RFC 9110 15.5.9";
    let connection = "RFC 9112 9.5";
    vec![
        waits(request, "half_a_request_line_is_answered_408", b"GET / HT").answer(late()),
        waits(
            request,
            "half_a_head_is_answered_408",
            b"GET / HTTP/1.1\r\nHost: a\r\n",
        )
        .answer(late()),
        waits(
            request,
            "half_a_body_is_answered_408",
            &post(b"Content-Length: 5\r\n", b"abc"),
        )
        .answer(late()),
        waits(
            request,
            "half_a_chunk_is_answered_408",
            &post_chunks(b"5\r\nabc"),
        )
        .answer(late()),
        waits(
            request,
            "half_a_request_behind_a_whole_one_is_answered_408",
            &[get(b""), b"GET /".to_vec()].concat(),
        )
        .answer(Answer::page())
        .answer(late()),
        waits(
            request,
            "a_body_that_does_not_come_for_a_100_is_answered_408",
            &post(b"Content-Length: 5\r\nExpect: 100-continue\r\n", b""),
        )
        .answer(Answer::new(100))
        .answer(late()),
        waits(
            connection,
            "a_connection_without_a_request_is_closed_without_an_answer",
            b"",
        ),
        waits(
            connection,
            "an_idle_connection_is_closed_without_an_answer",
            &get(b""),
        )
        .answer(Answer::page()),
    ]
}

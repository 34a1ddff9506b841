//! Methods, and what answers to them have.

use super::{Answer, Case, MAY, MUST, SHOULD};

/// The methods of the page, as `Allow` lists them.
const ALLOW: &str = "GET, HEAD, POST, OPTIONS";

pub(super) fn cases() -> Vec<Case> {
    [get_and_head(), others(), options(), no_content()].concat()
}

fn request(line: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n")
}

fn get_and_head() -> Vec<Case> {
    let section = "RFC 9110 9.3.2";
    vec![
        Case::new(MUST, "RFC 9110 9.1", "get_is_served", request("GET /")).answer(Answer::page()),
        Case::new(MUST, "RFC 9110 9.1", "head_is_served", request("HEAD /"))
            .answer(Answer::page_head()),
        Case::new(
            MUST,
            section,
            "the_answer_to_head_has_the_fields_of_get_and_no_body",
            request("HEAD /"),
        )
        .answer(Answer::page_head().has("Content-Length", "16")),
        Case::new(
            MUST,
            section,
            "several_answers_to_head_have_no_body",
            request("HEAD /").repeat(3),
        )
        .answer(Answer::page_head())
        .answer(Answer::page_head())
        .answer(Answer::page_head()),
        Case::new(
            MUST,
            section,
            "a_404_to_head_has_no_body",
            request("HEAD /nowhere"),
        )
        .answer(Answer::new(404).to_head()),
        Case::new(
            MUST,
            section,
            "a_405_to_head_has_no_body",
            request("HEAD /nothing"),
        )
        .answer(Answer::new(405).to_head().has("Allow", "DELETE, OPTIONS")),
        Case::new(
            MUST,
            section,
            "an_answer_in_chunks_to_head_has_no_chunks",
            request("HEAD /echo"),
        )
        .answer(Answer::new(200).to_head()),
        Case::new(
            MUST,
            section,
            "the_answer_to_head_in_http_1_0_has_no_body",
            "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        )
        .answer(Answer::page_head().to_http10()),
        Case::new(
            MUST,
            section,
            "a_refusal_behind_head_has_a_body",
            request("HEAD /") + "GET / HTTP/1.1\r\n\r\n",
        )
        .answer(Answer::page_head())
        .answer(Answer::new(400).body("Bad Request"))
        .closed(),
    ]
}

fn others() -> Vec<Case> {
    let section = "RFC 9110 15.5.6";
    let methods = [
        "PUT",
        "DELETE",
        "PATCH",
        "TRACE",
        "COPY",
        "LOCK",
        "MKCOL",
        "MOVE",
        "PROPFIND",
        "PROPPATCH",
        "SEARCH",
        "UNLOCK",
        "BIND",
        "REBIND",
        "UNBIND",
        "ACL",
        "REPORT",
        "MKACTIVITY",
        "CHECKOUT",
        "MERGE",
        "M-SEARCH",
        "NOTIFY",
        "SUBSCRIBE",
        "UNSUBSCRIBE",
        "PURGE",
        "MKCALENDAR",
        "LINK",
        "UNLINK",
    ];
    let mut cases: Vec<Case> = methods
        .into_iter()
        .map(|method| {
            let octets = request(&format!("{method} /"));
            Case::new(
                MUST,
                section,
                "a_known_method_that_a_path_does_not_take_is_answered_405",
                octets,
            )
            .answer(Answer::new(405).has("Allow", ALLOW))
        })
        .collect();
    cases.push(
        Case::new(
            MUST,
            section,
            "allow_lists_the_methods_of_the_path",
            request("POST /cookie"),
        )
        .answer(Answer::new(405).has("Allow", "GET, HEAD, OPTIONS")),
    );
    cases.push(
        Case::new(
            MUST,
            "RFC 9110 9.3.8",
            "trace_does_not_show_the_request",
            "TRACE / HTTP/1.1\r\nHost: a\r\nCookie: secret=1\r\n\r\n",
        )
        .answer(
            Answer::new(405)
                .body("Method Not Allowed")
                .has("Allow", ALLOW),
        ),
    );
    cases.push(
        Case::new(
            SHOULD,
            "RFC 9110 15.5.5",
            "another_method_on_an_unknown_path_is_answered_404",
            request("PUT /nowhere"),
        )
        .answer(Answer::new(404)),
    );
    cases
}

fn options() -> Vec<Case> {
    let section = "RFC 9110 9.3.7";
    vec![
        Case::new(
            SHOULD,
            section,
            "options_lists_the_methods_of_a_path",
            request("OPTIONS /"),
        )
        .answer(
            Answer::with_body("")
                .has("Allow", ALLOW)
                .has("Content-Length", "0"),
        ),
        Case::new(
            SHOULD,
            section,
            "options_lists_the_methods_of_another_path",
            request("OPTIONS /nothing"),
        )
        .answer(
            Answer::with_body("")
                .has("Allow", "DELETE, OPTIONS")
                .has("Content-Length", "0"),
        ),
        Case::new(
            SHOULD,
            section,
            "options_of_the_server_has_a_length_of_zero",
            request("OPTIONS *"),
        )
        .answer(Answer::with_body("").has("Content-Length", "0")),
        Case::new(
            MAY,
            section,
            "options_of_an_unknown_path_is_answered_404",
            request("OPTIONS /nowhere"),
        )
        .answer(Answer::new(404)),
    ]
}

fn no_content() -> Vec<Case> {
    let answer = Answer::new(204)
        .lacks("Content-Length")
        .lacks("Transfer-Encoding")
        .lacks("Content-Type");
    vec![
        Case::new(
            MUST,
            "RFC 9110 15.3.5",
            "a_204_has_no_body_and_no_length",
            request("DELETE /nothing"),
        )
        .answer(answer.clone()),
        Case::new(
            MUST,
            "RFC 9110 15.3.5",
            "several_204_stand_side_by_side",
            request("DELETE /nothing").repeat(3),
        )
        .answer(answer.clone())
        .answer(answer.clone())
        .answer(answer),
    ]
}

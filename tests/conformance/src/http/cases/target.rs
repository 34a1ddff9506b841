//! Request targets.

use super::{Answer, Case, MAY, MUST, SHOULD, refused_as, taken_as};

pub(super) fn cases() -> Vec<Case> {
    [
        origin(),
        absolute(),
        refused_absolute(),
        authority(),
        asterisk(),
        octets(),
    ]
    .concat()
}

fn origin() -> Vec<Case> {
    let mut cases = taken_as(
        "RFC 9112 3.2.1",
        &[
            (MUST, "a_path_is_taken", b"GET /"),
            (MUST, "a_path_with_a_query_is_taken", b"GET /?a=b&c=%20"),
            (MUST, "an_empty_query_is_taken", b"GET /?"),
            (
                MUST,
                "a_query_may_have_question_marks_and_slashes",
                b"GET /?a?b/c:d@e",
            ),
        ],
        &Answer::page(),
        with_target,
    );
    let not_found = Answer::new(404);
    cases.extend(taken_as(
        "RFC 9112 3.2.1",
        &[
            (MUST, "an_unknown_path_is_answered_404", b"GET /nowhere"),
            (MUST, "two_slashes_are_another_path", b"GET //"),
            (MUST, "a_path_is_not_made_shorter", b"GET /a/../"),
            (
                MUST,
                "what_looks_like_an_authority_behind_a_slash_is_a_path",
                b"GET //a/echo",
            ),
            (MUST, "paths_tell_letters_of_both_cases_apart", b"GET /ECHO"),
        ],
        &not_found,
        with_target,
    ));
    cases.extend(refused_as(
        "RFC 9112 3.2",
        &[
            (
                SHOULD,
                "a_target_without_a_slash_is_refused",
                400,
                b"GET index.html",
            ),
            (
                SHOULD,
                "a_query_without_a_path_is_refused",
                400,
                b"GET ?a=b",
            ),
            (SHOULD, "a_fragment_is_refused", 400, b"GET /#a"),
            (
                SHOULD,
                "a_fragment_behind_a_query_is_refused",
                400,
                b"GET /?a#b",
            ),
            (SHOULD, "a_relative_path_is_refused", 400, b"GET ../"),
            (SHOULD, "a_backslash_begins_no_path", 400, b"GET \\"),
        ],
        with_target,
    ));
    cases
}

fn absolute() -> Vec<Case> {
    taken_as(
        "RFC 9112 3.2.2",
        &[
            (MUST, "an_absolute_target_is_taken", b"GET http://a/"),
            (
                MUST,
                "an_absolute_target_without_a_path_means_its_root",
                b"GET http://a",
            ),
            (
                MUST,
                "an_absolute_target_with_a_query_and_no_path_means_its_root",
                b"GET http://a?b",
            ),
            (
                MUST,
                "an_absolute_target_with_a_port_is_taken",
                b"GET http://a:8080/",
            ),
            (
                MUST,
                "an_absolute_target_with_an_empty_port_is_taken",
                b"GET http://a:/",
            ),
            (MUST, "a_scheme_is_taken_in_any_case", b"GET HTTP://a/"),
            (
                MUST,
                "an_absolute_target_of_https_is_taken",
                b"GET https://a/",
            ),
            (
                MUST,
                "an_absolute_target_with_an_ipv4_address_is_taken",
                b"GET http://127.0.0.1/",
            ),
            (
                MUST,
                "an_absolute_target_with_an_ipv6_address_is_taken",
                b"GET http://[::1]:80/",
            ),
            (
                MUST,
                "an_absolute_target_counts_more_than_another_host",
                b"GET http://b.example/",
            ),
        ],
        &Answer::page(),
        with_target,
    )
}

fn refused_absolute() -> Vec<Case> {
    let mut cases = refused_as(
        "RFC 9110 4.2",
        &[
            (
                MUST,
                "an_absolute_target_without_a_host_is_refused",
                400,
                b"GET http:///",
            ),
            (
                MUST,
                "an_absolute_target_with_a_port_alone_is_refused",
                400,
                b"GET http://:80/",
            ),
            (
                SHOULD,
                "an_absolute_target_with_userinfo_is_refused",
                400,
                b"GET http://u@a/",
            ),
            (
                SHOULD,
                "an_absolute_target_with_a_password_is_refused",
                400,
                b"GET http://u:p@a/",
            ),
            (
                MUST,
                "an_absolute_target_with_a_port_of_letters_is_refused",
                400,
                b"GET http://a:b/",
            ),
            (
                MAY,
                "an_absolute_target_with_a_port_above_65535_is_refused",
                400,
                b"GET http://a:65536/",
            ),
            (
                MUST,
                "an_absolute_target_with_half_an_ipv6_address_is_refused",
                400,
                b"GET http://[::1/",
            ),
            (
                MUST,
                "an_absolute_target_with_one_slash_is_refused",
                400,
                b"GET http:/a/",
            ),
            (
                MUST,
                "an_absolute_target_with_no_slash_is_refused",
                400,
                b"GET http:a",
            ),
            (MAY, "another_scheme_is_refused", 400, b"GET ftp://a/"),
            (
                MUST,
                "an_absolute_target_with_a_fragment_is_refused",
                400,
                b"GET http://a/#b",
            ),
            (MUST, "a_backslash_ends_no_host", 400, b"GET http://a\\b/"),
        ],
        with_target,
    );
    let head = |line: &str, fields: &str| format!("GET http://a/ HTTP/1.{line}\r\n{fields}\r\n");
    cases.push(
        Case::new(
            MUST,
            "RFC 9112 3.2",
            "an_absolute_target_does_not_replace_the_host_field",
            head("1", ""),
        )
        .refused(400),
    );
    cases.push(
        Case::new(
            MAY,
            "RFC 9112 3.2",
            "an_empty_host_beside_an_absolute_target_is_refused",
            head("1", "Host:\r\n"),
        )
        .refused(400),
    );
    cases.push(
        Case::new(
            MUST,
            "RFC 9112 3.2.2",
            "an_absolute_target_is_taken_in_http_1_0",
            head("0", ""),
        )
        .answer(Answer::page().to_http10())
        .closed(),
    );
    cases
}

fn authority() -> Vec<Case> {
    let mut cases = refused_as(
        "RFC 9112 3.2.3",
        &[
            (MUST, "an_authority_is_refused_for_get", 400, b"GET a:80"),
            (MUST, "a_host_is_refused_for_get", 400, b"GET a"),
            (MUST, "connect_with_a_path_is_refused", 400, b"CONNECT /"),
            (MUST, "connect_without_a_port_is_refused", 400, b"CONNECT a"),
            (
                MUST,
                "connect_with_an_absolute_target_is_refused",
                400,
                b"CONNECT http://a/",
            ),
            (
                MUST,
                "connect_with_an_asterisk_is_refused",
                400,
                b"CONNECT *",
            ),
            (
                MUST,
                "connect_with_userinfo_is_refused",
                400,
                b"CONNECT u@a:80",
            ),
            (
                MUST,
                "connect_with_a_port_of_letters_is_refused",
                400,
                b"CONNECT a:b",
            ),
        ],
        with_target,
    );
    cases.extend(refused_as(
        "RFC 9110 9.3.6",
        &[
            (MAY, "connect_is_answered_501", 501, b"CONNECT a:80"),
            (
                MAY,
                "connect_to_an_ipv6_address_is_answered_501",
                501,
                b"CONNECT [::1]:80",
            ),
        ],
        with_target,
    ));
    cases
}

fn asterisk() -> Vec<Case> {
    let mut cases = refused_as(
        "RFC 9112 3.2.4",
        &[
            (MUST, "an_asterisk_is_refused_for_get", 400, b"GET *"),
            (MUST, "an_asterisk_is_refused_for_post", 400, b"POST *"),
            (MUST, "an_asterisk_is_refused_for_head", 400, b"HEAD *"),
            (MUST, "two_asterisks_are_refused", 400, b"OPTIONS **"),
            (
                MUST,
                "an_asterisk_with_a_query_is_refused",
                400,
                b"OPTIONS *?a",
            ),
        ],
        with_target,
    );
    cases.push(
        Case::new(
            MUST,
            "RFC 9112 3.2.4",
            "an_asterisk_is_taken_for_options",
            with_target(b"OPTIONS *"),
        )
        .answer(Answer::with_body("").has("Allow", "GET, HEAD, POST, DELETE, OPTIONS")),
    );
    cases
}

/// Octets that no target has.
fn octets() -> Vec<Case> {
    let target = |octet: u8| with_target(&[b"GET /", &[octet][..], b"a"].concat());
    let refused = (0..=255_u8).filter(|octet| !(b'!'..=b'~').contains(octet) || *octet == b'#');
    let mut cases: Vec<Case> = refused
        .map(|octet| {
            let name = "a_target_of_other_than_visible_ascii_is_refused";
            Case::new(SHOULD, "RFC 9112 3.2", name, target(octet)).refused(400)
        })
        .collect();
    let name = "a_visible_character_that_no_uri_has_is_refused";
    let lenient = b"\"<>\\^`{|}".iter().map(|octet| {
        Case::new(SHOULD, "RFC 9112 3.2", name, target(*octet))
            .answer(Answer::new(404))
            .deviates("browsers send some of these as they are, and no path is changed for them")
    });
    cases.extend(lenient);
    cases
}

/// A request with a method and this target.
fn with_target(start: &[u8]) -> Vec<u8> {
    [start, b" HTTP/1.1\r\nHost: a\r\n\r\n"].concat()
}

use super::{DeflateAgreement, DeflatePolicy};
use std::string::{String, ToString};

/// Everything that RFC 7692 has, as zlib can do it.
const ALL: DeflatePolicy = DeflatePolicy {
    server_context: true,
    client_context: true,
    server_window_bits: 15,
    client_window_bits: 15,
    least_server_window_bits: 9,
};

/// Nothing is kept between messages.
const SHARED: DeflatePolicy = DeflatePolicy {
    server_context: false,
    client_context: false,
    ..ALL
};

fn agreed(policy: &DeflatePolicy, offers: &str) -> Option<DeflateAgreement> {
    policy.agree(offers.split(',').map(str::trim))
}

fn response(policy: &DeflatePolicy, offers: &str) -> Option<String> {
    agreed(policy, offers).map(|agreed| agreed.response().as_str().to_string())
}

#[test]
fn an_offer_is_taken_as_it_is() {
    for (offer, expected) in [
        ("permessage-deflate", "permessage-deflate"),
        (
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate",
        ),
        (
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover",
        ),
        (
            "permessage-deflate; client_no_context_takeover",
            "permessage-deflate; client_no_context_takeover",
        ),
        (
            "permessage-deflate;server_max_window_bits=9",
            "permessage-deflate; server_max_window_bits=9",
        ),
        (
            "permessage-deflate ;\tserver_max_window_bits = \"15\" ; client_max_window_bits=\"10\"",
            "permessage-deflate; server_max_window_bits=15",
        ),
        (
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover; \
            server_max_window_bits=10; client_max_window_bits=12",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
            server_max_window_bits=10",
        ),
    ] {
        assert_eq!(response(&ALL, offer).as_deref(), Some(expected), "{offer}");
    }
}

#[test]
fn a_server_that_keeps_nothing_says_so() {
    let kept = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    let offer = "permessage-deflate; client_max_window_bits";
    assert_eq!(response(&SHARED, offer).as_deref(), Some(kept));
    let agreed = agreed(&SHARED, offer).unwrap();
    assert!(!agreed.server_context && !agreed.client_context);
}

#[test]
fn the_smaller_window_counts() {
    let small = DeflatePolicy {
        server_window_bits: 11,
        client_window_bits: 10,
        ..ALL
    };
    assert_eq!(
        response(&small, "permessage-deflate; client_max_window_bits").as_deref(),
        Some("permessage-deflate; server_max_window_bits=11; client_max_window_bits=10")
    );
    let lower = "permessage-deflate; client_max_window_bits=9; server_max_window_bits=9";
    let both = agreed(&small, lower).unwrap();
    assert_eq!(
        (both.server_window_bits, both.client_window_bits),
        (9, 9),
        "what the client asks for is less"
    );
    assert_eq!(
        both.response().as_str(),
        "permessage-deflate; server_max_window_bits=9"
    );
}

#[test]
fn a_client_whose_window_cannot_be_made_smaller_is_declined() {
    let small = DeflatePolicy {
        client_window_bits: 10,
        ..ALL
    };
    assert_eq!(agreed(&small, "permessage-deflate"), None);
}

#[test]
fn the_window_of_a_client_that_promises_a_small_one_is_known() {
    let agreed = agreed(&ALL, "permessage-deflate; client_max_window_bits=8").unwrap();
    assert_eq!(agreed.client_window_bits, 8);
}

#[test]
fn offers_that_may_not_be_made_are_declined() {
    for offer in [
        "",
        "permessage-bzip2",
        "Permessage-Deflate",
        "permessage-deflate-too",
        "permessage-deflate;",
        "permessage-deflate; unknown",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover=",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=09",
        "permessage-deflate; server_max_window_bits=010",
        "permessage-deflate; server_max_window_bits=+9",
        "permessage-deflate; server_max_window_bits=\"10",
        "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
        "permessage-deflate; SERVER_NO_CONTEXT_TAKEOVER",
    ] {
        assert_eq!(agreed(&ALL, offer), None, "{offer}");
    }
}

#[test]
fn the_first_offer_that_can_be_agreed_to_is_taken() {
    let offers = "permessage-snappy, permessage-deflate; server_max_window_bits=8, \
        permessage-deflate; server_no_context_takeover; server_max_window_bits=9, permessage-deflate";
    assert_eq!(
        response(&ALL, offers).as_deref(),
        Some("permessage-deflate; server_no_context_takeover; server_max_window_bits=9")
    );
}

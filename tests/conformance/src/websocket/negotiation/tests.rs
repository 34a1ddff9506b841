//! The judge of answers, judged.

use super::{Offer, agreed};

const NINE: Offer = Offer {
    server_max_window_bits: Some(9),
    ..Offer::USUAL
};

const ALONE: Offer = Offer {
    server_no_context_takeover: true,
    ..Offer::USUAL
};

fn is_legal(offers: &[Offer], answer: &str) -> bool {
    agreed(offers, answer).is_ok()
}

#[test]
fn an_answer_says_what_holds() {
    let answer = "permessage-deflate; server_max_window_bits=9; client_max_window_bits=\"10\"";
    let agreement = agreed(&[NINE], answer).unwrap();
    assert_eq!(agreement.server_max_window_bits, 9);
    assert_eq!(agreement.client_max_window_bits, 10);
    assert!(!agreement.server_no_context_takeover);
    assert!(!agreement.client_no_context_takeover);
}

#[test]
fn an_answer_takes_over_what_the_server_was_asked_for() {
    assert!(!is_legal(&[NINE], "permessage-deflate"));
    assert!(!is_legal(
        &[NINE],
        "permessage-deflate; server_max_window_bits=10"
    ));
    assert!(is_legal(
        &[NINE],
        "permessage-deflate; server_max_window_bits=8"
    ));
    assert!(!is_legal(&[ALONE], "permessage-deflate"));
    assert!(is_legal(
        &[ALONE],
        "permessage-deflate; server_no_context_takeover"
    ));
}

#[test]
fn an_answer_accepts_one_of_several_alternatives() {
    assert!(is_legal(&[NINE, Offer::USUAL], "permessage-deflate"));
    assert!(!is_legal(
        &[NINE, ALONE],
        "permessage-deflate; client_max_window_bits=9"
    ));
}

#[test]
fn an_answer_has_no_parameter_twice_unknown_or_with_a_wrong_value() {
    for parameters in [
        "server_max_window_bits=9; server_max_window_bits=9",
        "server_no_context_takeover; server_no_context_takeover",
        "server_no_context_takeover=true",
        "server_max_window_bits",
        "client_max_window_bits",
        "server_max_window_bits=7",
        "server_max_window_bits=16",
        "server_max_window_bits=010",
        "server_max_window_bits=+9",
        "server_max_window_bits=",
        "window=9",
        "",
    ] {
        let answer = format!("permessage-deflate; {parameters}");
        assert!(!is_legal(&[Offer::USUAL], &answer), "{answer}");
    }
}

#[test]
fn an_answer_has_nothing_that_was_not_offered() {
    let plain = Offer::default();
    assert!(!is_legal(
        &[plain],
        "permessage-deflate; client_max_window_bits=15"
    ));
    assert!(!is_legal(
        &[plain],
        "permessage-deflate, permessage-deflate"
    ));
    assert!(!is_legal(&[plain], "x-webkit-deflate-frame"));
    assert!(!is_legal(&[], "permessage-deflate"));
}

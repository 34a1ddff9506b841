use super::answer;
use core::net::Ipv4Addr;
use proptest::prelude::*;
use std::vec::Vec;

const PORTAL: Ipv4Addr = Ipv4Addr::new(192, 168, 71, 1);

/// A query for a type of a name, in the class of the Internet.
fn query(labels: &[&str], kind: u8) -> Vec<u8> {
    let mut query = std::vec![0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in labels {
        query.push(label.len() as u8);
        query.extend(label.as_bytes());
    }
    query.extend([0, 0, kind, 0, 1]);
    query
}

fn answered(query: &[u8]) -> Option<Vec<u8>> {
    answer(query, PORTAL, &mut [0; 512]).map(Vec::from)
}

/// The code of an answer, and how many records it has.
fn outcome(query: &[u8]) -> (u8, u16) {
    let answer = answered(query).unwrap();
    assert_eq!(answer[..2], query[..2], "the id");
    assert_eq!(answer[2] & 0xF9, 0x80 | query[2] & 0x79, "the flags");
    (answer[3] & 15, u16::from_be_bytes([answer[6], answer[7]]))
}

#[test]
fn every_name_has_the_address_of_the_portal() {
    for labels in [&["connectivitycheck", "gstatic", "com"][..], &["a"], &[]] {
        let query = query(labels, 1);
        assert_eq!(outcome(&query), (0, 1));
        assert!(
            answered(&query)
                .unwrap()
                .ends_with(&[0, 4, 192, 168, 71, 1])
        );
    }
}

#[test]
fn there_is_nothing_else() {
    // AAAA, MX, TXT, HTTPS, ANY.
    for kind in [28, 15, 16, 65, 255] {
        assert_eq!(outcome(&query(&["a"], kind)), (0, 0), "{kind}");
    }
    let mut chaos = query(&["version", "bind"], 1);
    *chaos.last_mut().unwrap() = 3;
    assert_eq!(outcome(&chaos), (0, 0));
}

#[test]
fn what_is_no_standard_query_is_not_implemented() {
    let mut update = query(&["a"], 1);
    update[2] = 5 << 3;
    assert_eq!(outcome(&update), (4, 0));
}

#[test]
fn what_is_malformed_is_told_so() {
    let whole = query(&["a", "b"], 1);
    for length in 12..whole.len() {
        assert_eq!(outcome(&whole[..length]), (1, 0), "{length}");
    }
    for questions in [0, 2] {
        let mut query = whole.clone();
        query[5] = questions;
        assert_eq!(outcome(&query), (1, 0), "{questions} questions");
    }
    // A name that points at itself.
    let mut circle = query(&[], 1);
    circle.splice(12..13, [0xC0, 12]);
    assert_eq!(outcome(&circle), (1, 0));
}

#[test]
fn what_is_too_short_or_an_answer_is_left_alone() {
    let whole = query(&["a"], 1);
    for length in 0..12 {
        assert_eq!(answered(&whole[..length]), None);
    }
    let mut response = whole;
    response[2] |= 0x80;
    assert_eq!(answered(&response), None);
}

#[test]
fn an_answer_that_does_not_fit_is_a_failure_of_the_server() {
    let label = "x".repeat(60);
    let long = query(&[label.as_str(); 4], 1);
    assert_eq!(outcome(&long), (2, 0));
    assert_eq!(answer(&long, PORTAL, &mut [0; 11]), None);
}

proptest! {
    #[test]
    fn anything_is_answered_shortly_or_not_at_all(octets in prop::collection::vec(any::<u8>(), 0..600)) {
        let answered = answered(&octets);
        prop_assert!(answered.is_none_or(|answer| (12..=512).contains(&answer.len())));
    }

    #[test]
    fn so_is_a_damaged_query(place in 0..40_usize, octet: u8, labels in prop::collection::vec("[a-z]{1,9}", 0..4)) {
        let labels: Vec<_> = labels.iter().map(|label| label.as_str()).collect();
        let mut octets = query(&labels, 1);
        if let Some(damaged) = octets.get_mut(place) {
            *damaged = octet;
        }
        let answered = answered(&octets);
        prop_assert!(answered.is_none_or(|answer| answer.len() <= 2 * octets.len() + 16));
    }
}

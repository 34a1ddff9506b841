//! Properties of request heads: an outcome doesn't depend on how octets arrive.

use dunlin_proto::http::{HeadLimits, RequestHead, cookies, parse_request_head};
use proptest::{collection::vec, prelude::*, sample::select};

/// Everything a head says, in a form that compares.
fn describe(head: &RequestHead<'_>) -> String {
    let fields: Vec<_> = head.fields().iter().collect();
    let cookies: Vec<_> = cookies(head.fields()).collect();
    let elements: Vec<_> = head.fields().elements("accept").collect();
    format!("{head:?} {fields:?} {cookies:?} {elements:?}")
}

fn outcome(input: &[u8], limits: &HeadLimits) -> Option<String> {
    match parse_request_head(input, limits) {
        Ok(None) => None,
        Ok(Some((head, length))) => Some(format!("{length} {}", describe(&head))),
        Err(error) => Some(format!("{error:?}")),
    }
}

/// Asserts that all prefixes are incomplete up to one, and from there on the same.
fn prefixes_agree(input: &[u8], limits: &HeadLimits) -> Result<(), TestCaseError> {
    let mut decided: Option<String> = None;
    for end in 0..=input.len() {
        let found = outcome(&input[..end], limits);
        if decided.is_some() {
            prop_assert_eq!(&found, &decided, "prefix of {} octets", end);
        }
        decided = found;
    }
    Ok(())
}

fn limits() -> impl Strategy<Value = HeadLimits> {
    let generous = HeadLimits {
        target: 8192,
        head: 16384,
        fields: 64,
    };
    let tight =
        (0..40_usize, 0..200_usize, 0..6_usize).prop_map(|(target, head, fields)| HeadLimits {
            target,
            head,
            fields,
        });
    prop_oneof![2 => Just(generous), 1 => tight]
}

fn line() -> impl Strategy<Value = &'static str> {
    select(vec![
        "Host: example.org",
        "Host: [::1]:80",
        "Host:",
        "Content-Length: 5",
        "Content-Length: 5, 5",
        "Content-Length: 18446744073709551616",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip",
        "Connection: keep-alive, Upgrade",
        "Connection: close",
        "Expect: 100-continue",
        "Accept: text/html, */*",
        "Cookie: a=b; c=d",
        "X-Text: caf\u{e9}\tau lait",
        "X-Empty:",
    ])
}

fn head() -> impl Strategy<Value = Vec<u8>> {
    let start = select(vec!["", "", "", "", "\r\n", "\r\n\r\n"]);
    let method = select(vec![
        "GET", "GET", "POST", "OPTIONS", "CONNECT", "M-SEARCH", "BREW",
    ]);
    let target = select(vec![
        "/",
        "/a?b=c",
        "/a/long/path/of/many/parts?and=a&query=too",
        "*",
        "http://a.b/c",
        "a.b:80",
    ]);
    let version = select(vec!["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0"]);
    (
        start,
        method,
        target,
        version,
        vec(line(), 0..8),
        any::<bool>(),
    )
        .prop_map(|(start, method, target, version, lines, host)| {
            let mut head = format!("{start}{method} {target} {version}\r\n");
            if host {
                head.push_str("Host: a\r\n");
            }
            for line in lines {
                head.push_str(line);
                head.push_str("\r\n");
            }
            head.push_str("\r\nGET / HTTP/1.1\r\n");
            head.into_bytes()
        })
}

/// Replaces, inserts or removes an octet.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let octet = prop_oneof![
        select(b"\r\n \t:,;/#?@\0\x7f\xff[]%Aa05".to_vec()),
        any::<u8>()
    ];
    let mutation = (any::<prop::sample::Index>(), octet, 0..3_u8);
    (head(), vec(mutation, 0..4)).prop_map(|(mut head, mutations)| {
        for (index, octet, kind) in mutations {
            let index = index.index(head.len());
            match kind {
                0 => head[index] = octet,
                1 => head.insert(index, octet),
                _ => drop(head.remove(index)),
            }
        }
        head
    })
}

proptest! {
    #[test]
    fn growing_prefixes_of_a_head_agree(input in head(), limits in limits()) {
        prefixes_agree(&input, &limits)?;
    }

    #[test]
    fn growing_prefixes_of_a_mutated_head_agree(input in mutated(), limits in limits()) {
        prefixes_agree(&input, &limits)?;
    }

    #[test]
    fn growing_prefixes_of_arbitrary_octets_agree(
        input in vec(any::<u8>(), 0..300),
        limits in limits(),
    ) {
        prefixes_agree(&input, &limits)?;
    }

    #[test]
    fn arbitrary_field_blocks_agree(
        block in vec(prop_oneof![select(b"\r\n :aA,\t".to_vec()), any::<u8>()], 0..120),
        limits in limits(),
    ) {
        let mut input = b"GET / HTTP/1.1\r\nHost: a\r\nCookie: ".to_vec();
        input.extend_from_slice(&block);
        prefixes_agree(&input, &limits)?;
    }

    #[test]
    fn a_decision_is_made_by_the_limit(
        input in mutated(),
        more in vec(any::<u8>(), 200),
    ) {
        let limits = HeadLimits { target: 50, head: 100, fields: 10 };
        let input = [input, more].concat();
        prop_assert!(outcome(&input[..limits.head], &limits).is_some());
    }
}

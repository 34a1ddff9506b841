use super::*;

#[test]
fn a_value_may_hold_all_but_controls() {
    for octet in 0..=u8::MAX {
        // Places that fall differently into the words values are looked at in.
        for before in 0..9 {
            let mut input = b"GET / HTTP/1.1\r\nHost: a\r\nX: ".to_vec();
            input.resize(input.len() + before, b'v');
            input.push(octet);
            input.extend_from_slice(b"wwwwwwwwwwww\r\n\r\n");
            let valid = octet == b'\t' || (octet >= 0x20 && octet != 0x7F);
            let expected = (!valid).then_some(HeadError::MalformedField);
            assert_eq!(error(&input), expected, "{octet:#x}");
        }
    }
}

#[test]
fn a_name_may_only_hold_token_characters() {
    for octet in 0..=u8::MAX {
        let mut input = b"GET / HTTP/1.1\r\nHost: a\r\nX".to_vec();
        input.push(octet);
        input.extend_from_slice(b"Y: z\r\n\r\n");
        let valid = octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:".contains(&octet);
        let expected = (!valid).then_some(HeadError::MalformedField);
        assert_eq!(error(&input), expected, "{octet:#x}");
    }
}

#[test]
fn malformed_field_lines_are_refused() {
    refuses(
        &[
            "X : y",
            "X\t: y",
            ": y",
            "X",
            " X: y",
            "X: y\r\n folded",
            "X: y\r\n\tfolded",
            "X: y\nZ: w",
            "X: y\rZ: w",
            "X: y\r\r\nZ: w",
            "\nX: y",
            "X: y\0",
            "X\0: y",
        ],
        HeadError::MalformedField,
    );
}

#[test]
fn a_folded_first_line_is_refused() {
    let input = b"GET / HTTP/1.1\r\n Host: a\r\n\r\n";
    assert_eq!(error(input), Some(HeadError::MalformedField));
}

#[test]
fn a_head_ends_in_cr_lf_cr_lf() {
    for end in ["\n", "\r\r\n", "\r "] {
        let input = format!("GET / HTTP/1.1\r\nHost: a\r\n{end}");
        assert_eq!(
            error(input.as_bytes()),
            Some(HeadError::MalformedField),
            "{end:?}"
        );
    }
}

#[test]
fn http_1_1_needs_exactly_one_host() {
    assert_eq!(
        error(b"GET / HTTP/1.1\r\n\r\n"),
        Some(HeadError::InvalidHost)
    );
    refuses(&["Host: a", "host: b", "HOST:"], HeadError::InvalidHost);
}

#[test]
fn http_1_0_needs_no_host_but_has_one_at_most() {
    assert_eq!(parse(b"GET / HTTP/1.0\r\n\r\n").unwrap().host(), "");
    assert_eq!(
        parse(b"GET / HTTP/1.0\r\nHost: a\r\n\r\n").unwrap().host(),
        "a"
    );
    let twice = b"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n";
    assert_eq!(error(twice), Some(HeadError::InvalidHost));
}

#[test]
fn valid_hosts_are_accepted() {
    for host in [
        "",
        "a",
        "example.org",
        "example.org:8080",
        "example.org:",
        "a:65535",
        "a:00080",
        "127.0.0.1",
        "127.0.0.1:80",
        "[::1]",
        "[2001:db8::1]:443",
        "[::ffff:1.2.3.4]",
        "a_b-c~d",
        "a%20b",
        "a!$&'()*+;=b",
        "xn--nxasmq6b",
    ] {
        let input = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(parse(input.as_bytes()).unwrap().host(), host);
    }
}

#[test]
fn invalid_hosts_are_refused() {
    for host in [
        "user@a",
        "a/",
        "a/b",
        "a,b",
        "a, b",
        "a b",
        "a:b",
        "a:80:80",
        "a:65536",
        "a:-1",
        "a:+1",
        "a: 80",
        "a :80",
        ":80",
        ":",
        "http://a",
        "a?b",
        "a#b",
        "a\\b",
        "a%",
        "a%2",
        "a%zz",
        "[",
        "[]",
        "[::1",
        "::1",
        "[::1]a",
        "[::1]:x",
        "[1.2.3.4]",
        "[fe80::1%25eth0]",
        "[v1.a]",
        "[::1]]",
        "a[::1]",
        "\u{e9}",
        "<a>",
        "\"a\"",
        "a|b",
        "a^b",
        "a`b",
        "{a}",
        "a\tb",
        "a:99999999999999999999",
    ] {
        let input = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(
            error(input.as_bytes()),
            Some(HeadError::InvalidHost),
            "{host:?}"
        );
    }
}

#[test]
fn the_host_of_a_target_with_an_authority_overrules_the_field() {
    for (target, host, expected) in [
        ("GET http://b/", "a", Ok("b")),
        ("GET http://b/", "b", Ok("b")),
        ("GET http://b/", "", Err(HeadError::InvalidHost)),
        ("GET http://b/", "x@y", Err(HeadError::InvalidHost)),
        ("CONNECT b:1", "a", Ok("b:1")),
        ("CONNECT b:1", "", Err(HeadError::InvalidHost)),
    ] {
        let input = format!("{target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let found = parse(input.as_bytes()).map(|head| head.host());
        assert_eq!(found, expected, "{target} {host:?}");
    }
}

#[test]
fn an_absolute_target_does_not_replace_a_missing_host() {
    let input = b"GET http://b/ HTTP/1.1\r\n\r\n";
    assert_eq!(error(input), Some(HeadError::InvalidHost));
    let input = b"GET http://b/ HTTP/1.0\r\n\r\n";
    assert_eq!(parse(input).unwrap().host(), "b");
}

use super::*;

/// A request with this request line.
fn line(line: &str) -> Vec<u8> {
    format!("{line}\r\nHost: a\r\n\r\n").into_bytes()
}

#[track_caller]
fn refuses_lines(lines: &[&str], expected: HeadError) {
    for text in lines {
        assert_eq!(error(&line(text)), Some(expected), "{text:?}");
    }
}

#[test]
fn every_method_is_accepted_in_a_request() {
    let input = line("M-SEARCH / HTTP/1.1");
    assert_eq!(parse(&input).unwrap().method(), Method::MSearch);
    let input = line("UNSUBSCRIBE / HTTP/1.1");
    assert_eq!(parse(&input).unwrap().method(), Method::Unsubscribe);
}

#[test]
fn an_unknown_method_is_not_implemented() {
    refuses_lines(
        &[
            "get / HTTP/1.1",
            "GE / HTTP/1.1",
            "GETT / HTTP/1.1",
            "PRI * HTTP/2.0",
            "ABCDEFGHIJKLMNOP / HTTP/1.1",
        ],
        HeadError::MethodNotImplemented,
    );
}

#[test]
fn a_method_that_is_no_token_is_malformed() {
    refuses_lines(
        &[
            " GET / HTTP/1.1",
            "G@T / HTTP/1.1",
            "GET\t/ HTTP/1.1",
            "GET",
            "\"GET\" / HTTP/1.1",
        ],
        HeadError::MalformedRequestLine,
    );
}

#[test]
fn a_tls_client_hello_is_refused_at_its_first_octet() {
    assert_eq!(
        parse_request_head(&[0x16], &GENEROUS).err(),
        Some(HeadError::MalformedRequestLine)
    );
}

#[test]
fn a_long_method_is_refused_before_it_ends() {
    assert!(matches!(
        parse_request_head(b"ABCDEFGHIJK", &GENEROUS),
        Ok(None)
    ));
    assert_eq!(
        parse_request_head(b"ABCDEFGHIJKL", &GENEROUS).err(),
        Some(HeadError::MethodNotImplemented)
    );
}

#[test]
fn one_empty_line_before_the_request_is_ignored() {
    assert_eq!(
        parse(b"\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap()
            .path(),
        "/x"
    );
}

#[test]
fn other_line_ends_before_the_request_are_refused() {
    for start in ["\r\n\r\n", "\n", "\r", "\r\r\n", " \r\n"] {
        let input = format!("{start}GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(
            error(input.as_bytes()),
            Some(HeadError::MalformedRequestLine),
            "{start:?}"
        );
    }
}

#[test]
fn versions_of_major_1_are_served() {
    for (text, version) in [
        ("HTTP/1.0", Version::Http10),
        ("HTTP/1.1", Version::Http11),
        ("HTTP/1.2", Version::Http11),
        ("HTTP/1.9", Version::Http11),
    ] {
        let input = line(&format!("GET / {text}"));
        assert_eq!(parse(&input).unwrap().version(), version, "{text}");
    }
}

#[test]
fn other_major_versions_are_not_supported() {
    refuses_lines(
        &["GET / HTTP/2.0", "GET / HTTP/0.9", "GET / HTTP/3.1"],
        HeadError::VersionNotSupported,
    );
}

#[test]
fn malformed_versions_are_refused() {
    refuses_lines(
        &[
            "GET / http/1.1",
            "GET / HTTP/1",
            "GET / HTTP/1.",
            "GET / HTTP/.1",
            "GET / HTTP/11",
            "GET / HTTP/1.10",
            "GET / HTTP/01.1",
            "GET / HTTP/2.00",
            "GET / HTTP 1.1",
            "GET / HTTPS/1.1",
            "GET / HTTP/1.1 ",
            "GET / HTTP/1,1",
            "GET / FTP/1.1",
            "GET / ",
            "GET / HTTP/1.1\r",
            "GET / HTTP/A.1",
        ],
        HeadError::MalformedRequestLine,
    );
}

#[test]
fn parts_are_separated_by_one_blank() {
    refuses_lines(
        &[
            "GET  / HTTP/1.1",
            "GET /\tHTTP/1.1",
            "GET /",
            "GET /a\u{b}b HTTP/1.1",
        ],
        HeadError::MalformedTarget,
    );
    refuses_lines(
        &["GET /  HTTP/1.1", "GET /a b HTTP/1.1"],
        HeadError::MalformedRequestLine,
    );
}

#[test]
fn a_request_line_ends_in_cr_lf() {
    for end in ["\n", "\r", "\r\r\n", "\0\r\n"] {
        let input = format!("GET / HTTP/1.1{end}Host: a\r\n\r\n");
        assert_eq!(
            error(input.as_bytes()),
            Some(HeadError::MalformedRequestLine),
            "{end:?}"
        );
    }
}

#[test]
fn a_target_is_visible_ascii_without_a_fragment() {
    for octet in 0..=u8::MAX {
        let mut input = b"GET /a".to_vec();
        input.push(octet);
        input.extend_from_slice(b"b HTTP/1.1\r\nHost: a\r\n\r\n");
        let valid = (0x21..=0x7E).contains(&octet) && octet != b'#';
        assert_eq!(parse(&input).is_ok(), valid, "{octet:#x}");
    }
}

#[test]
fn targets_are_split_at_the_first_question_mark() {
    for (target, path, query) in [
        ("/", "/", None),
        ("/?", "/", Some("")),
        ("/a?b?c", "/a", Some("b?c")),
        ("//a//b", "//a//b", None),
        ("/%zz?%", "/%zz", Some("%")),
        ("/http://b/", "/http://b/", None),
        ("http://a.b", "/", None),
        ("HTTP://a.b:80", "/", None),
        ("https://a.b/c?d", "/c", Some("d")),
        ("http://a.b?d/e", "/", Some("d/e")),
        ("http://[::1]:80/c", "/c", None),
    ] {
        let input = line(&format!("GET {target} HTTP/1.1"));
        let head = parse(&input).unwrap();
        assert_eq!(
            (head.target(), head.path(), head.query()),
            (target, path, query)
        );
    }
}

#[test]
fn targets_of_no_form_are_malformed() {
    refuses_lines(
        &[
            "GET a HTTP/1.1",
            "GET ?a HTTP/1.1",
            "GET * HTTP/1.1",
            "OPTIONS *a HTTP/1.1",
            "GET a:80 HTTP/1.1",
            "GET ftp://a/ HTTP/1.1",
            "GET http:/a HTTP/1.1",
            "GET http:// HTTP/1.1",
            "GET http:///a HTTP/1.1",
            "GET http://u@a/ HTTP/1.1",
            "GET http://a:x/ HTTP/1.1",
            "GET http://:80/ HTTP/1.1",
            "GET http HTTP/1.1",
        ],
        HeadError::MalformedTarget,
    );
}

#[test]
fn options_may_be_about_the_server() {
    let input = line("OPTIONS * HTTP/1.1");
    let head = parse(&input).unwrap();
    assert_eq!((head.path(), head.query()), ("*", None));
}

#[test]
fn connect_takes_a_host_and_port_only() {
    let input = line("CONNECT b.c:443 HTTP/1.1");
    let head = parse(&input).unwrap();
    assert_eq!(
        (head.target(), head.path(), head.host()),
        ("b.c:443", "", "b.c:443")
    );
    refuses_lines(
        &[
            "CONNECT / HTTP/1.1",
            "CONNECT b.c HTTP/1.1",
            "CONNECT b.c: HTTP/1.1",
            "CONNECT b.c:443/ HTTP/1.1",
            "CONNECT http://b.c:443 HTTP/1.1",
            "CONNECT u@b.c:443 HTTP/1.1",
            "CONNECT :443 HTTP/1.1",
            "CONNECT * HTTP/1.1",
        ],
        HeadError::MalformedTarget,
    );
}

#[test]
fn the_host_is_that_of_an_absolute_target() {
    let input = line("GET http://b.c:81/d HTTP/1.1");
    assert_eq!(parse(&input).unwrap().host(), "b.c:81");
}

#[test]
fn the_first_wrong_octet_decides() {
    // Each has a later error of another kind, seen at once or not at all.
    for (input, expected) in [
        (&b"FOO\t/ HTTP/2.0\r\n"[..], HeadError::MalformedRequestLine),
        (b"FOO # HTTP/2.0\r\n", HeadError::MethodNotImplemented),
        (b"GET # HTTP/2.0\r\n", HeadError::MalformedTarget),
        (
            b"GET / HTTP/2.0\r\nA : b\r\n",
            HeadError::VersionNotSupported,
        ),
        (
            b"GET / HTTP/1.1\r\nA : b\r\nContent-Length: x\r\n",
            HeadError::MalformedField,
        ),
    ] {
        assert_eq!(error(input), Some(expected));
    }
}

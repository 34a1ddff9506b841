use super::*;

fn keep_alive(version: &str, lines: &str) -> bool {
    let input = format!("GET / {version}\r\nHost: a\r\n{lines}\r\n");
    parse(input.as_bytes()).unwrap().keep_alive()
}

#[test]
fn persistence_follows_version_and_connection() {
    for (lines, http10, http11) in [
        ("", false, true),
        ("Connection: close\r\n", false, false),
        ("Connection: Close\r\n", false, false),
        ("connection: keep-alive\r\n", true, true),
        ("Connection: KEEP-ALIVE\r\n", true, true),
        ("Connection: x, ,keep-alive\t,y\r\n", true, true),
        ("Connection: keep-alive, close\r\n", false, false),
        (
            "Connection: close\r\nConnection: keep-alive\r\n",
            false,
            false,
        ),
        ("Connection: x\r\nConnection: keep-alive\r\n", true, true),
        ("Connection: closed\r\n", false, true),
        ("Connection:\r\n", false, true),
        ("Keep-Alive: timeout=5\r\n", false, true),
    ] {
        assert_eq!(keep_alive("HTTP/1.0", lines), http10, "{lines:?} in 1.0");
        assert_eq!(keep_alive("HTTP/1.1", lines), http11, "{lines:?} in 1.1");
    }
}

#[test]
fn upgrade_counts_if_connection_lists_it() {
    for (lines, expected) in [
        ("Connection: Upgrade", true),
        ("Connection: keep-alive, upgrade", true),
        ("Connection: keep-alive\r\nConnection: UPGRADE", true),
        ("Connection: upgraded", false),
        ("Upgrade: websocket", false),
    ] {
        let input = with_fields(lines);
        assert_eq!(
            parse(&input).unwrap().connection_has_upgrade(),
            expected,
            "{lines:?}"
        );
    }
}

#[test]
fn a_client_may_expect_100_continue() {
    for (lines, expected) in [
        ("X: y", false),
        ("Expect: 100-continue", true),
        ("expect: 100-CONTINUE", true),
        ("Expect: 100-continue, 100-continue", true),
        ("Expect:", false),
    ] {
        let input = with_fields(lines);
        assert_eq!(
            parse(&input).unwrap().expects_continue(),
            expected,
            "{lines:?}"
        );
    }
}

#[test]
fn other_expectations_fail() {
    refuses(
        &[
            "Expect: 200-ok",
            "Expect: 100-continue;a=b",
            "Expect: 100-continue, x",
            "Expect: 100",
        ],
        HeadError::ExpectationFailed,
    );
}

#[test]
fn http_1_0_expects_nothing() {
    for value in ["100-continue", "other"] {
        let input = format!("GET / HTTP/1.0\r\nExpect: {value}\r\n\r\n");
        assert!(!parse(input.as_bytes()).unwrap().expects_continue());
    }
}

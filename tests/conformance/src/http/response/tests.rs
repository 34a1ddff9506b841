use super::{Framing, Response, Unread};

fn read(text: &str) -> Result<Response, Unread> {
    Response::read(text.as_bytes(), false, false)
}

#[test]
fn each_framing_ends_where_it_says() {
    let known = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nA\r\nbcdefghijk\r\n0\r\n\r\n";
    let none = "HTTP/1.1 204 No Content\r\n\r\n";
    for (text, body, framing) in [
        (known, "ab", Framing::Length),
        (chunked, "abcdefghijk", Framing::Chunked),
        (none, "", Framing::None),
    ] {
        let response = read(&format!("{text}HTTP/1.1 ")).unwrap();
        assert_eq!(response.body, body.as_bytes());
        assert_eq!(response.framing, framing);
        assert_eq!(response.length, text.len());
        for cut in 0..text.len() {
            assert_eq!(
                read(&text[..cut]),
                Err(Unread::Incomplete),
                "{:?}",
                &text[..cut]
            );
        }
    }
}

#[test]
fn a_body_without_a_length_ends_with_the_connection() {
    let text = b"HTTP/1.1 200 OK\r\n\r\nab";
    assert_eq!(Response::read(text, false, false), Err(Unread::Incomplete));
    assert_eq!(Response::read(text, false, true).unwrap().body, b"ab");
}

#[test]
fn the_answer_to_head_has_no_body() {
    let text = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    let response = Response::read(text, true, false).unwrap();
    assert_eq!(
        (response.length, response.framing),
        (text.len(), Framing::None)
    );
}

#[test]
fn what_a_server_must_not_send_is_no_response() {
    for text in [
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nnothing\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        assert!(
            matches!(read(text), Err(Unread::Invalid(_))),
            "{text:?}: {:?}",
            read(text)
        );
    }
}

//! What a handler reads of a request.

use dunlin::{
    AnswerError, App, Limits, Request, Response, Route, Status, credentials_match,
    percent_decode_str, percent_eq,
};
use dunlin_memory::Client;

struct Desk;

impl App for Desk {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::any("/read/{name}", read),
        Route::get("/private", private),
    ];
}

/// Tells all that it reads, a line for each.
fn read(_: &Desk, request: Request<'_, Desk>, response: Response<'_>) -> Result<(), AnswerError> {
    let mut name = [0; 8];
    let name = percent_decode_str(
        request.parameter("name").unwrap_or_default(),
        &mut name,
        false,
    );
    let is_cafe = percent_eq(
        request.parameter("name").unwrap_or_default(),
        "caf\u{e9}",
        false,
    );
    let lines = [
        format!("target {}", request.target()),
        format!("name {name:?} {is_cafe}"),
        format!("query {:?}", request.query_pairs().collect::<Vec<_>>()),
        format!("accept {:?}", request.headers("ACCEPT").collect::<Vec<_>>()),
        format!("cookies {:?}", request.cookies().collect::<Vec<_>>()),
        format!("cookie {:?} {:?}", request.cookie("b"), request.cookie("B")),
        format!(
            "type {:?}",
            request.content_type().map(|kind| kind.as_str())
        ),
        format!("json {}", request.is_json()),
        format!("form {:?}", request.form_pairs().collect::<Vec<_>>()),
        format!("key {:?}", request.form_value("a b")),
    ];
    response.text(&lines.join("\n"))
}

fn private(
    _: &Desk,
    request: Request<'_, Desk>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let mut buffer = [0; 32];
    match request.basic_auth(&mut buffer) {
        Some(given) if credentials_match(given, ("Aladdin", "open sesame")) => {
            response.text(&format!("Hello, {}", given.0))
        }
        _ => response
            .status(Status::UNAUTHORIZED)
            .header("WWW-Authenticate", "Basic realm=\"cave\"")
            .text("no"),
    }
}

fn ask(request: &str) -> String {
    let mut client = Client::new(Desk, Limits::LINUX);
    client.send(request.as_bytes());
    String::from_utf8(client.take()).unwrap()
}

/// The answer to a request with these fields and this body has these lines.
fn reads(target: &str, fields: &str, body: &str, lines: &[&str]) {
    let length = body.len();
    let answer = ask(&format!(
        "POST {target} HTTP/1.1\r\nHost: x\r\n{fields}Content-Length: {length}\r\n\r\n{body}"
    ));
    for line in lines {
        assert!(answer.lines().any(|told| told == *line), "{line}\n{answer}");
    }
}

#[test]
fn a_parameter_is_compared_and_decoded_without_allocation() {
    reads("/read/caf%C3%A9", "", "", &["name Ok(\"caf\u{e9}\") true"]);
    reads("/read/caf%C3", "", "", &["name Err(NotText) false"]);
    reads("/read/caf%zz", "", "", &["name Err(Malformed) false"]);
    reads("/read/cafeteria", "", "", &["name Err(TooLong) false"]);
}

#[test]
fn query_pairs_come_in_order_and_not_decoded() {
    let lines = [
        "target /read/x?a=1&b=%20&a",
        "query [(\"a\", \"1\"), (\"b\", \"%20\"), (\"a\", \"\")]",
    ];
    reads("/read/x?a=1&b=%20&a", "", "", &lines);
    reads("/read/x", "", "", &["query []"]);
}

#[test]
fn all_fields_and_cookies_of_a_name_are_read() {
    let fields = "Accept: a\r\naccept: b, c\r\nCookie: a=1; b=\"2\"\r\nCookie: b=3\r\n";
    let lines = [
        "accept [\"a\", \"b, c\"]",
        "cookies [(\"a\", \"1\"), (\"b\", \"\\\"2\\\"\"), (\"b\", \"3\")]",
        "cookie Some(\"\\\"2\\\"\") None",
    ];
    reads("/read/x", fields, "", &lines);
    reads(
        "/read/x",
        "",
        "",
        &["accept []", "cookies []", "cookie None None"],
    );
}

#[test]
fn a_form_is_read_where_the_type_says_that_it_is_one() {
    let form = "a+b=%31&c=2";
    let fields = "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n";
    let lines = [
        "type Some(\"application/x-www-form-urlencoded\")",
        "form [(\"a+b\", \"%31\"), (\"c\", \"2\")]",
        "key Some(\"%31\")",
        "json false",
    ];
    reads("/read/x", fields, form, &lines);
    for fields in ["", "Content-Type: text/plain\r\n"] {
        reads("/read/x", fields, form, &["form []", "key None"]);
    }
    reads("/read/x", fields, "", &["form []", "key None"]);
}

#[test]
fn json_is_told_by_its_type() {
    let fields = "Content-Type: application/json; charset=utf-8\r\n";
    reads(
        "/read/x",
        fields,
        "{}",
        &["type Some(\"application/json\")", "json true"],
    );
    reads("/read/x", "", "{}", &["type None", "json false"]);
}

#[test]
fn basic_credentials_open_what_they_are_for() {
    let private = |fields: &str| ask(&format!("GET /private HTTP/1.1\r\nHost: x\r\n{fields}\r\n"));
    let right = "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n";
    assert!(private(right).ends_with("Hello, Aladdin"));
    for wrong in [
        String::new(),
        "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZA==\r\n".to_owned(),
        "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ\r\n".to_owned(),
        right.repeat(2),
    ] {
        let answer = private(&wrong);
        assert!(answer.starts_with("HTTP/1.1 401 "), "{wrong}: {answer}");
        assert!(answer.contains("WWW-Authenticate: Basic realm=\"cave\"\r\n"));
    }
}

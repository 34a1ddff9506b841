use crate::{JsonRequest, JsonResponse, ReadError, WriteError, from_slice, to_str};
use dunlin::{AnswerError, App, Limits, Request, Response, Route};
use dunlin_memory::Client;
use serde::{Deserialize, Serialize};
use std::string::{String, ToString};

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Reading {
    name: heapless::String<16>,
    celsius: f32,
    valid: bool,
    last: Option<i32>,
}

fn reading() -> Reading {
    Reading {
        name: heapless::String::try_from("roof \"é\"").unwrap(),
        celsius: -3.5,
        valid: true,
        last: None,
    }
}

const TEXT: &str = r#"{"name":"roof \"é\"","celsius":-3.5,"valid":true,"last":null}"#;

struct Device;

impl App for Device {
    type Session = ();
    const ROUTES: &'static [Route<Self>] =
        &[Route::get("/reading", show), Route::post("/reading", set)];
}

fn show(_: &Device, _: Request<'_, Device>, response: Response<'_>) -> Result<(), AnswerError> {
    response.write_json(&reading(), &mut [0; 128])
}

fn set(
    _: &Device,
    request: Request<'_, Device>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    match request.read_json::<Reading>(&mut [0; 16]) {
        Ok(reading) => response.text(&reading.name),
        Err(error) => response.status(error.status()).text(error.reason()),
    }
}

fn answer(request: &str) -> String {
    let mut client = Client::new(Device, Limits::DEVICE);
    client.send(request.as_bytes());
    String::from_utf8(client.take()).unwrap()
}

fn post(content_type: &str, body: &str) -> String {
    let length = body.len();
    answer(&std::format!(
        "POST /reading HTTP/1.1\r\nHost: a\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
    ))
}

#[test]
fn a_value_is_answered_as_json() {
    let answer = answer("GET /reading HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(
        answer.contains("\r\nContent-Type: application/json\r\n"),
        "{answer}"
    );
    assert!(
        answer.ends_with(&std::format!("\r\n\r\n{TEXT}")),
        "{answer}"
    );
}

#[test]
fn a_value_is_read_from_the_body() {
    for content_type in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/problem+json",
    ] {
        let answer = post(content_type, TEXT);
        assert!(answer.ends_with("\r\n\r\nroof \"é\""), "{answer}");
    }
}

#[test]
fn a_body_that_is_not_declared_as_json_is_415() {
    assert!(post("text/plain", TEXT).starts_with("HTTP/1.1 415 "));
}

#[test]
fn what_is_not_the_value_expected_is_400() {
    for body in [
        "",
        "{",
        "[]",
        "null",
        r#"{"name":"a"}"#,
        r#"{"name":"a","celsius":"warm","valid":true,"last":1}"#,
        r#"{"name":"a","celsius":1,"valid":true,"last":1} and more"#,
        r#"{"name":"longer than its array has room for","celsius":1,"valid":true,"last":1}"#,
        r#"{"name":"\ud800","celsius":1,"valid":true,"last":1}"#,
    ] {
        let answer = post("application/json", body);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{body}: {answer}");
    }
}

#[test]
fn a_value_comes_back_from_its_text() {
    let mut buffer = [0; 128];
    let text = to_str(&reading(), &mut buffer).unwrap().to_string();
    assert_eq!(text, TEXT);
    assert_eq!(
        from_slice::<Reading>(text.as_bytes(), &mut [0; 16]),
        Ok(reading())
    );
}

#[test]
fn a_buffer_of_the_length_of_the_text_is_enough_and_one_less_is_not() {
    let mut buffer = [0; TEXT.len()];
    assert_eq!(to_str(&reading(), &mut buffer), Ok(TEXT));
    let mut buffer = [0; TEXT.len() - 1];
    assert_eq!(to_str(&reading(), &mut buffer), Err(WriteError::TooLong));
}

#[test]
#[cfg(not(feature = "std"))]
fn a_string_with_escapes_that_is_longer_than_the_memory_for_it_is_an_error() {
    let read = from_slice::<heapless::String<16>>(br#""a\nb\nc""#, &mut [0; 4]);
    assert_eq!(read, Err(ReadError::TooLong));
    let read = from_slice::<heapless::String<16>>(br#""a\nb\nc""#, &mut [0; 5]);
    assert_eq!(read.unwrap(), "a\nb\nc");
}

#[test]
#[cfg(feature = "std")]
fn with_a_heap_neither_texts_nor_strings_are_bounded_by_scratch() {
    let read = from_slice::<heapless::String<16>>(br#""a\nb\nc""#, &mut []);
    assert_eq!(read.unwrap(), "a\nb\nc");
    assert_eq!(ReadError::TooLong.status().code(), 413);
}

#[derive(Deserialize, Debug)]
struct Small {
    #[serde(default)]
    a: u8,
}

#[test]
fn a_member_that_nobody_expects_may_be_deep_but_not_deeper_than_the_stack() {
    let nested = |depth: usize| {
        let (open, close) = ("[{\"[\":".repeat(depth / 2), "}]".repeat(depth / 2));
        std::format!("{{\"b\":{open}\"]\\\"]]{{\"{close},\"a\":7}}")
    };
    let read = |depth| from_slice::<Small>(nested(depth).as_bytes(), &mut [0; 16]).map(|v| v.a);
    assert_eq!(read(2), Ok(7));
    assert_eq!(read(30), Ok(7));
    let skipped = if cfg!(feature = "std") {
        Ok(7)
    } else {
        Err(ReadError::Invalid)
    };
    assert_eq!(read(100_000), skipped);
}

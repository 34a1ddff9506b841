//! What a handler can put into a response.

use dunlin::{
    AnswerError, App, Limits, MAX_FIELDS, Request, Response, Route, SameSite, SetCookie, Status,
};
use dunlin_memory::Client;

struct Device;

impl App for Device {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/sign-in", sign_in),
        Route::get("/cookie/{value}", cookie),
        Route::get("/fields/{count}", fields),
        Route::get("/raw", raw),
        Route::get("/long-raw", |_, _, response| response.raw(&[b'a'; 100_000])),
        Route::get("/moved", |_, _, response| {
            response.redirect(Status::SEE_OTHER, "/sign-in")
        }),
    ];
}

fn sign_in(_: &Device, _: Request<'_, Device>, response: Response<'_>) -> Result<(), AnswerError> {
    let (mut session, mut old) = ([0; 96], [0; 96]);
    let cookie = SetCookie::new("session", "a3f9")
        .path("/")
        .http_only()
        .same_site(SameSite::Lax);
    response
        .header("Set-Cookie", cookie.write(&mut session)?)
        .header("Set-Cookie", SetCookie::removal("old").write(&mut old)?)
        .text("Welcome")
}

fn cookie(
    _: &Device,
    request: Request<'_, Device>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let value = request.parameter("value").unwrap_or_default();
    let mut buffer = [0; 16];
    let cookie = SetCookie::new("a", value).write(&mut buffer)?;
    response.header("Set-Cookie", cookie).empty()
}

fn fields(
    _: &Device,
    request: Request<'_, Device>,
    mut response: Response<'_>,
) -> Result<(), AnswerError> {
    let count = request.parameter("count").unwrap_or_default();
    for _ in 0..count.parse().unwrap_or(0) {
        response = response.header("X-Field", "a");
    }
    response.empty()
}

fn raw(_: &Device, _: Request<'_, Device>, response: Response<'_>) -> Result<(), AnswerError> {
    response.raw(b"HTTP/1.0 299 As I like\r\nX: y\r\n\r\nThe body")
}

fn client() -> Client<Device> {
    let mut client = Client::new(Device, Limits::DEVICE);
    client.set_capacity(4096);
    client
}

fn get(client: &mut Client<Device>, path: &str) -> String {
    client.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
    String::from_utf8(client.take()).unwrap()
}

#[test]
fn each_cookie_has_a_field_of_its_own() {
    let answer = get(&mut client(), "/sign-in");
    let cookies = answer
        .lines()
        .filter_map(|line| line.strip_prefix("Set-Cookie: "));
    assert_eq!(
        cookies.collect::<Vec<_>>(),
        [
            "session=a3f9; Path=/; HttpOnly; SameSite=Lax",
            "old=; Max-Age=0"
        ]
    );
}

#[test]
fn a_cookie_that_cannot_be_written_is_a_500_and_nothing_of_it_is_sent() {
    for value in ["a;b", "longer-than-the-array"] {
        let answer = get(&mut client(), &format!("/cookie/{value}"));
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
        assert!(!answer.contains("Set-Cookie"), "{answer}");
    }
    let answer = get(&mut client(), "/cookie/b");
    assert!(answer.contains("\r\nSet-Cookie: a=b\r\n"), "{answer}");
}

#[test]
fn one_field_more_than_there_may_be_is_a_500() {
    let answer = get(&mut client(), &format!("/fields/{MAX_FIELDS}"));
    assert_eq!(answer.matches("X-Field: a").count(), MAX_FIELDS);
    let answer = get(&mut client(), &format!("/fields/{}", MAX_FIELDS + 1));
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    assert!(!answer.contains("X-Field"), "{answer}");
}

#[test]
fn a_raw_response_is_sent_as_it_is_and_ends_the_connection() {
    let mut client = client();
    let two = b"GET /raw HTTP/1.1\r\nHost: a\r\n\r\nGET /raw HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(two);
    assert_eq!(
        client.take(),
        b"HTTP/1.0 299 As I like\r\nX: y\r\n\r\nThe body"
    );
    assert!(client.is_ended());
}

#[test]
fn a_raw_response_that_does_not_fit_is_a_500() {
    let answer = get(&mut client(), "/long-raw");
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
}

#[test]
fn a_redirect_tells_the_place() {
    let answer = get(&mut client(), "/moved");
    assert!(answer.starts_with("HTTP/1.1 303 See Other\r\n"), "{answer}");
    assert!(answer.contains("\r\nLocation: /sign-in\r\n"), "{answer}");
}

//! Which route a request gets, and what it is told of its path.

use dunlin::{
    AnswerError, App, Close, Handshake, Limits, Message, RegisterError, Request, RequestView,
    Response, Route, RouteTable, RunTimeRoutes, Status, WebSocket, WebSocketRoute,
    template_matches,
};
use dunlin_memory::Client;

#[derive(Default)]
struct House {
    routes: RouteTable<Self, 2>,
}

impl App for House {
    type Session = ();

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/lamp/all", |_, _, response| response.text("all lamps")),
        Route::get("/lamp/{name}", show),
        Route::put("/lamp/{name}", show),
        Route::delete("/lamp/{name}/?", show),
        Route::get("/lamp/{name}/log/*", show),
        Route::post("/file/?*", show),
        Route::any("/any/*", show),
        Route::get("/literal/{name}*", show).literally(),
        Route::get("/number/{value}", show).matching(is_number),
        Route::put("/register", register),
        Route::delete("/register", unregister),
        Route::websocket(
            "/room/{room}/{user}",
            WebSocketRoute::new(ignore).admit(admit).open(welcome),
        ),
    ];

    const RUN_TIME_ROUTES: Option<RunTimeRoutes<Self>> = Some(|house| &house.routes);
}

/// Tells what the path means to the route.
fn show(_: &House, request: Request<'_, House>, response: Response<'_>) -> Result<(), AnswerError> {
    let name = request.parameter("name").or(request.parameter("value"));
    let name = name.unwrap_or("-");
    let rest = request.wildcard().unwrap_or("-");
    let body = String::from_utf8_lossy(request.body());
    response.text(&format!("{} {name} {rest} {body}", request.template()))
}

fn is_number(template: &str, path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    template_matches(template, path) && last.bytes().all(|octet| octet.is_ascii_digit())
}

static ADDED: Route<House> = Route::get("/added/{name}", show);
static HIDDEN: Route<House> = Route::get("/lamp/one", show);
static THIRD: Route<House> = Route::get("/third", show);

fn register(
    house: &House,
    request: Request<'_, House>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let route = match request.query() {
        Some("hidden") => &HIDDEN,
        Some("third") => &THIRD,
        _ => &ADDED,
    };
    let status = match house.routes.register(route) {
        Ok(()) => Status::CREATED,
        Err(RegisterError::Exists) => Status::CONFLICT,
        Err(RegisterError::Full) => Status::SERVICE_UNAVAILABLE,
    };
    response.status(status).text("")
}

fn unregister(
    house: &House,
    _: Request<'_, House>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    let count = house.routes.unregister_path(ADDED.path());
    response.text(&count.to_string())
}

fn admit(
    _: &House,
    request: Request<'_, House>,
    handshake: Handshake<'_>,
) -> Result<(), AnswerError> {
    match request.parameter("user") {
        Some("nobody") => handshake.refuse(Status::FORBIDDEN).text("nobody"),
        _ => handshake.accept(),
    }
}

fn welcome(
    _: &House,
    ws: &mut WebSocket<'_, House>,
    request: &RequestView<'_>,
) -> Result<(), Close> {
    Ok(ws.send(Message::text(request.parameter("room").unwrap_or("-")))?)
}

fn ignore(_: &House, _: &mut WebSocket<'_, House>, _: Message<'_>) -> Result<(), Close> {
    Ok(())
}

/// A client that asks one thing after another.
struct Asking(Client<House>);

impl Asking {
    fn new() -> Self {
        Self(Client::new(House::default(), Limits::LINUX))
    }

    /// The status, and what is behind the head.
    fn ask(&mut self, line: &str) -> (u16, String) {
        let answer = self.answer(&format!("{line} HTTP/1.1\r\nHost: x\r\n\r\n"));
        let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
        (head[9..12].parse().expect("a status"), body.to_owned())
    }

    fn answer(&mut self, request: &str) -> String {
        self.0.send(request.as_bytes());
        String::from_utf8(self.0.take()).expect("a text")
    }
}

fn handshake(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

#[test]
fn the_first_route_for_path_and_method_answers() {
    let mut client = Asking::new();
    for (line, body) in [
        ("GET /lamp/all", "all lamps"),
        ("PUT /lamp/all", "/lamp/{name} all - "),
        ("GET /lamp/hall?x=/", "/lamp/{name} hall - "),
        ("GET /lamp/%68all", "/lamp/{name} %68all - "),
        ("DELETE /lamp/hall", "/lamp/{name}/? hall - "),
        ("DELETE /lamp/hall/", "/lamp/{name}/? hall - "),
        (
            "GET /lamp/hall/log/2026/1",
            "/lamp/{name}/log/* hall 2026/1 ",
        ),
        ("GET /lamp/hall/log/", "/lamp/{name}/log/* hall  "),
        ("POST /file", "/file/?* -  "),
        ("POST /file/a/b?c", "/file/?* - a/b "),
        ("PURGE /any/thing", "/any/* - thing "),
        ("GET /literal/{name}*", "/literal/{name}* - - "),
        ("GET /number/7", "/number/{value} 7 - "),
        ("GET http://x/lamp/hall", "/lamp/{name} hall - "),
    ] {
        assert_eq!(client.ask(line), (200, body.to_owned()), "{line}");
    }
}

#[test]
fn a_path_that_no_template_is_for_is_not_found() {
    let mut client = Asking::new();
    for line in [
        "GET /lamp/",
        "GET /lamp",
        "GET /lamp/hall/log",
        "GET /lamp//log/",
        "POST /filed",
        "GET /any",
        "GET /literal/hall",
        "GET /number/seven",
        "GET /number/",
    ] {
        assert_eq!(client.ask(line).0, 404, "{line}");
    }
}

#[test]
fn other_methods_of_a_template_are_told() {
    let mut client = Asking::new();
    for (line, status, allow) in [
        (
            "POST /lamp/hall",
            "405",
            "Allow: GET, HEAD, PUT, DELETE, OPTIONS\r\n",
        ),
        ("POST /lamp/hall/", "405", "Allow: DELETE, OPTIONS\r\n"),
        (
            "OPTIONS /lamp/hall",
            "200",
            "Allow: GET, HEAD, PUT, DELETE, OPTIONS\r\n",
        ),
        ("OPTIONS /number/7", "200", "Allow: GET, HEAD, OPTIONS\r\n"),
        ("GET /file/a", "405", "Allow: POST, OPTIONS\r\n"),
    ] {
        let answer = client.answer(&format!("{line} HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{line}");
        assert!(answer.contains(allow), "{line}: {answer}");
    }
    assert_eq!(client.ask("OPTIONS /number/seven").0, 404);
}

#[test]
fn head_is_answered_from_the_get_of_a_template() {
    let mut client = Asking::new();
    let answer = client.answer("HEAD /lamp/hall HTTP/1.1\r\nHost: x\r\n\r\n");
    let length = "/lamp/{name} hall - ".len();
    assert!(
        answer.contains(&format!("Content-Length: {length}\r\n")),
        "{answer}"
    );
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

/// Has one route for all paths.
struct Everything;

impl App for Everything {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[Route::any("*", |_, _, response| {
        response.text("everything")
    })];
}

#[test]
fn a_template_for_everything_takes_no_request_that_has_no_path() {
    for (line, status) in [
        ("PUT /some/thing", "200"),
        ("OPTIONS /", "200"),
        ("CONNECT x:1", "501"),
    ] {
        let mut client = Client::new(Everything, Limits::LINUX);
        client.send(format!("{line} HTTP/1.1\r\nHost: x:1\r\n\r\n").as_bytes());
        let answer = String::from_utf8(client.take()).unwrap();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{line}: {answer}"
        );
    }
    let mut client = Client::new(Everything, Limits::LINUX);
    client.send(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
    let answer = String::from_utf8(client.take()).unwrap();
    assert!(answer.contains("Allow: GET, HEAD, "), "{answer}");
}

#[test]
fn a_body_changes_nothing_of_the_path_however_it_is_cut() {
    let whole = "PUT /lamp/hall HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\non";
    let chunked = "PUT /lamp/hall HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
                   1\r\no\r\n1\r\nn\r\n0\r\n\r\n";
    for request in [whole, chunked] {
        for size in [1, 2, 20, request.len()] {
            let mut client = Asking::new();
            client.0.send_chopped(request.as_bytes(), size);
            let answer = String::from_utf8(client.0.take()).unwrap();
            assert!(
                answer.ends_with("\r\n\r\n/lamp/{name} hall - on"),
                "{answer}"
            );
        }
    }
}

#[test]
fn both_hooks_of_a_handshake_know_the_parameters() {
    let mut client = Asking::new();
    let answer = client.answer(&handshake("/room/blue/nobody"));
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    client.0.send(handshake("/room/blue/ann").as_bytes());
    let answer = client.0.take();
    assert!(answer.starts_with(b"HTTP/1.1 101 "));
    assert!(answer.ends_with(b"\r\n\r\n\x81\x04blue"));
}

#[test]
fn a_handler_adds_routes_and_takes_them_out() {
    let mut client = Asking::new();
    assert_eq!(client.ask("GET /added/x").0, 404);
    assert_eq!(client.ask("PUT /register").0, 201);
    assert_eq!(client.ask("PUT /register").0, 409);
    assert_eq!(client.ask("GET /added/x").1, "/added/{name} x - ");
    let answer = client.answer("PUT /added/x HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(answer.contains("Allow: GET, HEAD, OPTIONS\r\n"), "{answer}");
    assert_eq!(client.ask("DELETE /register").1, "1");
    assert_eq!(client.ask("GET /added/x").0, 404);
}

#[test]
fn constant_routes_come_before_added_ones_and_the_table_is_bounded() {
    let mut client = Asking::new();
    assert_eq!(client.ask("PUT /register?hidden").0, 201);
    assert_eq!(client.ask("GET /lamp/one").1, "/lamp/{name} one - ");
    assert_eq!(client.ask("PUT /register?added").0, 201);
    assert_eq!(client.ask("PUT /register?third").0, 503);
}

/// Has nothing but what it registers.
struct Empty(RouteTable<Self, 1>);

impl App for Empty {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[];
    const RUN_TIME_ROUTES: Option<RunTimeRoutes<Self>> = Some(|empty| &empty.0);
}

static LATE_ROOM: Route<Empty> = Route::websocket(
    "/late/{user}",
    WebSocketRoute::new(|_, _, _| Ok(()))
        .admit(|_, request, handshake| match request.parameter("user") {
            Some("nobody") => handshake.refuse(Status::FORBIDDEN).text("nobody"),
            _ => handshake.accept(),
        })
        .open(|_, ws, request| {
            let user = request.parameter("user").unwrap_or("-");
            Ok(ws.send(Message::text(user))?)
        }),
);

#[test]
fn hooks_of_an_added_websocket_route_are_called_though_no_constant_route_has_any() {
    let empty = Empty(RouteTable::new());
    assert_eq!(empty.0.register(&LATE_ROOM), Ok(()));
    let mut client = Client::new(empty, Limits::LINUX);
    client.send(handshake("/late/nobody").as_bytes());
    assert!(client.take().starts_with(b"HTTP/1.1 403 "));
    client.send(handshake("/late/ann").as_bytes());
    assert!(client.take().ends_with(b"\r\n\r\n\x81\x03ann"));
    assert!(
        client
            .app()
            .0
            .unregister(dunlin::Method::Get, "/late/{user}")
    );
    client.send(b"\x89\x80\0\0\0\0");
    assert_eq!(client.take(), b"\x8a\0", "an open WebSocket goes on");
}

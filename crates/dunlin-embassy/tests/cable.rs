//! The driver over a real network stack, with a real stack at the other end of
//! the cable.

mod support;

use dunlin::proto::websocket::Opcode;
use dunlin::{
    AnswerError, App, Close, CloseCode, Closed, ConnectionId, Message, Part, Reply, Request,
    RequestView, Response, Route, Status, Ticket, WebSocket, WebSocketRoute,
};
use dunlin_embassy::{Config, Mailbox, Memory, Server};
use embassy_executor::Spawner;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use embassy_time::{Duration, Timer, with_timeout};
use std::sync::atomic::{AtomicU32, Ordering};
use support::{Connection, IPV4, IPV6, Network, spawn, with_network};

/// Hands out what other tasks need, and counts.
struct Handing {
    tickets: Channel<CriticalSectionRawMutex, Ticket, 4>,
    opened: Channel<CriticalSectionRawMutex, ConnectionId, 8>,
    lost: AtomicU32,
    mailbox: &'static Mailbox<1024>,
}

impl App for Handing {
    type Session = ();

    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/", page),
        Route::get("/later", later),
        Route::get("/stop", stop),
        Route::websocket("/echo", WebSocketRoute::new(echo).open(open).closed(closed)),
        Route::websocket("/parts", WebSocketRoute::streaming(part)),
    ];
}

fn page(_: &Handing, _: Request<'_, Handing>, response: Response<'_>) -> Result<(), AnswerError> {
    response.asset(&PAGE)
}

fn later(
    app: &Handing,
    _: Request<'_, Handing>,
    response: Response<'_>,
) -> Result<(), AnswerError> {
    app.tickets
        .try_send(response.ticket())
        .expect("the test takes them");
    Ok(())
}

fn stop(app: &Handing, _: Request<'_, Handing>, response: Response<'_>) -> Result<(), AnswerError> {
    app.mailbox.stop();
    response.text("stopping")
}

fn echo(_: &Handing, ws: &mut WebSocket<'_, Handing>, message: Message<'_>) -> Result<(), Close> {
    Ok(ws.send(message)?)
}

fn part(_: &Handing, ws: &mut WebSocket<'_, Handing>, part: Part<'_>) -> Result<(), Close> {
    Ok(ws.send_part(part.kind, part.data, part.last)?)
}

fn open(app: &Handing, ws: &mut WebSocket<'_, Handing>, _: &RequestView<'_>) -> Result<(), Close> {
    app.opened.try_send(ws.id()).expect("the test takes them");
    Ok(())
}

fn closed(app: &Handing, _: &mut (), _: ConnectionId, closed: Closed) {
    if closed == Closed::Lost {
        app.lost.fetch_add(1, Ordering::SeqCst);
    }
}

/// Serves with three connections and one socket more; returns when it is
/// stopped.
fn serve(spawner: Spawner, network: &Network) -> (&'static Handing, &'static Mailbox<1024>) {
    let mailbox: &'static Mailbox<1024> = Box::leak(Box::new(Mailbox::new()));
    let app: &'static Handing = Box::leak(Box::new(Handing {
        tickets: Channel::new(),
        opened: Channel::new(),
        lost: AtomicU32::new(0),
        mailbox,
    }));
    let memory = Box::leak(Box::new(Memory::<_, 4, 1024, 1024, 2048, 1024>::new()));
    let mut server = Server::new(network.server, app, Config::default(), memory, mailbox);
    server.keep_backlog(network.backlog);
    spawn(spawner, async move {
        loop {
            server.run().await;
            // A pause, so that a test can see that nobody is let in.
            Timer::after(Duration::from_millis(200)).await;
        }
    });
    (app, mailbox)
}

#[test]
fn both_versions_of_ip_are_served() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        for address in [IPV4, IPV6] {
            let mut connection = Connection::websocket(network.client, address, "/echo").await;
            connection.send_frame(Opcode::Text, b"hello").await;
            assert_eq!(connection.read(7).await, b"\x81\x05hello");
        }
    });
}

#[test]
fn messages_of_every_length_come_back_wherever_they_lie_in_the_rings() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        let mut connection = Connection::websocket(network.client, IPV4, "/echo").await;
        for length in (0..1020_usize).step_by(7).chain([125, 126, 1020]) {
            let payload: Vec<u8> = (0..length).map(|at| (at * 31 + length) as u8).collect();
            connection.send_frame(Opcode::Binary, &payload).await;
            let header = if length < 126 { 2 } else { 4 };
            let echoed = connection.read(header + length).await;
            assert_eq!(echoed[0], 0x82);
            assert_eq!(&echoed[header..], payload);
        }
    });
}

#[test]
fn a_large_body_and_a_long_message_go_through_small_rings() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        let mut connection = Connection::open(network.client, IPV4).await;
        connection
            .send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .await;
        let head = connection.read_until(b"\r\n\r\n").await;
        assert!(head.starts_with(b"HTTP/1.1 200 "));
        assert_eq!(connection.read_to_end().await.unwrap(), PAGE);
        let mut connection = Connection::websocket(network.client, IPV4, "/parts").await;
        connection.send_frame(Opcode::Binary, &PAGE[..3000]).await;
        let mut echoed = Vec::new();
        while echoed.len() < 3000 {
            let header = connection.read(2).await;
            let length = match header[1] {
                126 => {
                    let length = connection.read(2).await;
                    usize::from(u16::from_be_bytes([length[0], length[1]]))
                }
                length => usize::from(length),
            };
            echoed.extend(connection.read(length).await);
        }
        assert_eq!(echoed, PAGE[..3000]);
    });
}

#[test]
fn another_task_answers_a_ticket_and_the_next_request_is_served() {
    with_network(|spawner, network| async move {
        let (app, mailbox) = serve(spawner, &network);
        let mut connection = Connection::open(network.client, IPV4).await;
        for _ in 0..3 {
            connection
                .send(b"GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
                .await;
            let reply = Reply {
                status: Status::OK,
                content_type: "",
                body: b"done",
            };
            mailbox
                .hub()
                .reply(app.tickets.receive().await, reply)
                .expect("room");
            let response = connection.read_until(b"\r\n\r\ndone").await;
            assert!(response.starts_with(b"HTTP/1.1 200 "));
        }
    });
}

#[test]
fn jobs_reach_their_connection_in_order_and_a_broadcast_all() {
    with_network(|spawner, network| async move {
        let (app, mailbox) = serve(spawner, &network);
        let mut first = Connection::websocket(network.client, IPV4, "/echo").await;
        let id = app.opened.receive().await;
        let mut second = Connection::websocket(network.client, IPV4, "/echo").await;
        for text in ["one", "two"] {
            mailbox.hub().send(id, Message::text(text)).expect("room");
        }
        mailbox.hub().broadcast(Message::text("all")).expect("room");
        let bye = Close::new(CloseCode::NORMAL, "bye");
        mailbox.hub().close(id, bye).expect("room");
        let expected = b"\x81\x03one\x81\x03two\x81\x03all\x88\x05\x03\xe8bye";
        assert_eq!(first.read(expected.len()).await, expected);
        assert_eq!(second.read(5).await, b"\x81\x03all");
        // The name of a connection that has ended reaches nobody.
        first
            .send_frame(Opcode::Close, &1000_u16.to_be_bytes())
            .await;
        assert_eq!(first.read_to_end().await.unwrap(), b"");
        mailbox.hub().send(id, Message::text("late")).expect("room");
        mailbox.hub().broadcast(Message::text("end")).expect("room");
        assert_eq!(second.read(5).await, b"\x81\x03end");
    });
}

#[test]
fn a_handler_stops_the_server_which_then_serves_again() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        let mut open = Connection::websocket(network.client, IPV4, "/echo").await;
        let mut connection = Connection::open(network.client, IPV4).await;
        connection
            .send(b"GET /stop HTTP/1.1\r\nHost: a\r\n\r\n")
            .await;
        let response = connection.read_to_end().await.expect("no reset");
        assert!(response.ends_with(b"stopping"));
        connection.end_sending();
        let close = open.read(4).await;
        assert_eq!((close[0], &close[2..]), (0x88, &1001_u16.to_be_bytes()[..]));
        open.send_frame(Opcode::Close, &1001_u16.to_be_bytes())
            .await;
        open.read_to_end().await.expect("no reset");
        open.end_sending();
        while Connection::try_open(network.client, IPV4).await.is_some() {
            Timer::after(Duration::from_millis(10)).await;
        }
        let again = loop {
            match Connection::try_open(network.client, IPV4).await {
                Some(connection) => break connection,
                None => Timer::after(Duration::from_millis(10)).await,
            }
        };
        drop(again);
        let mut connection = Connection::websocket(network.client, IPV4, "/echo").await;
        connection.send_frame(Opcode::Text, b"again").await;
        assert_eq!(connection.read(7).await, b"\x81\x05again");
    });
}

#[test]
fn newcomers_are_refused_while_a_stop_waits_for_the_last_ones() {
    with_network(|spawner, network| async move {
        let (_, mailbox) = serve(spawner, &network);
        let mut last = Connection::websocket(network.client, IPV4, "/echo").await;
        mailbox.stop();
        last.read(4).await;
        let newcomer = Connection::try_open(network.client, IPV4);
        let newcomer = with_timeout(Duration::from_secs(1), newcomer).await;
        assert!(newcomer.expect("an answer").is_none());
        last.send_frame(Opcode::Close, &1001_u16.to_be_bytes())
            .await;
        last.read_to_end().await.expect("no reset");
    });
}

#[test]
fn the_places_of_peers_that_end_first_are_free_at_once() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        let mut ended = Vec::new();
        let many = async {
            for _ in 0..20 {
                let mut connection = Connection::open(network.client, IPV4).await;
                connection
                    .send(b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .await;
                connection.end_sending();
                let response = connection.read_to_end().await.expect("no reset");
                assert!(response.starts_with(b"HTTP/1.1 200 "));
                // It still has to acknowledge the end.
                ended.push(connection);
            }
        };
        // Less than the time that a peer may take to close.
        with_timeout(Duration::from_secs(1), many)
            .await
            .expect("places for all");
    });
}

#[test]
fn the_connection_that_is_idle_longest_makes_room_and_a_websocket_does_not() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        let mut websocket = Connection::websocket(network.client, IPV4, "/echo").await;
        let mut idle = Vec::new();
        for _ in 0..2 {
            let mut connection = Connection::open(network.client, IPV4).await;
            connection.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").await;
            connection.read_until(b"\r\n\r\n").await;
            // Moments have milliseconds.
            Timer::after(Duration::from_millis(5)).await;
            idle.push(connection);
        }
        let mut newcomer = Connection::websocket(network.client, IPV4, "/echo").await;
        assert_eq!(idle[0].read_to_end().await.expect("no reset"), b"");
        let third = idle.pop().expect("two");
        let mut last = Connection::websocket(network.client, IPV4, "/echo").await;
        drop((idle, third));
        // All three places are WebSockets' now.
        let mut refused = Connection::open(network.client, IPV4).await;
        let response = refused.read_to_end().await.expect("no reset");
        assert!(response.starts_with(b"HTTP/1.1 503 "));
        for connection in [&mut websocket, &mut newcomer, &mut last] {
            connection.send_frame(Opcode::Text, b"here").await;
            assert_eq!(connection.read(6).await, b"\x81\x04here");
        }
    });
}

#[test]
fn without_a_link_connections_are_lost_and_with_it_there_are_new_ones() {
    with_network(|spawner, network| async move {
        let (app, _) = serve(spawner, &network);
        let _dead = Connection::websocket(network.client, IPV4, "/echo").await;
        network.plug.set(false);
        // Long before a ping would find it.
        let lost = async {
            while app.lost.load(Ordering::SeqCst) == 0 {
                Timer::after(Duration::from_millis(5)).await;
            }
        };
        with_timeout(Duration::from_secs(5), lost)
            .await
            .expect("the end of the connection");
        network.plug.set(true);
        for address in [IPV4, IPV6] {
            let mut connection = Connection::websocket(network.client, address, "/echo").await;
            connection.send_frame(Opcode::Text, b"back").await;
            assert_eq!(connection.read(6).await, b"\x81\x04back");
        }
    });
}

#[test]
fn more_connects_at_once_than_sockets_are_all_answered() {
    with_network(|spawner, network| async move {
        serve(spawner, &network);
        static ANSWERED: Channel<CriticalSectionRawMutex, Vec<u8>, 10> = Channel::new();
        for _ in 0..10 {
            let client = network.client;
            spawn(spawner, async move {
                let mut connection = Connection::open(client, IPV4).await;
                connection
                    .send(b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .await;
                let response = connection.read_to_end().await.expect("no reset");
                connection.end_sending();
                ANSWERED.send(response).await;
            });
        }
        for _ in 0..10 {
            let response = ANSWERED.receive().await;
            let served = response.starts_with(b"HTTP/1.1 200 ");
            assert!(served || response.starts_with(b"HTTP/1.1 503 "));
        }
    });
}

/// More than a ring holds, and a different octet at each place of a ring.
static PAGE: [u8; 20_000] = {
    let mut page = [0; 20_000];
    let mut at = 0;
    while at < page.len() {
        page[at] = (at % 251) as u8;
        at += 1;
    }
    page
};

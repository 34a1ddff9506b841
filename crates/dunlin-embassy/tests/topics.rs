//! Topics over a real network stack: publications, latest values, and a subscriber
//! that takes nothing.

#[allow(dead_code)]
mod support;

use dunlin::proto::websocket::Opcode;
use dunlin::{
    App, Close, CloseCode, Closed, ConnectionId, Full, Message, RequestView, Route, Topic,
    WebSocket, WebSocketRoute,
};
use dunlin_embassy::{Config, Mailbox, Memory, Server};
use embassy_executor::Spawner;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use embassy_time::{Duration, Timer, with_timeout};
use std::sync::atomic::{AtomicU32, Ordering};
use support::{Connection, IPV4, Network, spawn, with_network};

const NEWS: Topic = Topic::new(0);
const VALUE: Topic = Topic::new(1);
const OTHER: Topic = Topic::new(2);

struct Station {
    value: AtomicU32,
    closed: Channel<CriticalSectionRawMutex, Closed, 8>,
}

impl App for Station {
    type Session = ();
    const TOPICS: usize = 3;
    const ROUTES: &'static [Route<Self>] = &[
        Route::websocket(
            "/ws",
            WebSocketRoute::new(command)
                .open(open)
                .latest(show)
                .closed(closed),
        ),
        Route::websocket("/quiet", WebSocketRoute::new(command)),
    ];
}

fn open(_: &Station, ws: &mut WebSocket<'_, Station>, _: &RequestView<'_>) -> Result<(), Close> {
    ws.subscribe(NEWS)?;
    ws.subscribe(VALUE)?;
    Ok(ws.subscribe(OTHER)?)
}

fn command(
    _: &Station,
    ws: &mut WebSocket<'_, Station>,
    message: Message<'_>,
) -> Result<(), Close> {
    if message.is_text("leave") {
        ws.unsubscribe(NEWS);
        return Ok(ws.send(message)?);
    }
    Ok(ws.hub().publish(NEWS, message)?)
}

fn show(station: &Station, ws: &mut WebSocket<'_, Station>, topic: Topic) -> Result<(), Full> {
    let value = station.value.load(Ordering::SeqCst);
    ws.send(Message::text(&format!("{}={value:04}", topic.number())))
}

fn closed(station: &Station, _: &mut (), _: ConnectionId, closed: Closed) {
    let _ = station.closed.try_send(closed);
}

/// Serves with three connections and one socket more.
fn serve(spawner: Spawner, network: &Network) -> (&'static Station, &'static Mailbox<1024, 3>) {
    let mailbox: &'static Mailbox<1024, 3> = Box::leak(Box::new(Mailbox::new()));
    let app: &'static Station = Box::leak(Box::new(Station {
        value: AtomicU32::new(0),
        closed: Channel::new(),
    }));
    let memory = Box::leak(Box::new(Memory::<_, 4, 1024, 512, 2048, 1024>::new()));
    let mut server = Server::new(network.server, app, Config::default(), memory, mailbox);
    server.keep_backlog(network.backlog);
    spawn(spawner, async move { server.run().await });
    (app, mailbox)
}

/// Publishes, waiting for room where there is none.
async fn publish(mailbox: &Mailbox<1024, 3>, text: &str) {
    while mailbox.hub().publish(NEWS, Message::text(text)).is_err() {
        Timer::after(Duration::from_millis(1)).await;
    }
}

async fn text(connection: &mut Connection) -> String {
    let header = connection.read(2).await;
    assert_eq!(header[0], 0x81);
    let text = connection.read(header[1].into()).await;
    String::from_utf8(text).expect("text")
}

#[test]
fn each_subscriber_gets_all_in_order_and_nobody_else_any() {
    with_network(|spawner, network| async move {
        let (_, mailbox) = serve(spawner, &network);
        let mut quiet = Connection::websocket(network.client, IPV4, "/quiet").await;
        let mut first = Connection::websocket(network.client, IPV4, "/ws").await;
        let mut second = Connection::websocket(network.client, IPV4, "/ws").await;
        for number in 0..300 {
            let number = number.to_string();
            publish(mailbox, &number).await;
            assert_eq!(text(&mut first).await, number);
            assert_eq!(text(&mut second).await, number);
        }
        quiet.send_frame(Opcode::Text, b"from one").await;
        assert_eq!(text(&mut first).await, "from one");
        first.send_frame(Opcode::Text, b"leave").await;
        assert_eq!(text(&mut first).await, "leave");
        publish(mailbox, "for the other").await;
        for expected in ["from one", "for the other"] {
            assert_eq!(text(&mut second).await, expected);
        }
        let last = Message::text("last");
        mailbox.hub().broadcast(last).expect("room for it");
        for connection in [&mut quiet, &mut first, &mut second] {
            assert_eq!(text(connection).await, "last");
        }
    });
}

#[test]
fn values_only_become_newer_and_the_newest_one_of_each_topic_comes() {
    with_network(|spawner, network| async move {
        let (app, mailbox) = serve(spawner, &network);
        let mut connection = Connection::websocket(network.client, IPV4, "/ws").await;
        const LAST: u32 = 2000;
        spawn(spawner, async move {
            for value in 1..=LAST {
                app.value.store(value, Ordering::SeqCst);
                mailbox.hub().mark(VALUE);
                mailbox.hub().mark(OTHER);
                if value % 20 == 0 {
                    Timer::after(Duration::from_millis(1)).await;
                }
            }
        });
        let mut newest = [0; 2];
        while newest != [LAST; 2] {
            let value = text(&mut connection).await;
            let (topic, value) = value.split_once('=').expect("topic and value");
            let topic = topic.parse::<usize>().expect("a number") - 1;
            let value = value.parse().expect("a number");
            assert!(value >= newest[topic], "{value} behind {}", newest[topic]);
            newest[topic] = value;
        }
    });
}

#[test]
fn a_subscriber_that_takes_nothing_is_cut_off_and_the_others_go_on() {
    with_network(|spawner, network| async move {
        let (app, mailbox) = serve(spawner, &network);
        let mut reader = Connection::websocket(network.client, IPV4, "/ws").await;
        let _stalled = Connection::websocket(network.client, IPV4, "/ws").await;
        // More than the stalled one's receive ring, its send ring and the mailbox.
        let mut number = 0;
        let flood = async {
            loop {
                let message = format!("{number:0100}");
                publish(mailbox, &message).await;
                assert_eq!(text(&mut reader).await, message);
                number += 1;
                if let Ok(closed) = app.closed.try_receive() {
                    return closed;
                }
            }
        };
        // Long before the time in which a peer has to take something is over.
        let closed = with_timeout(Duration::from_millis(3500), flood).await;
        let policy = Closed::ByServer(CloseCode::POLICY_VIOLATION);
        assert_eq!(closed.expect("somebody is cut off"), policy);
        publish(mailbox, "on").await;
        assert_eq!(text(&mut reader).await, "on");
    });
}

#[test]
fn who_gets_the_slot_of_a_subscriber_inherits_nothing() {
    with_network(|spawner, network| async move {
        let (app, mailbox) = serve(spawner, &network);
        for _ in 0..3 {
            let first = Connection::websocket(network.client, IPV4, "/ws").await;
            drop(first);
            app.closed.receive().await;
        }
        // Each place was a subscriber's.
        let mut quiet = Vec::new();
        for _ in 0..3 {
            quiet.push(Connection::websocket(network.client, IPV4, "/quiet").await);
        }
        publish(mailbox, "not for them").await;
        mailbox.hub().mark(VALUE);
        let last = Message::text("last");
        mailbox.hub().broadcast(last).expect("room for it");
        for connection in &mut quiet {
            assert_eq!(text(connection).await, "last");
        }
    });
}

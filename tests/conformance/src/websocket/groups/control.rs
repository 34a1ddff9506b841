//! Group 2: pings and pongs.

use crate::websocket::case::{Case, End};
use crate::websocket::event::Event;
use crate::websocket::frame::Frame;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = answered_pings();
    cases.push(
        Case::new(
            "2.5",
            "RFC 6455 5.5",
            "a ping of 126 octets fails the connection",
        )
        .write(&[Frame::ping(vec![0xfe; 126])])
        .end(End::Fails(&[1002])),
    );
    cases.extend(unsolicited_pongs());
    cases.extend(pings_in_a_row());
    cases
}

fn answered_pings() -> Vec<Case> {
    let not_text = [0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff];
    let pings = [
        ("2.1", "an empty ping", vec![]),
        ("2.2", "a ping with text", b"Hello, world!".to_vec()),
        ("2.3", "a ping that is not UTF-8", not_text.to_vec()),
        ("2.4", "a ping of 125 octets", vec![0xfe; 125]),
    ];
    let mut cases: Vec<_> = pings
        .into_iter()
        .map(|(group, ping, payload)| {
            Case::new(group, PINGS, format!("{ping} is answered"))
                .write(&[Frame::ping(payload.clone())])
                .expect(Event::pong(payload))
        })
        .collect();
    let name = "a ping of 125 octets, written octet by octet, is answered";
    cases.push(
        Case::new("2.6", PINGS, name)
            .chopped(&[Frame::ping(vec![0xfe; 125])], 1)
            .expect(Event::pong(vec![0xfe; 125])),
    );
    cases
}

fn unsolicited_pongs() -> [Case; 3] {
    let pong = Frame::pong("unsolicited");
    [
        Case::new("2.7", PONGS, "an empty unsolicited pong is ignored").write(&[Frame::pong("")]),
        Case::new(
            "2.8",
            PONGS,
            "an unsolicited pong with a payload is ignored",
        )
        .write(std::slice::from_ref(&pong)),
        Case::new(
            "2.9",
            PONGS,
            "only the ping behind an unsolicited pong is answered",
        )
        .write_each(&[pong, Frame::ping("ping")])
        .expect(Event::pong("ping")),
    ]
}

fn pings_in_a_row() -> [Case; 2] {
    let payloads: Vec<_> = (0..10).map(|number| format!("payload-{number}")).collect();
    let pings: Vec<_> = payloads.iter().map(|text| Frame::ping(&**text)).collect();
    let mut at_once = Case::new(
        "2.10",
        PINGS,
        "ten pings are answered in order, each with its own payload",
    );
    at_once.expected = payloads.iter().map(|text| Event::pong(&**text)).collect();
    let mut per_octet = at_once.clone().chopped(&pings, 1);
    per_octet.group = "2.11";
    per_octet.name = "ten pings, written octet by octet, are answered in order".into();
    [at_once.write_each(&pings), per_octet]
}

const PINGS: &str = "RFC 6455 5.5.2";
const PONGS: &str = "RFC 6455 5.5.3";

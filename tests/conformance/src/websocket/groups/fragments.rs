//! Group 5: fragments, and frames where none may be.

use crate::websocket::case::{Case, End, Step, Writing};
use crate::websocket::event::Event;
use crate::websocket::frame::Frame;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = fragmented_control_frames().to_vec();
    cases.extend(two_fragments());
    cases.extend(continuations_of_nothing());
    cases.push(continuation_behind_a_message());
    cases.extend(continuations_before_messages());
    cases.push(message_inside_a_message());
    cases.extend(pings_between_five());
    cases
}

fn fragmented_control_frames() -> [Case; 2] {
    [
        ("5.1", "ping", Frame::ping("")),
        ("5.2", "pong", Frame::pong("")),
    ]
    .map(|(group, kind, mut control)| {
        control.payload = b"fragment1".to_vec();
        let name = format!("a {kind} without FIN fails the connection");
        Case::new(group, "RFC 6455 5.5", name)
            .write(&[control.unfinished(), Frame::last("fragment2")])
            .end(FAILS)
    })
}

fn two_fragments() -> Vec<Case> {
    let [first, last] = two("fragment1", "fragment2");
    let echo = Event::text("fragment1fragment2");
    let mut cases = Vec::new();
    for (group, writing) in ["5.3", "5.4", "5.5"].into_iter().zip(Writing::ALL) {
        let name = format!("two fragments are echoed as a text, {}", writing.words());
        cases.push(
            Case::new(group, "RFC 6455 5.4", name)
                .write_as(&[first.clone(), last.clone()], writing)
                .expect(echo.clone()),
        );
    }
    for (group, writing) in ["5.6", "5.7", "5.8"].into_iter().zip(Writing::ALL) {
        let name = format!(
            "a ping between two fragments is answered before the text, {}",
            writing.words()
        );
        let frames = [first.clone(), Frame::ping("ping payload"), last.clone()];
        cases.push(
            Case::new(group, "RFC 6455 5.4", name)
                .write_as(&frames, writing)
                .expect(Event::pong("ping payload"))
                .expect(echo.clone()),
        );
    }
    cases
}

fn continuations_of_nothing() -> Vec<Case> {
    let stray = Frame::last("non-continuation payload");
    let kinds = [
        (["5.9", "5.10", "5.11"], "last", stray.clone()),
        (["5.12", "5.13", "5.14"], "middle", stray.unfinished()),
    ];
    let mut cases = Vec::new();
    for (groups, kind, frame) in kinds {
        for (group, writing) in groups.into_iter().zip(Writing::ALL) {
            let name = format!(
                "a {kind} fragment of no message fails the connection, {}",
                writing.words()
            );
            let frames = [frame.clone(), Frame::text("Hello, world!")];
            cases.push(
                Case::new(group, "RFC 6455 5.4", name)
                    .write_as(&frames, writing)
                    .end(FAILS),
            );
        }
    }
    cases
}

fn continuation_behind_a_message() -> Case {
    let [first, last] = two("fragment1", "fragment2");
    let stray = Frame::middle("fragment3");
    let name = "a text in fragments is echoed before a fragment of no message fails the connection";
    Case::new("5.15", "RFC 6455 5.4", name)
        .write(&[first, last, stray, Frame::text("fragment4")])
        .expect(Event::text("fragment1fragment2"))
        .end(FAILS)
}

fn continuations_before_messages() -> [Case; 2] {
    let stray = Frame::last("fragment1");
    [
        ("5.16", "middle", stray.clone().unfinished()),
        ("5.17", "last", stray),
    ]
    .map(|(group, kind, stray)| {
        let [first, last] = two("fragment2", "fragment3");
        let once = [stray, first, last];
        let name = format!("a {kind} fragment before a text fails the connection, and at once");
        Case::new(group, "RFC 6455 5.4", name)
            .write_each(&once)
            .write_each(&once)
            .end(FAILS)
    })
}

fn message_inside_a_message() -> Case {
    let name = "a second text before the end of the first fails the connection";
    Case::new("5.18", "RFC 6455 5.4", name)
        .write_each(&[
            Frame::text("fragment1").unfinished(),
            Frame::text("fragment2"),
        ])
        .end(FAILS)
}

/// The rest of the message is withheld until the first pong has come.
fn pings_between_five() -> [Case; 2] {
    let before = [
        Frame::text("fragment1").unfinished(),
        Frame::middle("fragment2"),
        Frame::ping("pongme 1!"),
    ];
    let behind = [
        Frame::middle("fragment3"),
        Frame::middle("fragment4"),
        Frame::ping("pongme 2!"),
        Frame::last("fragment5"),
    ];
    let name = "two pings between five fragments are answered at once";
    let mut case = Case::new("5.19", "RFC 6455 5.4", name);
    case.expected = vec![
        Event::pong("pongme 1!"),
        Event::pong("pongme 2!"),
        Event::text("fragment1fragment2fragment3fragment4fragment5"),
    ];
    let mut per_frame = case.clone();
    per_frame.group = "5.20";
    per_frame.name += ", in a write per frame";
    let (last, until_ping) = behind.split_last().unwrap_or((&before[0], &[]));
    [
        case.write(&before)
            .step(Step::Await(1))
            .write(until_ping)
            .step(Step::Await(2))
            .write(std::slice::from_ref(last)),
        per_frame
            .write_each(&before)
            .step(Step::Await(1))
            .write_each(until_ping)
            .step(Step::Await(2))
            .write(std::slice::from_ref(last)),
    ]
}

fn two(first: &str, last: &str) -> [Frame; 2] {
    [Frame::text(first).unfinished(), Frame::last(last)]
}

const FAILS: End = End::Fails(&[1002]);

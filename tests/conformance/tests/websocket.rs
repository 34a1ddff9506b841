//! The WebSocket suite, in memory and over sockets.
//!
//! Over sockets it runs `target/release/dunlin-echo`, or what
//! `DUNLIN_ECHO_BINARY` names.

mod support;

use dunlin_conformance::websocket::case::{Case, End};
use dunlin_conformance::websocket::cuts;
use dunlin_conformance::websocket::groups::{self, TABLE, TOTAL, deflate};
use dunlin_conformance::websocket::link::{Cut, Memory, Socket};
use dunlin_conformance::websocket::program::Program;
use support::{Verdict, is_long, run_all};

#[test]
fn the_suite_has_every_case_of_the_table() {
    let behaviours = groups::behaviours();
    let framed = behaviours.iter().map(|case| case.group);
    let sizes = groups::sizes().map(|case| case.group);
    let compressed = deflate::round_trips().into_iter().map(|case| case.group);
    let numbers: Vec<_> = framed.chain(sizes).chain(compressed).collect();
    for group in TABLE {
        let cases = numbers.iter();
        let count = cases.filter(|number| group.numbers.contains(number));
        assert_eq!(count.count(), group.count, "{}", group.title);
    }
    assert_eq!(numbers.len(), TOTAL);
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let behaviours = groups::behaviours().into_iter().map(|case| case.name);
    let sizes = groups::sizes().map(|case| case.name);
    let mut names: Vec<_> = behaviours.chain(sizes).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn behaviours_in_memory() {
    run_all("in memory", groups::behaviours(), |case| {
        case.run(Memory::new(Cut::Nowhere)).map(|_| Verdict::Ok)
    });
}

#[test]
fn behaviours_in_memory_cut_anywhere() {
    run_all("in memory, cut anywhere", groups::behaviours(), |case| {
        let octets = case.octets();
        let cut = |pieces: &[&[u8]]| {
            case.run_cut(Memory::new(Cut::Nowhere), pieces.iter().copied())
                .map_err(|error| format!("in {} pieces: {error}", pieces.len()))
        };
        cut(&[&octets])?;
        cut(&octets.chunks(1).collect::<Vec<_>>())?;
        for place in cuts::places(&octets, is_long()) {
            let (front, rest) = octets.split_at(place);
            cut(&[front, rest]).map_err(|error| format!("cut at {place}: {error}"))?;
        }
        Ok(Verdict::Ok)
    });
}

#[test]
fn behaviours_over_sockets() {
    let program = Program::start().expect("the program starts");
    run_all("over sockets", groups::behaviours(), |case| {
        let socket = Socket::connect(program.address())?;
        case.run(socket).map(|_| Verdict::Ok)
    });
}

/// The table lets a server drop a connection without a word. Ours says why.
#[test]
fn every_failure_is_told_with_its_code() {
    let fails = |case: &Case| matches!(case.end, End::Fails(_));
    for case in groups::behaviours().into_iter().filter(fails) {
        let shown = case.run(Memory::new(Cut::Nowhere));
        let shown = shown.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert!(shown.code.is_some(), "{}", case.name);
    }
}

#[test]
fn sizes_in_memory() {
    run_all("in memory", groups::sizes(), |case| {
        case.run(Memory::new(Cut::Nowhere))?;
        case.run(Memory::new(Cut::Every(RECEIVE_BUFFER)))?;
        Ok(Verdict::Ok)
    });
}

/// What a message of 16 MiB takes is bounded by the program's limits.
#[test]
fn sizes_over_sockets() {
    let program = Program::start().expect("the program starts");
    for case in groups::sizes() {
        let name = case.name.clone();
        run_all("over sockets", [case], |case| {
            let socket = Socket::connect(program.address())?;
            case.run(socket).map(|_| Verdict::Ok)
        });
        let peak = program.peak_memory().expect("the program runs");
        assert!(peak < ONE_CONNECTION, "{peak} octets after {name}");
    }
}

/// Octets that the program receives at a time.
const RECEIVE_BUFFER: usize = 256 * 1024;

/// What the program may occupy while it has one connection: the octets that may
/// wait for a peer, the longest message, and 8 MiB for its code, its receive
/// buffer, and what the allocator has not given back.
const ONE_CONNECTION: usize = (16 * 1024 + 64) * 1024 + 16 * 1024 * 1024 + 8 * 1024 * 1024;

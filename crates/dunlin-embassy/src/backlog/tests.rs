//! Frames through the backlog: which are kept, and when they come out.

extern crate std;

use super::syn::Syn;
use super::{Backlog, Waiting};
use core::task::Waker;
use embassy_net_driver::RxToken;
use std::vec::Vec;

/// A frame with IPv4 and TCP headers and the maximum segment size, as a peer's
/// system sends it first.
fn syn(peer: u8, peer_port: u16, port: u16) -> Vec<u8> {
    let mut frame = Vec::from([0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00]);
    frame.extend([0x45, 0, 0, 44, 0, 1, 0x40, 0, 64, 6, 0, 0]);
    frame.extend([10, 0, 2, peer, 10, 0, 2, 15]);
    tcp(&mut frame, peer_port, port, 0x02);
    frame
}

fn tcp(frame: &mut Vec<u8>, peer_port: u16, port: u16, flags: u8) {
    frame.extend(peer_port.to_be_bytes());
    frame.extend(port.to_be_bytes());
    frame.extend([0, 0, 0, 9, 0, 0, 0, 0, 0x60, flags, 0xff, 0xff, 0, 0, 0, 0]);
    frame.extend([2, 4, 5, 0xb4]);
}

/// What the stack gets of a frame: nothing where it is kept.
fn offer<const N: usize>(backlog: &Backlog<N>, frame: &[u8]) -> bool {
    struct Token(Vec<u8>);
    impl RxToken for Token {
        fn consume<R, F: FnOnce(&mut [u8]) -> R>(mut self, action: F) -> R {
            action(&mut self.0)
        }
    }
    let source = super::Source::Device {
        token: Token(frame.to_vec()),
        backlog,
        has_ethernet_header: true,
    };
    super::BacklogRxToken(source).consume(|seen| {
        assert!(seen.is_empty() || seen == frame);
        !seen.is_empty()
    })
}

/// Takes what waits, as far as it may be given to the stack.
fn released<const N: usize>(backlog: &Backlog<N>) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while backlog.has_next() {
        let source = super::Source::<NoToken, N>::Backlog(backlog);
        frames.push(super::BacklogRxToken(source).consume(|frame| frame.to_vec()));
    }
    frames
}

struct NoToken;

impl RxToken for NoToken {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, _: F) -> R {
        unreachable!("the frame comes from the backlog")
    }
}

#[test]
fn as_many_connects_pass_as_sockets_listen_and_the_others_wait_in_order() {
    let backlog = Backlog::<8>::new();
    assert_eq!(backlog.admit(80, 2, Waker::noop()), 0);
    let frames: Vec<_> = (0..5).map(|peer| syn(peer, 1000, 80)).collect();
    let passed: Vec<_> = frames.iter().map(|frame| offer(&backlog, frame)).collect();
    assert_eq!(passed, [true, true, false, false, false]);
    assert_eq!(backlog.admit(80, 0, Waker::noop()), 3);
    assert!(released(&backlog).is_empty());
    backlog.admit(80, 2, Waker::noop());
    assert_eq!(released(&backlog), frames[2..4]);
    // Who comes now is behind the one who waits.
    let late = syn(9, 1000, 80);
    backlog.admit(80, 0, Waker::noop());
    assert!(!offer(&backlog, &late));
    backlog.admit(80, 9, Waker::noop());
    assert_eq!(released(&backlog), [frames[4].clone(), late]);
    assert!(offer(&backlog, &syn(10, 1000, 80)));
}

#[test]
fn a_connect_that_is_sent_again_waits_once() {
    let backlog = Backlog::<2>::new();
    backlog.admit(80, 0, Waker::noop());
    for _ in 0..3 {
        assert!(!offer(&backlog, &syn(1, 1000, 80)));
    }
    assert_eq!(backlog.waiting(), 1);
    assert!(!offer(&backlog, &syn(1, 1001, 80)));
    assert_eq!(backlog.waiting(), 2);
    // No place is left: it is dropped, and its peer tries again.
    assert!(!offer(&backlog, &syn(2, 1000, 80)));
    assert_eq!(backlog.waiting(), 2);
}

#[test]
fn other_frames_pass() {
    let backlog = Backlog::<2>::new();
    backlog.admit(80, 0, Waker::noop());
    assert!(offer(&backlog, &syn(1, 1000, 81)), "another port");
    let mut segment = syn(1, 1000, 80);
    segment[47] = 0x12;
    assert!(offer(&backlog, &segment), "an answer");
    let mut fragment = syn(1, 1000, 80);
    fragment[20] = 0x20;
    assert!(offer(&backlog, &fragment), "a fragment");
    let mut datagram = syn(1, 1000, 80);
    datagram[23] = 17;
    assert!(offer(&backlog, &datagram), "UDP");
    for length in 1..syn(1, 1000, 80).len() - 5 {
        assert!(offer(&backlog, &syn(1, 1000, 80)[..length]), "cut");
    }
}

#[test]
fn a_connect_over_ipv6_is_one() {
    let mut frame = Vec::from([0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x86, 0xdd]);
    frame.extend([0x60, 0, 0, 0, 0, 24, 6, 64]);
    frame.extend([7; 16]);
    frame.extend([8; 16]);
    tcp(&mut frame, 1000, 80, 0x02);
    let parsed = Syn::parse(&frame, true).expect("a connect");
    assert_eq!(parsed.port, 80);
    assert_eq!(Syn::parse(&frame[14..], false), Some(parsed));
}

#[test]
fn who_waits_at_the_end_of_a_server_is_given_to_the_stack() {
    let backlog = Backlog::<4>::new();
    backlog.admit(80, 0, Waker::noop());
    assert!(!offer(&backlog, &syn(1, 1000, 80)));
    backlog.admit(0, usize::MAX, Waker::noop());
    assert_eq!(released(&backlog).len(), 1);
    assert!(offer(&backlog, &syn(1, 1000, 80)));
}

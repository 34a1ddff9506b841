//! Jobs through the mailbox, in order, within its bounds.

extern crate std;

use super::{HeldJobs, Mailbox, Next};
use dunlin::hub::{Mailbox as _, TopicRequest};
use dunlin::{ConnectionId, Full, Message, PublishError, Topic};
use std::string::{String, ToString};
use std::vec::Vec;

fn text(job: &dunlin::hub::Job<'_>) -> String {
    match job {
        dunlin::hub::Job::Message {
            message: Message::Text(text),
            ..
        } => text.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn held_jobs_keep_their_order_and_their_room() {
    let mailbox = Mailbox::<128>::new();
    let mut held = HeldJobs::new();
    let id = ConnectionId::from_bits;
    for (to, word) in [(1, "a"), (2, "b"), (1, "c")] {
        mailbox.hub().send(id(to), Message::text(word)).unwrap();
    }
    assert_eq!(mailbox.waiting(), 3 * 29);
    mailbox.take(&mut held);
    let mut seen = Vec::new();
    held.offer(|to, job, slots| {
        seen.push((to.slot(), text(job), slots));
        if to.slot() == 1 {
            Next::Keep(slots & 6)
        } else {
            Next::Done
        }
    });
    mailbox.kept(&held);
    let all = u32::MAX;
    let expected = [
        (1, "a".into(), all),
        (2, "b".into(), all),
        (1, "c".into(), all),
    ];
    assert_eq!(seen, expected);
    assert_eq!(mailbox.waiting(), 2 * 29);
    // What is held counts: one more fits, not two.
    mailbox.hub().broadcast(Message::text("d")).unwrap();
    assert_eq!(
        mailbox.hub().send(id(1), Message::text("fourteen octet")),
        Err(Full)
    );
    mailbox.take(&mut held);
    seen.clear();
    held.offer(|to, job, slots| {
        let slot = if to.is_every() { 99 } else { to.slot() };
        seen.push((slot, text(job), slots));
        Next::Done
    });
    mailbox.kept(&held);
    let expected = [
        (1, "a".into(), 6),
        (1, "c".into(), 6),
        (99, "d".into(), all),
    ];
    assert_eq!(seen, expected);
    assert_eq!(mailbox.waiting(), 0);
}

#[test]
fn a_job_larger_than_the_mailbox_is_refused_whole() {
    let mailbox = Mailbox::<64>::new();
    let id = ConnectionId::from_bits(0);
    assert_eq!(mailbox.hub().send(id, Message::binary(&[0; 37])), Err(Full));
    assert_eq!(mailbox.waiting(), 0);
    assert_eq!(mailbox.hub().send(id, Message::binary(&[0; 36])), Ok(()));
    assert_eq!(mailbox.waiting(), 64);
}

const FIRST: Topic = Topic::new(0);
const SECOND: Topic = Topic::new(1);
const UNKNOWN: Topic = Topic::new(2);

#[test]
fn marks_make_one_debt_however_many_there_are() {
    let mailbox = Mailbox::<128, 2>::new();
    for slot in [0, 30] {
        let id = ConnectionId::from_bits(slot);
        mailbox
            .topics(&TopicRequest::Subscribe(SECOND, id))
            .unwrap();
    }
    for _ in 0..3 {
        mailbox.hub().mark(SECOND);
        mailbox.hub().mark(FIRST);
        mailbox.hub().mark(UNKNOWN);
    }
    assert_eq!(mailbox.take_marks(), 1 << 30 | 1);
    assert_eq!(mailbox.take_marks(), 0);
    assert!(mailbox.is_owed(SECOND, 30) && !mailbox.is_owed(FIRST, 30));
    mailbox.paid(SECOND, 30);
    assert_eq!(mailbox.owed(), 1);
    // A mark that came while it was owed is still one.
    mailbox.hub().mark(SECOND);
    assert_eq!(mailbox.take_marks(), 1 << 30 | 1);
    mailbox.forget(0);
    assert_eq!(mailbox.owed(), 1 << 30);
    assert_eq!(mailbox.subscribers(SECOND), 1 << 30);
    let id = ConnectionId::from_bits(30);
    mailbox
        .topics(&TopicRequest::Unsubscribe(SECOND, id))
        .unwrap();
    assert_eq!((mailbox.owed(), mailbox.subscribers(SECOND)), (0, 0));
}

#[test]
fn topics_that_are_not_there_are_refused() {
    let mailbox = Mailbox::<128, 2>::new();
    let id = ConnectionId::from_bits(1);
    let refused = Err(PublishError::UnknownTopic);
    assert_eq!(
        mailbox.topics(&TopicRequest::Subscribe(UNKNOWN, id)),
        refused
    );
    assert_eq!(mailbox.hub().publish(UNKNOWN, Message::text("")), refused);
    let without = Mailbox::<128>::new();
    assert_eq!(without.topics(&TopicRequest::Subscribe(FIRST, id)), refused);
    assert_eq!(without.hub().publish(FIRST, Message::text("")), refused);
}

#[test]
fn what_waits_for_whom_is_told_of_publications() {
    let mailbox = Mailbox::<128, 1>::new();
    let mut held = HeldJobs::new();
    let hub = mailbox.hub();
    hub.publish(FIRST, Message::text("a")).unwrap();
    hub.send(ConnectionId::from_bits(2), Message::text("b"))
        .unwrap();
    hub.publish(FIRST, Message::text("c")).unwrap();
    assert_eq!(
        hub.publish(FIRST, Message::text(&"d".repeat(20))),
        Err(PublishError::Full)
    );
    assert!(mailbox.take_refused() && !mailbox.take_refused());
    mailbox.take(&mut held);
    let mut number = 0;
    held.offer(|_, _, _| {
        number += 1;
        Next::Keep(if number == 1 { 0b110 } else { 0b100 })
    });
    assert_eq!(held.published_for(1), 29);
    assert_eq!(held.published_for(2), 2 * 29);
    assert_eq!(held.published_for(3), 0);
}

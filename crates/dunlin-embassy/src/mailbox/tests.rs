//! Jobs through the mailbox, in order, within its bounds.

extern crate std;

use super::{HeldJobs, Mailbox, Next};
use dunlin::{ConnectionId, Full, Message};
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

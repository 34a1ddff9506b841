//! Jobs, publications and marks: who gets what, and what waits for whom.

use crate::clients::{Clients, members};
use crate::desk::{Desk, Seen};
use crate::mailbox::{HeldJobs, Next};
use core::time::Duration;
use dunlin::hub::{Hub, Job};
use dunlin::{App, Compression, ConnectionId, Delivery, Topic, hooks};

impl<
    'd,
    A: App,
    const SOCKETS: usize,
    const ASSEMBLY: usize,
    const HUB: usize,
    C: Compression + Clone,
    const TOPICS: usize,
> Clients<'d, A, SOCKETS, ASSEMBLY, HUB, C, TOPICS>
{
    /// Delivers a job, for a broadcast to each of `slots`, unless an earlier one
    /// of its connection is `waiting`.
    pub(crate) fn deliver(
        &mut self,
        id: ConnectionId,
        job: &Job<'_>,
        slots: u32,
        waiting: &mut u32,
    ) -> Next {
        if let Job::Call { token } = job {
            self.call(*token);
            return Next::Done;
        }
        let mut slots = slots;
        if TOPICS > 0
            && let Some(topic) = id.topic()
        {
            slots &= self.mailbox.subscribers(topic);
        } else if !id.is_every() {
            let delivery = self.deliver_to(id, job, waiting);
            hooks::report(self.app, id, job, delivery);
            return match delivery {
                Delivery::Held => Next::Keep(slots),
                _ => Next::Done,
            };
        }
        let mut kept = 0;
        for slot in members::<SOCKETS>(slots) {
            if let Some(id) = self.table.at(slot)
                && self.deliver_to(id, job, waiting) == Delivery::Held
            {
                kept |= 1 << slot;
            }
        }
        if kept == 0 {
            Next::Done
        } else {
            Next::Keep(kept)
        }
    }

    /// Calls the application.
    fn call(&self, token: u32) {
        if const { !A::HOOKS.shows_connections() } {
            return hooks::call(self.app, token, Hub::new(self.mailbox));
        }
        let desk = Desk {
            mailbox: self.mailbox,
            own: None,
            seen: Seen {
                clients: self.table.all(),
                before: &self.sockets,
                behind: &[],
            },
            now: self.now,
        };
        hooks::call(self.app, token, Hub::new(&desk));
    }

    fn deliver_to(&mut self, id: ConnectionId, job: &Job<'_>, waiting: &mut u32) -> Delivery {
        let slot = 1_u32.checked_shl(id.slot()).unwrap_or_default();
        let mut delivery = Delivery::Dropped;
        if *waiting & slot != 0 && self.table.get(id).is_some() && job.waits_in_line() {
            return Delivery::Held;
        }
        self.verb(id, |connection, cx| delivery = connection.deliver(cx, job));
        if delivery == Delivery::Held {
            *waiting |= slot;
        }
        delivery
    }

    /// Ends those for which publications wait in more than half of the mailbox and
    /// that take nothing, because others find no room in it. Returns whether there
    /// were any.
    #[cold]
    pub(crate) fn cut_off_stalled(&mut self, jobs: &HeldJobs<HUB>) -> bool {
        let mut any = false;
        for slot in 0..SOCKETS as u32 {
            let Some(id) = self.table.at(slot) else {
                continue;
            };
            let client = self.table.get(id);
            let is_stalled =
                client.is_some_and(|client| client.connection.blocked_for(self.now) >= PATIENCE);
            if is_stalled && jobs.published_for(slot) > HUB / 2 {
                self.verb(id, |connection, cx| connection.cut_off(cx));
                any = true;
            }
        }
        any
    }

    /// Asks those whose topics were marked for the values of now, and again those of
    /// `rung` that had no room.
    pub(crate) fn ask_for_latest(&mut self, rung: u32) {
        let marked = self.mailbox.take_marks();
        let mailbox = self.mailbox;
        for slot in members::<SOCKETS>(mailbox.owed() & (marked | rung)) {
            let Some(id) = self.table.at(slot) else {
                continue;
            };
            // Whose value had room last time is last now.
            let start = self.first_topic;
            let mut asked = None;
            self.verb(id, |connection, cx| {
                for number in (start..TOPICS).chain(0..start) {
                    let topic = Topic::new(number as u16);
                    if !mailbox.is_owed(topic, slot) {
                        continue;
                    }
                    if connection.latest(cx, topic, asked.is_none()) == Delivery::Held {
                        break;
                    }
                    mailbox.paid(topic, slot);
                    asked = Some(number);
                }
            });
            if let Some(asked) = asked {
                self.first_topic = asked + 1;
            }
        }
    }
}

/// How long a peer may take nothing while others find no room for what they
/// publish because of it: longer than it takes to send lost octets again.
const PATIENCE: Duration = Duration::from_secs(1);

//! A client and the server's connection with it.

use crate::mailbox::Queue;
use crate::memory::{GrowingAssembly, Wire};
use dunlin::hub::{Hub, Job, JobRecords};
use dunlin::{
    App, Compression, Connection, ConnectionId, Context, Delivery, HttpDate, Instant, Limits,
    NoCompression, Phase, Topic, hooks,
};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

/// A client of an application, and the server's side of its connection.
///
/// Whatever is sent is served at once. What the server answers is taken by
/// the client at once too, unless [`Client::take_at_most`] makes it a slow one;
/// [`Client::take`] returns it. Time passes only when it is told to.
pub struct Client<A: App, C: Compression = NoCompression> {
    app: A,
    limits: Limits,
    connection: Connection<A, GrowingAssembly, C>,
    queue: Queue,
    id: ConnectionId,
    date: HttpDate,
    now: Instant,
    /// Jobs that wait for room.
    records: Vec<u8>,
    /// Topics whose latest values are owed.
    marked: BTreeSet<Topic>,
    /// Input that waits for its turn.
    held: Vec<u8>,
    /// What was sent and the client has not taken yet.
    waiting: Vec<u8>,
    /// Octets that may wait for the client.
    capacity: usize,
    /// What the client has taken.
    taken: Vec<u8>,
    /// Octets that the client takes in one turn.
    at_most: usize,
    /// What the assembly buffer held at most.
    most_assembled: Rc<Cell<usize>>,
}

impl<A: App> Client<A> {
    /// A client that has just connected.
    pub fn new(app: A, limits: Limits) -> Self {
        Self::with_compression(app, limits, NoCompression)
    }
}

impl<A: App, C: Compression> Client<A, C> {
    /// A client that has just connected to a server with compression.
    pub fn with_compression(app: A, limits: Limits, compression: C) -> Self {
        let assembly = GrowingAssembly::default();
        let now = Instant::default();
        let mut client = Self {
            app,
            limits,
            most_assembled: assembly.most(),
            connection: Connection::with_compression(assembly, compression, now),
            queue: Queue::new(HUB_CAPACITY, A::TOPICS),
            id: ConnectionId::from_bits(7),
            date: HttpDate::from_unix(1_000_000_000),
            now,
            records: Vec::new(),
            marked: BTreeSet::new(),
            held: Vec::new(),
            waiting: Vec::new(),
            capacity: limits.message + SPARE,
            taken: Vec::new(),
            at_most: usize::MAX,
        };
        client.verb(|connection, cx| connection.open(cx));
        client.turn();
        client
    }

    /// Lets so many octets wait for the client; beyond, handlers get
    /// [`Full`](dunlin::Full). At first it is [`Limits::message`] and 64 KiB.
    pub fn set_capacity(&mut self, octets: usize) {
        self.capacity = octets;
    }

    /// Makes the client take at most so many octets in a turn, which is after
    /// each verb of the connection; with 0 it takes nothing.
    pub fn take_at_most(&mut self, octets: usize) {
        self.at_most = octets;
    }

    /// Sends octets to the server, in one piece.
    pub fn send(&mut self, octets: &[u8]) {
        if self.phase() == Phase::Closed {
            return;
        }
        if !self.held.is_empty() || self.connection.is_paused() {
            self.held.extend_from_slice(octets);
            return self.turn();
        }
        let mut input = octets.to_vec();
        let used = self.offer(&mut input);
        self.held = input.split_off(used);
        self.turn();
    }

    /// Sends octets to the server in pieces of a size.
    pub fn send_chopped(&mut self, octets: &[u8], size: usize) {
        octets
            .chunks(size.max(1))
            .for_each(|piece| self.send(piece));
    }

    /// Ends the client's side; it still takes what comes.
    pub fn end(&mut self) {
        self.verb(|connection, cx| connection.end_of_input(cx));
        self.turn();
    }

    /// Breaks the connection.
    pub fn reset(&mut self) {
        self.verb(|connection, cx| connection.disconnect(cx));
    }

    /// What the client has taken since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        self.turn();
        std::mem::take(&mut self.taken)
    }

    /// Octets that wait for the client.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Octets of input that wait for their turn.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// What the server would do with its socket.
    pub fn phase(&self) -> Phase {
        self.connection.phase()
    }

    /// True while the server takes no more input: room for an answer, or the
    /// answer itself, has to come first.
    pub fn is_paused(&self) -> bool {
        self.connection.is_paused()
    }

    /// The most octets that were ever put together at once of what came in
    /// pieces, which is what a device's assembly buffer has to hold.
    pub fn most_assembled(&self) -> usize {
        self.most_assembled.get()
    }

    /// True once the server has ended the connection, or is about to when the
    /// client has taken all.
    pub fn is_ended(&self) -> bool {
        self.phase() != Phase::Open
    }

    /// True for a WebSocket, from the handshake to its end.
    pub fn is_websocket(&self) -> bool {
        self.connection.is_websocket()
    }

    /// The application.
    pub fn app(&self) -> &A {
        &self.app
    }

    /// The connection's name.
    pub fn id(&self) -> ConnectionId {
        self.id
    }

    /// The way to the connection for everyone but the client. What is posted
    /// is done with the next verb.
    pub fn hub(&self) -> Hub<'_> {
        Hub::new(&self.queue)
    }

    /// Does what was posted to the Hub.
    pub fn run_jobs(&mut self) {
        self.turn();
    }

    /// Stops the server in order.
    pub fn stop_server(&mut self) {
        self.verb(|connection, cx| connection.shutdown(cx));
        self.turn();
    }

    /// Time since the client connected.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// When the server will do something by itself, if nothing happens before.
    pub fn deadline(&self) -> Instant {
        self.connection.deadline(&self.limits)
    }

    /// Lets time pass; what becomes due is done at the end of it.
    pub fn pass(&mut self, time: Duration) {
        self.now = self.now.after(time);
        self.verb(|connection, cx| connection.timeout(cx));
        self.turn();
    }

    /// Lets time pass until the next deadline, and does what is due then;
    /// nothing where there is none.
    pub fn wait_for_deadline(&mut self) {
        let deadline = self.deadline();
        if deadline != Instant::NEVER {
            self.now = self.now.max(deadline);
            self.verb(|connection, cx| connection.timeout(cx));
            self.turn();
        }
    }

    /// Lets the client take octets, and does what that, or a job, makes
    /// possible, until nothing more is.
    fn turn(&mut self) {
        loop {
            let jobs = self.deliver_jobs();
            let taken = self.let_client_take();
            let mut progress = jobs || taken;
            progress |= self.tell_latest();
            if taken || self.connection.is_paused() {
                let before = self.waiting.len();
                self.verb(|connection, cx| connection.writable(cx));
                progress |= self.waiting.len() > before;
            }
            if !self.held.is_empty() && !self.connection.is_paused() {
                let mut input = std::mem::take(&mut self.held);
                let used = self.offer(&mut input);
                self.held = input.split_off(used);
                progress |= used > 0;
            }
            if !progress {
                return;
            }
        }
    }

    fn offer(&mut self, input: &mut [u8]) -> usize {
        let mut used = 0;
        self.verb(|connection, cx| used = connection.receive(cx, input));
        used
    }

    fn let_client_take(&mut self) -> bool {
        let octets = self.waiting.len().min(self.at_most);
        self.taken.extend(self.waiting.drain(..octets));
        let pending = !self.waiting.is_empty();
        self.connection.sent(octets > 0, pending, self.now);
        octets > 0
    }

    /// Returns whether any job was done.
    fn deliver_jobs(&mut self) -> bool {
        let mut records = std::mem::take(&mut self.records);
        records.extend(self.queue.take());
        let mut done = false;
        let mut holds = false;
        for (to, job, record) in JobRecords::new(&records) {
            if let Job::Call { token } = job {
                hooks::call(&self.app, token, Hub::new(&self.queue));
                continue;
            }
            if !holds || !job.waits_in_line() {
                let subscribed = to
                    .topic()
                    .is_some_and(|topic| self.queue.is_subscribed(topic));
                let delivery = if to == self.id || to.is_every() || subscribed {
                    self.deliver(&job)
                } else {
                    Delivery::Dropped
                };
                hooks::report(&self.app, to, &job, delivery);
                let held = delivery == Delivery::Held;
                holds |= held;
                done |= !held;
                if !held {
                    continue;
                }
            }
            if holds {
                self.records.extend_from_slice(record);
            }
        }
        done
    }

    /// Tells of topics that were marked; returns whether it was taken note of.
    fn tell_latest(&mut self) -> bool {
        self.marked.extend(self.queue.take_marks());
        let mut told = false;
        while let Some(topic) = self.marked.first().copied() {
            let mut delivery = Delivery::Dropped;
            if self.queue.is_subscribed(topic) {
                self.verb(|connection, cx| delivery = connection.latest(cx, topic, !told));
            }
            if delivery == Delivery::Held {
                break;
            }
            self.marked.remove(&topic);
            told = true;
        }
        told
    }

    fn deliver(&mut self, job: &Job<'_>) -> Delivery {
        let mut delivery = Delivery::Dropped;
        self.verb(|connection, cx| delivery = connection.deliver(cx, job));
        delivery
    }

    fn verb(
        &mut self,
        verb: impl FnOnce(&mut Connection<A, GrowingAssembly, C>, &mut Context<'_, A>),
    ) {
        let mut wire = Wire {
            waiting: &mut self.waiting,
            capacity: self.capacity,
        };
        let mut context = Context {
            app: &self.app,
            limits: &self.limits,
            date: Some(&self.date),
            hub: Hub::new(&self.queue),
            id: self.id,
            now: self.now,
            output: &mut wire,
        };
        verb(&mut self.connection, &mut context);
    }
}

/// Octets of jobs that may wait.
const HUB_CAPACITY: usize = 64 * 1024;

/// Room for more than one message to wait.
const SPARE: usize = 64 * 1024;

//! A driver in small: it calls every verb that a real one calls.

use crate::app::Reference;
use crate::output::ArrayOutput;
use crate::sys::{self, Socket};
use dunlin::hub::{Hub, Job, JobRecords, Mailbox, append_record, record_length};
use dunlin::{
    ArrayAssembly, Connection, ConnectionId, Context, Delivery, Full, Instant, Limits, Phase, Slot,
    Table,
};

/// Connections there are at most.
pub const CONNECTIONS: usize = 8;

/// Octets of the assembly buffer: a head with its body, or the longest message
/// with a control frame.
pub const ASSEMBLY: usize = LIMITS.head + LIMITS.body;

/// A connection as a driver on a device holds it.
pub type ReferenceConnection = Connection<Reference, ArrayAssembly<ASSEMBLY>>;

/// What a connection takes in the table beside the octets of its buffer.
pub const STATE: usize = size_of::<Slot<ReferenceConnection>>() - ASSEMBLY;

/// The bounds of the reference application.
pub const LIMITS: Limits = Limits::DEVICE;

/// A connection with its buffers, which on a device are the socket's.
struct Client {
    connection: ReferenceConnection,
    input: [u8; SEGMENT],
    /// Where the octets of the input begin that were not used yet, and end.
    input_start: usize,
    input_end: usize,
    output: ArrayOutput<SEGMENT>,
}

/// All connections, and what their verbs are given.
pub struct Server {
    app: Reference,
    mailbox: sys::Queue,
    table: Table<[Slot<Client>; CONNECTIONS]>,
}

impl Server {
    /// A server without connections.
    pub fn new() -> Self {
        Self {
            app: Reference::new(),
            mailbox: sys::Queue,
            table: Table::new(core::array::from_fn(|_| Slot::new())),
        }
    }

    /// One turn over everything there is to do.
    pub fn turn(&mut self) {
        let now = Instant::from_millis(u64::from(sys::clock()));
        if sys::has_accepted() {
            self.accept(now);
        }
        let mut from = 0;
        while let Some(id) = self.table.next_from(from) {
            self.serve(id, now);
            from = id.slot() + 1;
        }
        self.run_jobs(now);
    }

    fn accept(&mut self, now: Instant) {
        if self.table.insert_with(|_| Client::new(now)).is_some() {
            return;
        }
        let mut client = Client::new(now);
        let mut cx = Context {
            app: &self.app,
            limits: &LIMITS,
            date: None,
            hub: Hub::new(&self.mailbox),
            id: ConnectionId::from_bits(CONNECTIONS as u64),
            now,
            output: &mut client.output,
        };
        client.connection.refuse_overloaded(&mut cx);
        client.flush(Socket(CONNECTIONS), now);
    }

    fn serve(&mut self, id: ConnectionId, now: Instant) {
        let Some(client) = self.table.get_mut(id) else {
            return;
        };
        let socket = Socket(id.slot() as usize);
        let mut cx = Context {
            app: &self.app,
            limits: &LIMITS,
            date: None,
            hub: Hub::new(&self.mailbox),
            id,
            now,
            output: &mut client.output,
        };
        let connection = &mut client.connection;
        let events = socket.events();
        if events.failed() {
            connection.disconnect(&mut cx);
        }
        if events.stopping() {
            connection.shutdown(&mut cx);
        }
        if events.writable() {
            connection.writable(&mut cx);
        }
        if !connection.is_paused() {
            if client.input_start == client.input_end {
                client.input_start = 0;
                client.input_end = socket.receive(&mut client.input);
            }
            let input = client.input.get_mut(client.input_start..client.input_end);
            client.input_start += connection.receive(&mut cx, input.unwrap_or_default());
        }
        if events.ended() && client.input_start == client.input_end {
            connection.end_of_input(&mut cx);
        }
        if connection.deadline(&LIMITS) <= now {
            connection.timeout(&mut cx);
        }
        client.flush(socket, now);
        match client.connection.phase() {
            Phase::Open => {}
            Phase::Finishing => socket.end(),
            Phase::Closed => {
                socket.close();
                self.table.remove(id);
            }
        }
    }

    fn run_jobs(&mut self, now: Instant) {
        let mut octets = [0; SEGMENT];
        let length = sys::Queue::take(&mut octets);
        let records = octets.get(..length).unwrap_or_default();
        for (id, job, record) in JobRecords::new(records) {
            let Some(client) = self.table.get_mut(id) else {
                continue;
            };
            let mut cx = Context {
                app: &self.app,
                limits: &LIMITS,
                date: None,
                hub: Hub::new(&self.mailbox),
                id,
                now,
                output: &mut client.output,
            };
            if client.connection.deliver(&mut cx, &job) == Delivery::Held {
                sys::Queue::append(record);
            }
            client.flush(Socket(id.slot() as usize), now);
        }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    fn new(now: Instant) -> Self {
        Self {
            connection: Connection::new(ArrayAssembly::new(), now),
            input: [0; SEGMENT],
            input_start: 0,
            input_end: 0,
            output: ArrayOutput::new(),
        }
    }

    fn flush(&mut self, socket: Socket, now: Instant) {
        let sent = socket.send(self.output.as_slice());
        self.output.drop_front(sent);
        let pending = !self.output.as_slice().is_empty();
        self.connection.sent(sent > 0, pending, now);
    }
}

impl Mailbox for sys::Queue {
    fn post(&self, to: ConnectionId, job: &Job<'_>) -> Result<(), Full> {
        if Self::room() < record_length(job) {
            return Err(Full);
        }
        append_record(to, job, Self::append);
        Ok(())
    }
}

/// Octets of a buffer of the transport.
const SEGMENT: usize = 1460;

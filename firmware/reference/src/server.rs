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
// What is small comes first, so that it lies near to the beginning.
#[repr(C)]
pub struct Client {
    /// Where the octets of the input begin that were not used yet, and end.
    input_start: usize,
    input_end: usize,
    output: ArrayOutput<SEGMENT>,
    connection: ReferenceConnection,
    input: [u8; SEGMENT],
}

/// The memory of all connections.
pub type Clients = [Slot<Client>; CONNECTIONS];

/// All connections, and what their verbs are given.
pub struct Server<'s> {
    app: Reference,
    mailbox: sys::Queue,
    table: Table<&'s mut [Slot<Client>]>,
}

impl<'s> Server<'s> {
    /// A server without connections.
    pub fn new(clients: &'s mut Clients) -> Self {
        Self {
            app: Reference::new(),
            mailbox: sys::Queue,
            table: Table::new(clients),
        }
    }

    /// One turn over everything there is to do.
    // The memory of the connections is the caller's: locals of a function that
    // has as much would take three instructions each.
    #[inline(never)]
    pub fn turn(&mut self) {
        let now = Instant::from_millis(u64::from(sys::clock()));
        if sys::has_accepted() {
            self.accept(now);
        }
        let mut from = 0;
        while let Some(id) = self.table.next_from(from) {
            self.serve(id, now, None);
            from = id.slot() + 1;
        }
        self.run_jobs(now);
    }

    #[inline(never)]
    fn accept(&mut self, now: Instant) {
        let Self {
            app,
            mailbox,
            table,
        } = self;
        if let Some(id) = table.insert_with(|_| Client::new(now)) {
            if let Some(client) = table.get_mut(id) {
                let mut cx = context(app, mailbox, id, now, &mut client.output);
                client.connection.open(&mut cx);
            }
            return;
        }
        let mut client = Client::new(now);
        let id = ConnectionId::from_bits(CONNECTIONS as u64);
        let mut cx = context(app, mailbox, id, now, &mut client.output);
        client.connection.refuse_overloaded(&mut cx);
        client.flush(Socket(CONNECTIONS), now);
    }

    /// Does a job of a connection, or without one whatever its socket has.
    #[inline(never)]
    fn serve(&mut self, id: ConnectionId, now: Instant, job: Option<&Job<'_>>) -> Delivery {
        let Self {
            app,
            mailbox,
            table,
        } = self;
        let Some(client) = table.get_mut(id) else {
            return Delivery::Dropped;
        };
        let socket = Socket(id.slot() as usize);
        let mut cx = context(app, mailbox, id, now, &mut client.output);
        let connection = &mut client.connection;
        let delivery = match job {
            Some(job) => connection.deliver(&mut cx, job),
            None => {
                let input = (
                    &mut client.input,
                    &mut client.input_start,
                    &mut client.input_end,
                );
                receive(connection, &mut cx, socket, input);
                Delivery::Done
            }
        };
        client.flush(socket, now);
        match client.connection.phase() {
            Phase::Open => {}
            Phase::Finishing => socket.end(),
            Phase::Closed => {
                let mut cx = context(app, mailbox, id, now, &mut client.output);
                client.connection.end(&mut cx);
                socket.close();
                table.discard(id);
            }
        }
        delivery
    }

    #[inline(never)]
    fn run_jobs(&mut self, now: Instant) {
        let mut octets = [0; SEGMENT];
        let length = sys::Queue::take(&mut octets);
        let (records, _) = octets.split_at(length.min(SEGMENT));
        for (id, job, record) in JobRecords::new(records) {
            if self.serve(id, now, Some(&job)) == Delivery::Held {
                sys::Queue::append(record);
            }
        }
    }
}

impl Client {
    #[inline(never)]
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

/// What a verb is given.
fn context<'c>(
    app: &'c Reference,
    mailbox: &'c sys::Queue,
    id: ConnectionId,
    now: Instant,
    output: &'c mut ArrayOutput<SEGMENT>,
) -> Context<'c, Reference> {
    Context {
        app,
        limits: &LIMITS,
        date: None,
        hub: Hub::new(mailbox),
        id,
        now,
        output,
    }
}

/// Does what a socket has to be done, and what is due.
fn receive(
    connection: &mut ReferenceConnection,
    cx: &mut Context<'_, Reference>,
    socket: Socket,
    input: (&mut [u8; SEGMENT], &mut usize, &mut usize),
) {
    let (input, start, end) = input;
    let events = socket.events();
    if events.failed() {
        connection.disconnect(cx);
    }
    if events.stopping() {
        connection.shutdown(cx);
    }
    if events.writable() {
        connection.writable(cx);
    }
    if !connection.is_paused() {
        if start == end {
            *start = 0;
            *end = socket.receive(input);
        }
        let input = input.get_mut(*start..*end);
        *start += connection.receive(cx, input.unwrap_or_default());
    }
    if events.ended() && start == end {
        connection.end_of_input(cx);
    }
    if connection.deadline(&LIMITS) <= cx.now {
        connection.timeout(cx);
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

//! Counting what happens in a server.

use crate::{Event, Status};
use core::fmt::{self, Display, Formatter};
use core::sync::atomic::{AtomicUsize, Ordering};

/// Counts what a server does, from the [events](crate::Hooks::event) it is given.
///
/// It is read from any thread, task or interrupt, and takes no lock. One server feeds
/// it: counts of two at a time would get lost. A count begins again at zero behind
/// the largest `usize`, which for octets on a device of 32 bits is 4 GiB.
///
/// ```
/// use dunlin::{App, Counters, Hooks, Route};
///
/// struct Device {
///     counters: Counters,
/// }
///
/// impl App for Device {
///     type Session = ();
///     const ROUTES: &'static [Route<Self>] = &[Route::get("/clients", |device, _, response| {
///         let open = device.counters.snapshot().connections();
///         response.text(&format!("{open} clients"))
///     })];
///     const HOOKS: Hooks<Self> = Hooks::new().event(|device: &Self, event| device.counters.count(event));
/// }
/// ```
#[derive(Debug, Default)]
pub struct Counters {
    connections_opened: AtomicUsize,
    connections_ended: AtomicUsize,
    octets_received: AtomicUsize,
    octets_sent: AtomicUsize,
    requests: AtomicUsize,
    responses: [AtomicUsize; 5],
    refusals: [AtomicUsize; REASONS.len()],
    websockets_opened: AtomicUsize,
    websockets_closed: AtomicUsize,
    messages_received: AtomicUsize,
    message_octets_received: AtomicUsize,
    messages_sent: AtomicUsize,
    message_octets_sent: AtomicUsize,
    full: AtomicUsize,
}

impl Counters {
    /// All at zero.
    pub const fn new() -> Self {
        Self {
            connections_opened: AtomicUsize::new(0),
            connections_ended: AtomicUsize::new(0),
            octets_received: AtomicUsize::new(0),
            octets_sent: AtomicUsize::new(0),
            requests: AtomicUsize::new(0),
            responses: [const { AtomicUsize::new(0) }; 5],
            refusals: [const { AtomicUsize::new(0) }; REASONS.len()],
            websockets_opened: AtomicUsize::new(0),
            websockets_closed: AtomicUsize::new(0),
            messages_received: AtomicUsize::new(0),
            message_octets_received: AtomicUsize::new(0),
            messages_sent: AtomicUsize::new(0),
            message_octets_sent: AtomicUsize::new(0),
            full: AtomicUsize::new(0),
        }
    }

    /// Counts an event; an [event hook](crate::Hooks::event) calls it with each.
    pub fn count(&self, event: &Event<'_>) {
        match *event {
            Event::Opened(_) => add(&self.connections_opened, 1),
            Event::Ended(_) => add(&self.connections_ended, 1),
            Event::Received { octets, .. } => add(&self.octets_received, octets),
            Event::Sent { octets, .. } => add(&self.octets_sent, octets),
            Event::Request { .. } => add(&self.requests, 1),
            Event::Response { status, .. } => {
                let class = usize::from(status.code() / 100).wrapping_sub(1);
                if let Some(counter) = self.responses.get(class) {
                    add(counter, 1);
                }
            }
            Event::Error { status, .. } => {
                let known = REASONS.iter().position(|reason| *reason == status);
                if let Some(counter) = self.refusals.get(known.unwrap_or(OTHER)) {
                    add(counter, 1);
                }
            }
            Event::WebSocketOpened(_) => add(&self.websockets_opened, 1),
            Event::WebSocketClosed { .. } => add(&self.websockets_closed, 1),
            Event::MessageReceived { octets, last, .. } => {
                add(&self.message_octets_received, octets);
                add(&self.messages_received, usize::from(last));
            }
            Event::MessageSent { octets, last, .. } => {
                add(&self.message_octets_sent, octets);
                add(&self.messages_sent, usize::from(last));
            }
            Event::SendFull(_) => add(&self.full, 1),
            Event::Started | Event::Stopped => {}
        }
    }

    /// The counts at this moment. An event that happens meanwhile may be in some of
    /// them already, and not yet in others.
    pub fn snapshot(&self) -> Counts {
        // What ends later is read first, so that no more has ended than begun.
        let connections_ended = read(&self.connections_ended);
        let websockets_closed = read(&self.websockets_closed);
        let mut counts = Counts {
            connections_opened: read(&self.connections_opened),
            connections_ended,
            octets_received: read(&self.octets_received),
            octets_sent: read(&self.octets_sent),
            requests: read(&self.requests),
            websockets_opened: read(&self.websockets_opened),
            websockets_closed,
            messages_received: read(&self.messages_received),
            message_octets_received: read(&self.message_octets_received),
            messages_sent: read(&self.messages_sent),
            message_octets_sent: read(&self.message_octets_sent),
            full: read(&self.full),
            ..Counts::default()
        };
        for (count, counter) in counts.responses.iter_mut().zip(&self.responses) {
            *count = read(counter);
        }
        for (count, counter) in counts.refusals.iter_mut().zip(&self.refusals) {
            *count = read(counter);
        }
        counts
    }
}

/// There is one writer, so that it needs no more than to load and to store, which is
/// all that some devices have.
fn add(counter: &AtomicUsize, more: usize) {
    let count = counter.load(Ordering::Relaxed).wrapping_add(more);
    counter.store(count, Ordering::Release);
}

fn read(counter: &AtomicUsize) -> usize {
    counter.load(Ordering::Acquire)
}

/// What [`Counters`] had counted at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Connections that were let in.
    pub connections_opened: usize,
    /// Of these, those that have ended.
    pub connections_ended: usize,
    /// Octets that were received and used.
    pub octets_received: usize,
    /// Octets that were given to the network.
    pub octets_sent: usize,
    /// Request heads.
    pub requests: usize,
    /// Responses by the class of their status, from 1xx to 5xx.
    pub responses: [usize; 5],
    /// WebSockets that were opened.
    pub websockets_opened: usize,
    /// Of these, those that have ended.
    pub websockets_closed: usize,
    /// Messages that came, each counted with its last part.
    pub messages_received: usize,
    /// Octets of these, and of parts of messages.
    pub message_octets_received: usize,
    /// Messages that were sent, each counted with its last part.
    pub messages_sent: usize,
    /// Octets of these, and of parts of messages, before compression.
    pub message_octets_sent: usize,
    /// Messages that had no room, and were not sent.
    pub full: usize,
    refusals: [usize; REASONS.len()],
}

impl Counts {
    /// Connections that are open.
    pub const fn connections(&self) -> usize {
        self.connections_opened.wrapping_sub(self.connections_ended)
    }

    /// WebSockets that are open.
    pub const fn websockets(&self) -> usize {
        self.websockets_opened.wrapping_sub(self.websockets_closed)
    }

    /// How often the server itself answered with a status, because it refused a
    /// connection or a request, or a handler failed: 503 is for a connection too
    /// many and for an answer that did not come. `None` for statuses that are
    /// counted together, which [`Counts::each_refusal`] tells.
    pub fn refused(&self, status: Status) -> Option<usize> {
        let index = REASONS[..OTHER].iter().position(|reason| *reason == status);
        index.and_then(|index| self.refusals.get(index)).copied()
    }

    /// Tells all refusals by status; those with `None` are all others.
    pub fn each_refusal(&self, mut visit: impl FnMut(Option<Status>, usize)) {
        for (index, (status, count)) in REASONS.iter().zip(self.refusals).enumerate() {
            visit((index != OTHER).then_some(*status), count);
        }
    }

    /// The counts in the text format of Prometheus, version 0.0.4, which is served
    /// as [`METRICS_TYPE`]. Writing it brings formatting into a device's program.
    pub const fn metrics(&self) -> Metrics<'_> {
        Metrics(self)
    }
}

/// [`Counts`] as text; see [`Counts::metrics`].
#[derive(Debug, Clone, Copy)]
pub struct Metrics<'c>(&'c Counts);

impl Display for Metrics<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let counts = self.0;
        for (name, help, count) in [
            (
                "connections",
                "Connections that were let in.",
                counts.connections_opened,
            ),
            (
                "received_bytes",
                "Octets received and used.",
                counts.octets_received,
            ),
            (
                "sent_bytes",
                "Octets given to the network.",
                counts.octets_sent,
            ),
            ("requests", "Request heads received.", counts.requests),
            ("websockets", "WebSockets opened.", counts.websockets_opened),
            (
                "messages_received",
                "WebSocket messages received.",
                counts.messages_received,
            ),
            (
                "messages_received_bytes",
                "Octets of WebSocket messages received.",
                counts.message_octets_received,
            ),
            (
                "messages_sent",
                "WebSocket messages sent.",
                counts.messages_sent,
            ),
            (
                "messages_sent_bytes",
                "Octets of WebSocket messages sent, before compression.",
                counts.message_octets_sent,
            ),
            (
                "output_full",
                "WebSocket messages that had no room.",
                counts.full,
            ),
        ] {
            describe(out, format_args!("{name}_total"), help, "counter")?;
            writeln!(out, "dunlin_{name}_total {count}")?;
        }
        for (name, help, count) in [
            (
                "open_connections",
                "Connections that are open.",
                counts.connections(),
            ),
            (
                "open_websockets",
                "WebSockets that are open.",
                counts.websockets(),
            ),
        ] {
            describe(out, format_args!("{name}"), help, "gauge")?;
            writeln!(out, "dunlin_{name} {count}")?;
        }
        let help = "Responses begun, by the class of their status.";
        describe(out, format_args!("responses_total"), help, "counter")?;
        for (class, count) in (1..).zip(counts.responses) {
            writeln!(out, "dunlin_responses_total{{class=\"{class}xx\"}} {count}")?;
        }
        let help = "Refusals and failures the server answered for, by status.";
        describe(out, format_args!("refusals_total"), help, "counter")?;
        let mut written = Ok(());
        counts.each_refusal(|status, count| {
            written = written.and_then(|()| {
                out.write_str("dunlin_refusals_total{status=\"")?;
                match status {
                    Some(status) => write!(out, "{}", status.code())?,
                    None => out.write_str("other")?,
                }
                writeln!(out, "\"}} {count}")
            });
        });
        written
    }
}

fn describe(
    out: &mut Formatter<'_>,
    name: fmt::Arguments<'_>,
    help: &str,
    kind: &str,
) -> fmt::Result {
    writeln!(out, "# HELP dunlin_{name} {help}")?;
    writeln!(out, "# TYPE dunlin_{name} {kind}")
}

/// The content type of [`Counts::metrics`].
pub const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The statuses that are counted by themselves; the last stands for all others.
const REASONS: [Status; 15] = [
    Status::BAD_REQUEST,
    Status::FORBIDDEN,
    Status::NOT_FOUND,
    Status::METHOD_NOT_ALLOWED,
    Status::REQUEST_TIMEOUT,
    Status::LENGTH_REQUIRED,
    Status::CONTENT_TOO_LARGE,
    Status::URI_TOO_LONG,
    Status::UPGRADE_REQUIRED,
    Status::REQUEST_HEADER_FIELDS_TOO_LARGE,
    Status::INTERNAL_SERVER_ERROR,
    Status::NOT_IMPLEMENTED,
    Status::SERVICE_UNAVAILABLE,
    Status::HTTP_VERSION_NOT_SUPPORTED,
    // No error has this one.
    Status::OK,
];

const OTHER: usize = REASONS.len() - 1;

#[cfg(test)]
mod tests;

//! I/O by readiness: epoll.

use crate::Error;
use crate::clients::{Clients, Interest, Wire};
use crate::desk::peer;
use crate::directory::FileBody;
use crate::hub::LinuxMailbox;
use crate::sys;
use dunlin::{App, ConnectionId, Event, Instant};
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;
use rustix::net::{
    RecvFlags, SendFlags, Shutdown, SocketFlags, accept_with, recv, send, shutdown, sockopt,
};
use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Readiness through one epoll instance, level-triggered.
pub(crate) struct Epoll {
    epoll: OwnedFd,
}

impl Wire for Epoll {
    fn send(&mut self, socket: &OwnedFd, octets: &[u8], more: bool) -> Result<usize, Errno> {
        let mut flags = SendFlags::NOSIGNAL;
        flags.set(SendFlags::MORE, more);
        send(socket, octets, flags)
    }

    fn send_file(&mut self, socket: &OwnedFd, file: &mut FileBody) -> io::Result<usize> {
        file.send_to(socket)
    }

    fn unacknowledged(&self, socket: &OwnedFd) -> u32 {
        sys::unacknowledged(socket).unwrap_or_default()
    }

    fn give_up(&mut self, socket: &OwnedFd) {
        // Without it the kernel frees what it holds after its own time-out.
        let _ = sockopt::set_socket_linger(socket, Some(Duration::ZERO));
    }

    fn shut_down(&mut self, socket: &OwnedFd) {
        // A peer that is gone already needs no end.
        let _ = shutdown(socket, Shutdown::Write);
    }

    fn watch(&mut self, socket: &OwnedFd, id: ConnectionId, interest: Interest) {
        let data = epoll::EventData::new_u64(id.to_bits());
        if let Err(errno) = epoll::modify(&self.epoll, socket, data, flags(interest)) {
            log::warn!(target: "dunlin", "{id} cannot be watched: {errno}");
        }
    }
}

/// The event loop.
pub(crate) struct EpollLoop<A: App> {
    clients: Clients<A, Epoll>,
    listeners: Vec<OwnedFd>,
    /// No file descriptor, or no slot, is left: accept again at this time.
    accept_again: Option<Instant>,
    input: Vec<u8>,
    /// Where in `input` is received to.
    input_start: usize,
    start: std::time::Instant,
}

impl<A: App> EpollLoop<A> {
    pub(crate) fn new(
        clients: impl FnOnce(Epoll) -> Clients<A, Epoll>,
        listeners: Vec<OwnedFd>,
        mailbox: &LinuxMailbox,
        receive_buffer: usize,
    ) -> Result<Self, Error> {
        let failed = Error::system("make an epoll instance");
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(failed)?;
        let watch = |socket: &OwnedFd, data| {
            let data = epoll::EventData::new_u64(data);
            epoll::add(&epoll, socket, data, epoll::EventFlags::IN)
        };
        let failed = Error::system("watch a socket");
        for (index, listener) in listeners.iter().enumerate() {
            watch(listener, LISTENER | index as u64).map_err(&failed)?;
        }
        watch(mailbox.eventfd(), WAKE_UP).map_err(&failed)?;
        let input = vec![0; receive_buffer.max(MIN_RECEIVE) + 2 * WORD];
        // Behind the six octets of a short frame's header the payload then
        // begins at a word, which checking UTF-8 is fastest with.
        let input_start = input.as_ptr().align_offset(WORD).min(WORD) + WORD - SHORT_HEADER;
        Ok(Self {
            clients: clients(Epoll { epoll }),
            listeners,
            accept_again: None,
            input,
            input_start,
            start: std::time::Instant::now(),
        })
    }

    /// Runs until a stop is asked for and done.
    pub(crate) fn run(&mut self, mailbox: &LinuxMailbox, stop_time: Duration) -> Result<(), Error> {
        let mut events = [epoll::Event {
            flags: epoll::EventFlags::empty(),
            data: epoll::EventData::new_u64(0),
        }; EVENTS];
        let mut stop_by = None;
        self.set_time();
        self.clients.tell(&Event::Started);
        loop {
            let count = self.wait(mailbox, &mut events, stop_by)?;
            self.set_time();
            for event in events.iter().take(count) {
                self.event(mailbox, event.data.u64(), event.flags);
            }
            self.clients.run_jobs();
            self.clients.expire();
            self.resume_accepting();
            if mailbox.stop_requested() && stop_by.is_none() {
                stop_by = Some(self.clients.now.after(stop_time));
                self.listeners.clear();
                self.clients.shut_down();
            }
            if let Some(stop_by) = stop_by {
                if self.clients.now >= stop_by {
                    self.clients.disconnect();
                }
                if self.clients.len() == 0 {
                    // What is still asked for is for nobody any more.
                    self.clients.run_jobs();
                    self.clients.tell(&Event::Stopped);
                    return Ok(());
                }
            }
        }
    }

    fn wait(
        &mut self,
        mailbox: &LinuxMailbox,
        events: &mut [epoll::Event],
        stop_by: Option<Instant>,
    ) -> Result<usize, Error> {
        let wake_by = self.clients.earliest_deadline();
        let wake_by = wake_by.min(stop_by.unwrap_or(Instant::NEVER));
        let wake_by = wake_by.min(self.accept_again.unwrap_or(Instant::NEVER));
        let sleepless = mailbox.before_sleep();
        let mut timeout = wake_by.since(self.clients.now);
        if wake_by == self.clients.earliest_deadline() {
            // Deadlines are walked through at most so often.
            timeout = timeout.max(DEADLINE_GRAIN);
        }
        if sleepless {
            timeout = Duration::ZERO;
        }
        let timeout = Timespec::try_from(timeout)
            .ok()
            .filter(|_| wake_by != Instant::NEVER || sleepless);
        let count = match epoll::wait(&self.clients.wire.epoll, &mut *events, timeout.as_ref()) {
            Err(Errno::INTR) => Ok(0),
            count => count.map_err(Error::system("wait for events")),
        };
        mailbox.after_sleep();
        count
    }

    fn set_time(&mut self) {
        let now = self.start.elapsed().as_millis() as u64;
        let unix = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        self.clients
            .set_time(Instant::from_millis(now), unix.as_secs());
    }

    fn event(&mut self, mailbox: &LinuxMailbox, data: u64, flags: epoll::EventFlags) {
        match data {
            WAKE_UP => mailbox.woken(),
            data if data & LISTENER == LISTENER => self.accept((data & !LISTENER) as usize),
            data => self.client_event(ConnectionId::from_bits(data), flags),
        }
    }

    fn client_event(&mut self, id: ConnectionId, flags: epoll::EventFlags) {
        if flags.contains(epoll::EventFlags::OUT) {
            self.clients.writable(id);
        }
        let ended = epoll::EventFlags::HUP | epoll::EventFlags::ERR;
        if self.clients.takes_input(id) {
            if flags.intersects(epoll::EventFlags::IN | ended) {
                self.receive(id);
            }
        } else if flags.intersects(ended) {
            self.clients.failed(id, Errno::CONNRESET);
        } else if flags.contains(epoll::EventFlags::RDHUP) && self.clients.awaits_end(id) {
            self.clients.end_of_input(id);
        }
    }

    fn receive(&mut self, id: ConnectionId) {
        let Some(socket) = self.clients.socket(id) else {
            return;
        };
        let input = self.input.get_mut(self.input_start..).unwrap_or_default();
        let most = self.clients.receive_at_most(id).min(input.len());
        let (input, _) = input.split_at_mut(most);
        match recv(socket, &mut *input, RecvFlags::empty()) {
            Ok((0, _)) => self.clients.end_of_input(id),
            Ok((length, _)) => {
                let input = input.get_mut(..length).unwrap_or_default();
                self.clients.receive(id, input);
            }
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(errno) => self.clients.failed(id, errno),
        }
    }

    /// Accepts a bounded number of connections, so that a flood of them does
    /// not keep the others waiting.
    fn accept(&mut self, listener: usize) {
        for _ in 0..ACCEPTS {
            let Some(listener) = self.listeners.get(listener) else {
                return;
            };
            if self.clients.is_full() {
                return self.pause_accepting();
            }
            let socket = match accept_with(listener, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC) {
                Ok(socket) => socket,
                Err(Errno::AGAIN) => return,
                Err(errno @ (Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM)) => {
                    log::warn!(target: "dunlin", "cannot accept a connection: {errno}");
                    return self.pause_accepting();
                }
                // The peer gave up before it was accepted.
                Err(_) => continue,
            };
            self.admit(socket);
        }
    }

    fn admit(&mut self, socket: OwnedFd) {
        // Without it an answer would wait for the acknowledgement of the last.
        let _ = sockopt::set_tcp_nodelay(&socket, true);
        let peer = peer(&socket);
        let Some(id) = self.clients.accepted(socket) else {
            return;
        };
        match peer {
            Some(peer) => log::debug!(target: "dunlin", "{id} accepted from {peer}"),
            None => log::debug!(target: "dunlin", "{id} accepted"),
        }
        let Some(socket) = self.clients.socket(id) else {
            return;
        };
        let data = epoll::EventData::new_u64(id.to_bits());
        let interest = Interest {
            input: true,
            output: false,
            end: false,
        };
        if let Err(errno) = epoll::add(&self.clients.wire.epoll, socket, data, flags(interest)) {
            self.clients.failed(id, errno);
        }
    }

    fn pause_accepting(&mut self) {
        self.accept_again = Some(self.clients.now.after(ACCEPT_PAUSE));
        self.watch_listeners(epoll::EventFlags::empty());
    }

    fn resume_accepting(&mut self) {
        if self
            .accept_again
            .is_some_and(|time| time <= self.clients.now)
        {
            self.accept_again = None;
            self.watch_listeners(epoll::EventFlags::IN);
        }
    }

    fn watch_listeners(&self, flags: epoll::EventFlags) {
        for (index, listener) in self.listeners.iter().enumerate() {
            let data = epoll::EventData::new_u64(LISTENER | index as u64);
            if let Err(errno) = epoll::modify(&self.clients.wire.epoll, listener, data, flags) {
                log::warn!(target: "dunlin", "cannot watch a listener: {errno}");
            }
        }
    }
}

fn flags(interest: Interest) -> epoll::EventFlags {
    let mut flags = epoll::EventFlags::empty();
    flags.set(epoll::EventFlags::IN, interest.input);
    flags.set(epoll::EventFlags::OUT, interest.output);
    flags.set(epoll::EventFlags::RDHUP, interest.end);
    flags
}

/// Marks the events that are no connection's: slots never reach so far.
const LISTENER: u64 = 0xffff_0000;
const WAKE_UP: u64 = u64::MAX;

/// Events taken at a time.
const EVENTS: usize = 256;

/// Connections accepted at a time.
const ACCEPTS: usize = 64;

const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The least time between two walks through the deadlines.
const DEADLINE_GRAIN: Duration = Duration::from_millis(20);

const WORD: usize = size_of::<usize>();

/// Octets of the header of a masked frame with at most 125 octets of payload.
const SHORT_HEADER: usize = 6;

/// The least receive buffer: a head of usual size in one piece.
const MIN_RECEIVE: usize = 4096;

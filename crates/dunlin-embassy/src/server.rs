//! A server: one task for all its connections.

use crate::backlog::Waiting;
use crate::bells::OTHER;
use crate::clients::Clients;
use crate::mailbox::{HeldJobs, Mailbox};
use crate::memory::Rings;
use crate::sys::{fill, poll_with};
use crate::{Config, Memory, TcpKeepAlive};
use core::future::poll_fn;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use dunlin::{App, Compression, Event, Instant, NoCompression, Slot, Table};
use embassy_net::Stack;
use embassy_time::Timer;

/// An application on the sockets of a network stack.
pub struct Server<
    'd,
    A: App,
    const SOCKETS: usize,
    const ASSEMBLY: usize,
    const HUB: usize,
    C: Compression + Clone = NoCompression,
    const TOPICS: usize = 0,
> {
    stack: Stack<'d>,
    clients: Clients<'d, A, SOCKETS, ASSEMBLY, HUB, C, TOPICS>,
    mailbox: &'static Mailbox<HUB, TOPICS>,
    jobs: &'d mut HeldJobs<HUB>,
    backlog: Option<&'d dyn Waiting>,
    stop_time: embassy_time::Duration,
    /// A stop was asked for; it is to be done by then.
    stop_by: Option<Instant>,
    /// Somebody waits in the backlog and no socket listens: to look again then.
    hurry: Instant,
}

impl<'d, A: App, const SOCKETS: usize, const ASSEMBLY: usize, const HUB: usize, const TOPICS: usize>
    Server<'d, A, SOCKETS, ASSEMBLY, HUB, NoCompression, TOPICS>
{
    /// A server for an application, with a socket of `stack` for each of
    /// `memory`'s. [`Server::run`] serves.
    ///
    /// # Panics
    ///
    /// `embassy_net` panics when its `StackResources` have too few sockets.
    pub fn new<const RECEIVE: usize, const SEND: usize>(
        stack: Stack<'d>,
        app: &'d A,
        config: Config,
        memory: &'d mut Memory<A, SOCKETS, RECEIVE, SEND, ASSEMBLY, HUB>,
        mailbox: &'static Mailbox<HUB, TOPICS>,
    ) -> Self {
        Self::with_compression(stack, app, config, memory, mailbox, NoCompression)
    }
}

impl<
    'd,
    A: App,
    const SOCKETS: usize,
    const ASSEMBLY: usize,
    const HUB: usize,
    C: Compression + Clone,
    const TOPICS: usize,
> Server<'d, A, SOCKETS, ASSEMBLY, HUB, C, TOPICS>
{
    /// As [`Server::new`], with a copy of `compression` for each connection.
    ///
    /// # Panics
    ///
    /// `embassy_net` panics when its `StackResources` have too few sockets.
    pub fn with_compression<const RECEIVE: usize, const SEND: usize>(
        stack: Stack<'d>,
        app: &'d A,
        config: Config,
        memory: &'d mut Memory<A, SOCKETS, RECEIVE, SEND, ASSEMBLY, HUB, C>,
        mailbox: &'static Mailbox<HUB, TOPICS>,
        compression: C,
    ) -> Self {
        const {
            assert!(
                TOPICS == A::TOPICS,
                "the mailbox has as many topics as the application"
            );
        }
        let Memory { rings, slots, jobs } = memory;
        jobs.clear();
        let rings = rings.each_mut();
        let rings = rings.map(|Rings { receive, send }| (&mut receive[..], &mut send[..]));
        let table = Table::new(fill(slots, Slot::new));
        Self {
            stack,
            clients: Clients::new(stack, rings, table, app, &config, mailbox, compression),
            mailbox,
            jobs,
            backlog: None,
            stop_time: config.stop_time,
            stop_by: None,
            hurry: Instant::NEVER,
        }
    }

    /// Takes connects that arrive while no socket listens from `backlog`, which
    /// stands in front of the stack's device. Without one they are refused.
    pub fn keep_backlog(&mut self, backlog: &'d impl Waiting) {
        self.backlog = Some(backlog);
    }

    /// Puts a [`Transport`](dunlin::Transport) between each socket and the protocol.
    #[cfg(feature = "transport")]
    pub fn set_transports<T: crate::ReusableTransport + 'static>(
        &mut self,
        transports: &'d mut [T; SOCKETS],
    ) {
        self.clients.set_transports(transports);
    }

    /// Has TCP ask peers that are silent whether they are there. Without it only
    /// what Dunlin itself sends shows that one is lost: see
    /// [`Limits`](dunlin::Limits).
    pub fn keep_alive(&mut self, keep_alive: TcpKeepAlive) {
        self.clients.keep_alive(keep_alive);
    }

    /// Serves until [`Mailbox::stop`] is called and done. It may be called
    /// again.
    pub async fn run(&mut self) {
        self.mailbox.bells.ring_all();
        self.clients.tell(&Event::Started);
        poll_fn(|cx| self.turn(cx)).await;
    }

    /// One look at everything.
    fn turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let rung = self.mailbox.bells.answer(SOCKETS, cx.waker());
        let now = Instant::from_millis(embassy_time::Instant::now().as_millis());
        self.clients.now = now;
        if !self.stack.is_link_up() {
            self.clients.lose_all();
        }
        self.clients.attend(rung);
        let news = rung & 1 << OTHER != 0;
        self.run_jobs(news);
        if TOPICS > 0 {
            self.clients.ask_for_latest(rung);
        }
        self.clients.expire();
        if (news || self.stop_by.is_some()) && self.is_stopped(now) {
            self.stopped();
            return Poll::Ready(());
        }
        let changed = self.clients.watch();
        if changed || news || now >= self.hurry {
            self.let_in();
        }
        self.set_timer(cx);
        Poll::Pending
    }

    /// Does the jobs of the Hub that can be done now.
    fn run_jobs(&mut self, posted: bool) {
        if posted {
            self.mailbox.take(self.jobs);
        }
        if self.jobs.is_empty() {
            return;
        }
        self.offer_jobs();
        if TOPICS > 0 && self.mailbox.take_refused() && self.clients.cut_off_stalled(self.jobs) {
            // What waited for them is not kept.
            self.offer_jobs();
        }
        self.mailbox.kept(self.jobs);
    }

    fn offer_jobs(&mut self) {
        let mut waiting = 0;
        let clients = &mut self.clients;
        self.jobs
            .offer(|id, job, slots| clients.deliver(id, job, slots, &mut waiting));
    }

    /// Begins a stop that was asked for, and tells when it is done.
    fn is_stopped(&mut self, now: Instant) -> bool {
        if self.stop_by.is_none() && self.mailbox.stop_requested() {
            let time = Duration::from_millis(self.stop_time.as_millis());
            self.stop_by = Some(now.after(time));
            self.clients.shut_down();
        }
        let Some(stop_by) = self.stop_by else {
            return false;
        };
        if now >= stop_by {
            self.clients.disconnect();
        }
        self.clients.is_empty()
    }

    fn stopped(&mut self) {
        self.clients.tell(&Event::Stopped);
        self.mailbox.stopped();
        self.stop_by = None;
        self.clients.stopping = false;
        if let Some(backlog) = self.backlog {
            refuse(backlog, Waker::noop());
        }
    }

    /// Lets in who waits in the backlog, as many as sockets listen. While none
    /// does, one is looked for. During a stop nobody is let in.
    fn let_in(&mut self) {
        self.hurry = Instant::NEVER;
        let Some(backlog) = self.backlog else {
            return;
        };
        let waker = self.mailbox.bells.waker(OTHER);
        if self.clients.stopping {
            refuse(backlog, &waker);
            return;
        }
        let port = self.clients.port();
        let waiting = backlog.admit(port, self.clients.listening(), &waker);
        if waiting == 0 || self.clients.listening() > 0 {
            return;
        }
        self.clients.hurry();
        if self.clients.watch() {
            backlog.admit(port, self.clients.listening(), &waker);
        } else {
            self.hurry = self.clients.now.after(HURRY);
        }
    }

    /// Asks to be woken at the next deadline.
    ///
    /// It asks each time: a task has one alarm in `embassy_time`, the earliest
    /// that it asked for. One that is due but has not rung yet would swallow this
    /// one, and takes it along when it rings.
    fn set_timer(&self, cx: &mut Context<'_>) {
        let stop_by = self.stop_by.unwrap_or(Instant::NEVER);
        let wake_by = self.clients.wake_by().min(self.hurry).min(stop_by);
        if wake_by != Instant::NEVER {
            let moment = embassy_time::Instant::from_millis(wake_by.as_millis());
            let _ = poll_with(Timer::at(moment), cx);
        }
    }
}

impl<
    A: App,
    const SOCKETS: usize,
    const ASSEMBLY: usize,
    const HUB: usize,
    C: Compression + Clone,
    const TOPICS: usize,
> Drop for Server<'_, A, SOCKETS, ASSEMBLY, HUB, C, TOPICS>
{
    fn drop(&mut self) {
        self.clients.disconnect();
    }
}

/// Gives who waits, and who comes, to the stack, which refuses them: nobody
/// listens any more.
fn refuse(backlog: &dyn Waiting, server: &Waker) {
    backlog.admit(0, usize::MAX, server);
}

/// How often to look for a socket while somebody waits for one.
const HURRY: Duration = Duration::from_millis(50);

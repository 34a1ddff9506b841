//! A server: from its addresses to its end.

use crate::clients::Clients;
use crate::epoll::EpollLoop;
use crate::hub::{HubHandle, LinuxMailbox};
use crate::listener::listen_on;
use crate::transport::MakeTransport;
use crate::{Config, Error, sys};
use dunlin::{App, Transport};
use rustix::process::{Resource, getrlimit, setrlimit};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// An application that listens, and runs when it is told to.
///
/// Any number of servers may run in one program, each on a thread of its own.
pub struct Server<A: App> {
    app: A,
    config: Config,
    listeners: Vec<OwnedFd>,
    addresses: Vec<SocketAddr>,
    mailbox: Arc<LinuxMailbox>,
    transport: Option<MakeTransport>,
}

impl<A: App> Server<A> {
    /// Listens on all addresses of the configuration. Connections wait from
    /// now on; [`Server::run`] serves them.
    ///
    /// # Errors
    ///
    /// [`Error`] when an address cannot be listened on.
    pub fn bind(app: A, config: Config) -> Result<Self, Error> {
        Self::bind_with(config, |_| app)
    }

    /// As [`Server::bind`], for an application that keeps the [`HubHandle`]:
    /// to start threads that reach its connections, or to stop the server from
    /// a handler.
    ///
    /// # Errors
    ///
    /// [`Error`] when an address cannot be listened on.
    pub fn bind_with(config: Config, app: impl FnOnce(HubHandle) -> A) -> Result<Self, Error> {
        let mut listeners = Vec::new();
        let mut addresses = Vec::new();
        for address in &config.addresses {
            let (listener, address) = listen_on(*address, &config)?;
            listeners.push(listener);
            addresses.push(address);
        }
        let mailbox = Arc::new(LinuxMailbox::new(config.hub_capacity, A::TOPICS)?);
        let app = app(HubHandle(Arc::clone(&mailbox)));
        Ok(Self {
            app,
            config,
            listeners,
            addresses,
            mailbox,
            transport: None,
        })
    }

    /// Puts a [`Transport`] between each socket and the protocol; `make` makes it for
    /// a connection from the address given.
    pub fn set_transport<T: Transport + 'static>(
        &mut self,
        make: impl Fn(Option<SocketAddr>) -> T + Send + 'static,
    ) {
        self.transport = Some(Box::new(move |peer| Box::new(make(peer))));
    }

    /// Where it listens, with real port numbers, in the order given.
    pub fn local_addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The way to the server and its connections from other threads.
    pub fn hub(&self) -> HubHandle {
        HubHandle(Arc::clone(&self.mailbox))
    }

    /// Stops this server gracefully at SIGTERM or SIGINT; a second signal ends
    /// the program at once.
    ///
    /// # Errors
    ///
    /// [`Error`] when signals cannot be taken.
    pub fn stop_on_signals(&self) -> Result<(), Error> {
        let failed = |doing| move |source| Error::System { doing, source };
        let mut signals = Signals::new([SIGTERM, SIGINT]).map_err(failed("take signals"))?;
        let hub = self.hub();
        let watch = move || {
            for (count, signal) in signals.forever().enumerate() {
                log::debug!(target: "dunlin", "stopping at signal {signal}");
                hub.stop();
                if count > 0 {
                    // It has no other effect than the signal's own.
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("signals".into())
            .spawn(watch);
        thread.map(drop).map_err(failed("start a thread"))
    }

    /// Serves until it is stopped.
    ///
    /// For the whole process it raises the limit of open files as far as the
    /// system lets it, and tells glibc's allocator to return buffers of 4 MiB
    /// and more to the system when they are freed.
    ///
    /// # Errors
    ///
    /// [`Error`] when the system refuses what the event loop needs.
    pub fn run(self) -> Result<(), Error> {
        let Self {
            app,
            config,
            listeners,
            mailbox,
            transport,
            ..
        } = self;
        raise_file_limit();
        sys::return_large_buffers();
        let stop_time = config.stop_time;
        let receive_buffer = config.receive_buffer;
        let clients = |wire| {
            let mut clients = Clients::new(app, config, Arc::clone(&mailbox), wire);
            clients.transport = transport;
            clients
        };
        EpollLoop::new(clients, listeners, &mailbox, receive_buffer)?.run(&mailbox, stop_time)
    }
}

/// Serves an application until SIGTERM or SIGINT.
///
/// # Errors
///
/// [`Error`] when it cannot listen, or the system refuses what it needs.
pub fn serve<A: App>(app: A, config: Config) -> Result<(), Error> {
    let server = Server::bind(app, config)?;
    server.stop_on_signals()?;
    server.run()
}

/// Lets the process open as many files as the system allows it.
fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // With fewer files the server accepts fewer connections.
    let _ = setrlimit(Resource::Nofile, limit);
}

//! Routes that other threads add to a server that runs, and take out.

use dunlin::{App, Method, RegisterError, Route, RunTimeRoutes};
use dunlin_linux::{Config, Error, HubHandle, Server, SharedRouteTable};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

struct Plugins {
    routes: Arc<SharedRouteTable<Self>>,
}

impl App for Plugins {
    type Session = ();
    const ROUTES: &'static [Route<Self>] =
        &[Route::get("/", |_, _, response| response.text("home"))];
    const RUN_TIME_ROUTES: Option<RunTimeRoutes<Self>> = Some(|plugins| &*plugins.routes);
}

struct Running {
    address: SocketAddr,
    hub: HubHandle,
    routes: Arc<SharedRouteTable<Plugins>>,
    thread: JoinHandle<Result<(), Error>>,
}

impl Running {
    fn start(capacity: usize) -> Self {
        let routes = Arc::new(SharedRouteTable::new(capacity));
        let app = Plugins {
            routes: Arc::clone(&routes),
        };
        let config = Config {
            addresses: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            ..Config::default()
        };
        let server = Server::bind(app, config).expect("a free port");
        Self {
            address: server.local_addresses()[0],
            hub: server.hub(),
            routes,
            thread: std::thread::spawn(|| server.run()),
        }
    }

    /// What a connection of its own is answered.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it receives");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("a text");
        answer
    }

    fn stop(self) {
        self.hub.stop();
        let end = self.thread.join().expect("no panic");
        end.expect("an orderly end");
    }
}

/// A route that tells its path, made while the program runs.
fn route(path: String) -> &'static Route<Plugins> {
    let route = Route::get(path.leak(), |_, request, response| {
        response.text(request.path())
    });
    Box::leak(Box::new(route))
}

#[test]
fn a_route_serves_from_its_registration_until_it_is_taken_out() {
    let server = Running::start(8);
    assert!(server.get("/plugin/a").starts_with("HTTP/1.1 404 "));
    assert_eq!(
        server.routes.register(route("/plugin/{name}".into())),
        Ok(())
    );
    assert!(server.get("/plugin/a").ends_with("\r\n\r\n/plugin/a"));
    assert!(server.get("/").ends_with("\r\n\r\nhome"));
    assert!(server.routes.unregister(Method::Get, "/plugin/{name}"));
    assert!(server.get("/plugin/a").starts_with("HTTP/1.1 404 "));
    server.stop();
}

#[test]
fn routes_of_many_threads_are_all_served() {
    let server = Running::start(64);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let server = &server;
            scope.spawn(move || {
                for number in 0..16 {
                    let path = format!("/{thread}/{number}");
                    assert_eq!(server.routes.register(route(path.clone())), Ok(()));
                    assert!(server.get(&path).ends_with(&format!("\r\n\r\n{path}")));
                    if number % 2 == 1 {
                        assert_eq!(server.routes.unregister_path(&path), 1);
                    }
                }
            });
        }
    });
    assert_eq!(server.routes.len(), 32);
    server.stop();
}

#[test]
fn what_exists_or_has_no_place_is_refused() {
    let routes = SharedRouteTable::<Plugins>::new(2);
    assert!(routes.is_empty());
    assert_eq!(
        routes.register(route("/".into())),
        Err(RegisterError::Exists)
    );
    assert_eq!(routes.register(route("/a".into())), Ok(()));
    assert_eq!(
        routes.register(route("/a".into())),
        Err(RegisterError::Exists)
    );
    assert_eq!(routes.register(route("/b".into())), Ok(()));
    assert_eq!(
        routes.register(route("/c".into())),
        Err(RegisterError::Full)
    );
    assert!(!routes.unregister(None, "/a"));
    assert!(routes.unregister(Method::Get, "/a"));
    assert_eq!(routes.register(route("/c".into())), Ok(()));
}

//! The WebSocket suite, in memory and over sockets.
//!
//! Over sockets it builds and runs the program, or runs what
//! `DUNLIN_ECHO_BINARY` names. What else the environment says is told in
//! `dunlin_conformance::websocket`.

mod support;

use dunlin_conformance::report::Way;
use dunlin_conformance::websocket::case::{Case, End, Shown};
use dunlin_conformance::websocket::client::{Client, Ended};
use dunlin_conformance::websocket::cuts;
use dunlin_conformance::websocket::groups::deflate::{self, Compression};
use dunlin_conformance::websocket::groups::{
    self, TABLE, TOTAL, Titled, compressed, handshakes, offers,
};
use dunlin_conformance::websocket::link::{Context, Cut, Link, Memory, Socket};
use dunlin_conformance::websocket::program::Target;
use support::{Verdict, is_long, run_all, run_each};

#[test]
fn the_suite_has_every_case_of_the_table() {
    let numbers = titles(groups::behaviours())
        .chain(titles(groups::sizes()))
        .chain(titles(deflate::round_trips()))
        .map(|title| title.group);
    let numbers: Vec<_> = numbers.collect();
    for group in TABLE {
        let cases = numbers.iter();
        let count = cases.filter(|number| group.numbers.contains(number));
        assert_eq!(count.count(), group.count, "{}", group.title);
    }
    assert_eq!(numbers.len(), TOTAL);
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let names = titles(groups::behaviours())
        .chain(titles(groups::sizes()))
        .chain(titles(deflate::round_trips()))
        .chain(titles(groups::framing()))
        .chain(titles(groups::limits()))
        .chain(titles(compressed::cases()))
        .chain(titles(compressed::limits()))
        .chain(titles(handshakes::cases()))
        .chain(titles(offers::cases()));
    let mut names: Vec<_> = names.map(|title| (title.group, title.name)).collect();
    names.sort();
    for pair in names.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
}

fn titles<T: Titled>(cases: impl IntoIterator<Item = T>) -> impl Iterator<Item = groups::Title> {
    cases.into_iter().map(|case| case.title())
}

fn behaviours() -> impl Iterator<Item = Case> + Send {
    groups::behaviours().into_iter().chain(groups::framing())
}

fn sizes() -> impl Iterator<Item = Case> + Send {
    groups::sizes().chain(groups::limits())
}

#[test]
fn behaviours_in_memory() {
    run_all(Way::Whole, behaviours(), |case| {
        passed(case.run(Client::plain(Memory::new(Cut::Nowhere))?)?)
    });
}

#[test]
fn behaviours_in_memory_cut_anywhere() {
    run_all(Way::Cut, behaviours(), |case| {
        cut_anywhere(case, || Client::plain(Memory::new(Cut::Nowhere)).map(Some))
    });
}

#[test]
fn behaviours_over_sockets() {
    let target = Target::find().expect("there is a server");
    run_all(Way::Sockets, behaviours(), |case| {
        passed(case.run(Client::plain(Socket::connect(target.address())?)?)?)
    });
}

/// The table lets a server drop a connection without a word. Ours says why, and
/// what it says is not lost in a reset, whatever the client still writes.
#[test]
fn every_failure_reaches_the_client_with_its_code() {
    let target = Target::find().expect("there is a server");
    let fails = |case: &Case| matches!(case.end, End::Fails(_));
    for case in behaviours().filter(fails) {
        let client = Socket::connect(target.address()).and_then(Client::plain);
        let shown = client.and_then(|client| case.run(client));
        let shown = shown.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert!(shown.code.is_some(), "{}", case.name);
        assert_eq!(shown.ended, Ended::InOrder, "{}", case.name);
    }
}

#[test]
fn sizes_in_memory() {
    run_all(Way::Whole, sizes(), |case| {
        case.run(Client::plain(Memory::new(Cut::Every(RECEIVE_BUFFER)))?)?;
        passed(case.run(Client::plain(Memory::new(Cut::Nowhere))?)?)
    });
}

/// One at a time, so that the program's memory is that of one connection.
#[test]
fn sizes_over_sockets() {
    let target = Target::find().expect("there is a server");
    run_each(Way::Sockets, sizes(), |case| {
        let shown = case.run(Client::plain(Socket::connect(target.address())?)?)?;
        check_memory(&target)?;
        passed(shown)
    });
}

#[test]
fn compressed_round_trips_in_memory() {
    run_all(Way::Whole, deflate::round_trips(), |case| {
        in_each(CONTEXTS, |context| {
            case.run(Memory::with_context(context, Cut::Nowhere), case.few())
        })
    });
}

#[test]
fn compressed_round_trips_over_sockets() {
    let targets = targets();
    run_all(Way::Sockets, deflate::round_trips(), |case| {
        let count = if is_long() { 1000 } else { case.few() };
        in_each(&targets, |target| {
            case.run(Socket::connect(target.address())?, count)
        })
    });
}

#[test]
fn compressed_behaviours_in_memory_cut_anywhere() {
    run_all(Way::Cut, compressed::cases(), |case| {
        cut_anywhere(case, || deflate::open_plain(keeping_memory()))
    });
}

#[test]
fn compressed_behaviours_in_memory() {
    let cases = compressed::cases().into_iter().chain(compressed::limits());
    run_all(Way::Whole, cases, |case| {
        match deflate::open_plain(keeping_memory())? {
            Some(client) => passed(case.run(client)?),
            None => agreed(Compression::Declined),
        }
    });
}

/// Among them are messages that would decompress to more than the limit.
#[test]
fn compressed_behaviours_over_sockets() {
    let target = Target::with_context(Context::Kept).expect("there is a server");
    let cases = compressed::cases().into_iter().chain(compressed::limits());
    run_each(Way::Sockets, cases, |case| {
        let Some(client) = deflate::open_plain(Socket::connect(target.address())?)? else {
            return agreed(Compression::Declined);
        };
        let shown = case.run(client)?;
        check_memory(&target)?;
        passed(shown)
    });
}

#[test]
fn handshakes_in_memory() {
    run_all(Way::Whole, handshakes::cases(), |case| {
        case.run(Memory::new(Cut::Nowhere)).map(Verdict::Ok)
    });
    run_all(Way::Cut, handshakes::cases(), |case| {
        case.run(Memory::new(Cut::Every(1))).map(Verdict::Ok)
    });
}

#[test]
fn handshakes_over_sockets() {
    let target = Target::find().expect("there is a server");
    run_all(Way::Sockets, handshakes::cases(), |case| {
        let socket = Socket::connect(target.address())?;
        case.run(socket).map(Verdict::Ok)
    });
}

#[test]
fn offers_in_memory() {
    run_all(Way::Whole, offers::cases(), |case| {
        in_each(CONTEXTS, |context| {
            let link = || Ok(Memory::with_context(context, Cut::Nowhere));
            offer(link, |link| case.run(link))
        })
    });
}

#[test]
fn offers_over_sockets() {
    let targets = targets();
    run_all(Way::Sockets, offers::cases(), |case| {
        in_each(&targets, |target| {
            let link = || Socket::connect(target.address());
            offer(link, |link| case.run(link))
        })
    });
}

/// Runs a case about an offer, if the server accepts any.
fn offer<L: Link>(
    link: impl Fn() -> Result<L, String>,
    run: impl FnOnce(L) -> Result<Compression, String>,
) -> Result<Compression, String> {
    match deflate::open_plain(link()?)? {
        Some(client) => client.close()?,
        None => return Ok(Compression::Declined),
    }
    run(link()?)
}

/// Runs a case in one piece, octet by octet, and in two pieces cut anywhere.
fn cut_anywhere<L: Link>(
    case: &Case,
    open: impl Fn() -> Result<Option<Client<L>>, String>,
) -> Result<Verdict, String> {
    let octets = case.octets();
    let cut = |pieces: &[&[u8]]| match open()? {
        Some(client) => case.run_cut(client, pieces.iter().copied()).map(Some),
        None => Ok(None),
    };
    let Some(shown) = cut(&[&octets])? else {
        return Ok(Verdict::Unimplemented);
    };
    let octet_by_octet: Vec<_> = octets.chunks(1).collect();
    cut(&octet_by_octet).map_err(|error| format!("octet by octet: {error}"))?;
    for place in cuts::places(&octets, is_long()) {
        let (front, rest) = octets.split_at(place);
        cut(&[front, rest]).map_err(|error| format!("cut at {place}: {error}"))?;
    }
    passed(shown)
}

fn check_memory(target: &Target) -> Result<(), String> {
    match target.peak_memory()? {
        Some(peak) if peak > ONE_CONNECTION => Err(format!("the program took {peak} octets")),
        _ => Ok(()),
    }
}

fn passed(shown: Shown) -> Result<Verdict, String> {
    Ok(Verdict::Ok(shown.to_string()))
}

fn agreed(shown: Compression) -> Result<Verdict, String> {
    match shown {
        Compression::Agreed => Ok(Verdict::Ok("as agreed".into())),
        Compression::Declined if is_ours() => Err("the offer was declined".into()),
        Compression::Declined => Ok(Verdict::Unimplemented),
    }
}

/// Runs a case with each kind of server: what one of them shows, if all agree.
fn in_each<T: Copy>(
    servers: impl IntoIterator<Item = T>,
    run: impl Fn(T) -> Result<Compression, String>,
) -> Result<Verdict, String> {
    let mut verdict = Verdict::Unimplemented;
    for server in servers {
        verdict = agreed(run(server)?)?;
    }
    Ok(verdict)
}

/// The servers of every kind.
fn targets() -> Vec<Target> {
    let start = |context| Target::with_context(context).expect("there is a server");
    CONTEXTS.into_iter().map(start).collect()
}

/// A server that remembers compressed messages.
fn keeping_memory() -> Memory {
    Memory::with_context(Context::Kept, Cut::Nowhere)
}

/// Another server may not know the extension; the program does.
fn is_ours() -> bool {
    std::env::var_os("DUNLIN_CONFORMANCE_SERVER").is_none()
}

const CONTEXTS: [Context; 2] = [Context::Forgotten, Context::Kept];

/// Octets that the program receives at a time.
const RECEIVE_BUFFER: usize = 256 * 1024;

/// What the program may occupy while it has one connection: the octets that may
/// wait for a peer, the longest message, and 8 MiB for its code, its receive
/// buffer, and what the allocator has not given back.
const ONE_CONNECTION: usize = (16 * 1024 + 64) * 1024 + 16 * 1024 * 1024 + 8 * 1024 * 1024;

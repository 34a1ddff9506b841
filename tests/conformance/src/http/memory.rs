//! Running a case in memory: in one piece, and cut at every octet.

use super::Finding;
use super::case::{Case, End};
use super::judge::{self, Seen};
use crate::report::Way;
use conformance_application::Conformance;
use dunlin::Limits;
use dunlin_memory::Client;

/// Runs a case in both ways. However the octets are cut, the same has to come
/// of them as of the whole, so that only that is judged.
pub(super) fn run(case: &Case, mark: usize) -> Vec<Finding> {
    let case = &case.with_mark(mark);
    let whole = Run::new(case, mark, Cut::None);
    let judged = whole.judge(case);
    let same = |cut: Cut| {
        let run = Run::new(case, mark, cut);
        if run == whole {
            return Ok(());
        }
        let octets = run.octets.escape_ascii();
        let Seen { closed, executed } = run.seen;
        let cut = cut.in_words();
        Err(format!(
            "{cut}: came {octets}; closed: {closed}; executed: {executed}"
        ))
    };
    let cut = judged.clone().and_then(|words| {
        cuts(&case.sends)
            .into_iter()
            .try_for_each(same)
            .map(|()| words)
    });
    let finding = |way, result| Finding { way, result };
    vec![finding(Way::Whole, judged), finding(Way::Cut, cut)]
}

/// Whether other octets of the server, but for the date, are those that it
/// sends in memory.
pub(super) fn compare(case: &Case, mark: usize, mut octets: Vec<u8>) -> Result<(), String> {
    let mut expected = Run::new(case, mark, Cut::None).octets;
    if case.may_continue && octets.starts_with(CONTINUE) {
        octets.drain(..CONTINUE.len());
    }
    hide_dates(&mut octets);
    hide_dates(&mut expected);
    if octets != expected {
        let octets = octets.escape_ascii();
        return Err(format!("other octets came than in memory: {octets}"));
    }
    Ok(())
}

fn hide_dates(octets: &mut [u8]) {
    const DATE: &[u8] = b"\r\nDate: ";
    let ends = octets.windows(DATE.len()).enumerate();
    let dates: Vec<usize> = ends
        .filter(|(_, window)| *window == DATE)
        .map(|(at, _)| at + DATE.len())
        .collect();
    for date in dates {
        let text = octets[date..].iter_mut();
        text.take_while(|octet| **octet != b'\r')
            .for_each(|octet| *octet = b'_');
    }
}

/// How the octets reach the server.
#[derive(Clone, Copy)]
enum Cut {
    None,
    /// In two pieces: the part, and where it is cut.
    At(usize, usize),
    /// Every octet by itself.
    Everywhere,
}

impl Cut {
    fn in_words(self) -> String {
        match self {
            Self::None => "whole".to_owned(),
            Self::At(part, at) => format!("part {} cut at octet {at}", part + 1),
            Self::Everywhere => "octet by octet".to_owned(),
        }
    }
}

/// All ways to cut. Of what is long, the cuts in the middle are sampled.
fn cuts(parts: &[Vec<u8>]) -> Vec<Cut> {
    let mut cuts = vec![Cut::Everywhere];
    for (part, octets) in parts.iter().enumerate() {
        let length = octets.len();
        let is_tried = |at: &usize| {
            length <= LONG || *at < LONG / 4 || at + LONG / 4 > length || at.is_multiple_of(SAMPLE)
        };
        cuts.extend((1..length).filter(is_tried).map(|at| Cut::At(part, at)));
    }
    cuts
}

/// What came of a case.
#[derive(PartialEq)]
struct Run {
    /// What the server sent, but for an answer of 100 that may come.
    octets: Vec<u8>,
    /// How much of it had come behind each part that was sent.
    came: Vec<usize>,
    seen: Seen,
    /// Whether the connection ended with its client.
    ended: bool,
}

impl Run {
    fn new(case: &Case, mark: usize, cut: Cut) -> Self {
        let mut client = Client::new(Conformance::new(), Limits::LINUX);
        let mut octets = Vec::new();
        let mut came = Vec::new();
        for (number, part) in case.sends.iter().enumerate() {
            match cut {
                Cut::At(at, position) if at == number => {
                    client.send(&part[..position]);
                    client.send(&part[position..]);
                }
                Cut::Everywhere => client.send_chopped(part, 1),
                _ => client.send(part),
            }
            octets.extend(client.take());
            if case.may_continue && octets.starts_with(CONTINUE) {
                octets.drain(..CONTINUE.len());
            }
            came.push(octets.len());
        }
        if case.end == End::Expires {
            client.wait_for_deadline();
            octets.extend(client.take());
        }
        let closed = client.is_ended();
        client.end();
        octets.extend(client.take());
        let executed = client.app().mark(mark);
        Self {
            octets,
            came,
            seen: Seen { closed, executed },
            ended: client.is_ended(),
        }
    }

    fn judge(&self, case: &Case) -> Result<String, String> {
        let awaited = self
            .came
            .split_last()
            .map_or(&[][..], |(_, awaited)| awaited);
        for (number, came) in awaited.iter().enumerate() {
            let count = judge::read(case, &self.octets[..*came], false)?.count();
            if count != number + 1 {
                return Err(format!("{count} answers came to {} parts", number + 1));
            }
        }
        if !self.ended {
            return Err("the connection outlives its client".into());
        }
        judge::read(case, &self.octets, self.seen.closed)?.judge(case, self.seen)
    }
}

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Octets of a part of which every cut is tried.
const LONG: usize = 2048;

/// The distance of the cuts that are tried elsewhere.
const SAMPLE: usize = 61;

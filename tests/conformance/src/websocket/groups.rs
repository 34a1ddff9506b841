//! The table of behaviours, and the cases that show them.

mod closing;
pub mod compressed;
mod control;
pub mod deflate;
mod fragments;
mod framing;
pub mod handshakes;
mod messages;
pub mod offers;
mod reserved;
mod sizes;
mod utf8;

use super::case::{Case, End};
use crate::report::Level;
use deflate::RoundTrips;
use handshakes::HandshakeCase;
use offers::OfferCase;

/// What a report says of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Where the behaviour is written.
    pub section: &'static str,
    /// Its number in the table, or what it belongs to beyond that.
    pub group: &'static str,
    /// The behaviour.
    pub name: String,
    /// How strongly it is demanded.
    pub level: Level,
    /// Whether nothing but an end in order is demanded.
    pub is_informational: bool,
}

/// A case of any kind.
pub trait Titled {
    /// What a report says of it.
    fn title(&self) -> Title;
}

impl Titled for Case {
    fn title(&self) -> Title {
        Title {
            section: self.section,
            group: self.group,
            name: self.name.clone(),
            // No RFC says how long a message may be.
            level: if self.group.starts_with("9.") {
                Level::Should
            } else {
                Level::Must
            },
            is_informational: self.end == End::InOrder,
        }
    }
}

/// A server need not have the extension.
impl Titled for RoundTrips {
    fn title(&self) -> Title {
        Title {
            section: "RFC 7692 7",
            group: self.group,
            name: self.name.clone(),
            level: Level::May,
            is_informational: false,
        }
    }
}

impl Titled for OfferCase {
    fn title(&self) -> Title {
        Title {
            section: self.section,
            group: "offers",
            name: self.name.clone(),
            level: if self.is_declined() {
                Level::Must
            } else {
                Level::May
            },
            is_informational: false,
        }
    }
}

impl Titled for HandshakeCase {
    fn title(&self) -> Title {
        Title {
            section: self.section,
            group: "handshakes",
            name: self.name.clone(),
            level: Level::Must,
            is_informational: false,
        }
    }
}

/// Groups 1 to 7 and 10: what a server does with frames.
pub fn behaviours() -> Vec<Case> {
    let groups = [
        messages::cases(),
        control::cases(),
        reserved::cases(),
        fragments::cases(),
        utf8::cases(),
        closing::cases(),
    ];
    groups.into_iter().flatten().collect()
}

/// Beyond the table: masks, lengths and control frames.
pub fn framing() -> Vec<Case> {
    framing::cases()
}

/// Beyond the table: the longest message, and what is longer.
pub fn limits() -> Vec<Case> {
    framing::limits()
}

/// Group 9: messages of up to 16 MiB, in many frames and pieces.
pub fn sizes() -> impl Iterator<Item = Case> {
    sizes::cases()
}

/// A row of the table: what its cases are about, under which numbers, and how
/// many they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// What the cases are about.
    pub title: &'static str,
    /// The numbers of the cases, or of a series of them.
    pub numbers: &'static [&'static str],
    /// How many cases there are.
    pub count: usize,
}

/// The row that a case belongs to; `None` for one beyond the table.
pub fn group_of(number: &str) -> Option<&'static Group> {
    TABLE.iter().find(|group| group.numbers.contains(&number))
}

const fn group(title: &'static str, numbers: &'static [&'static str], count: usize) -> Group {
    Group {
        title,
        numbers,
        count,
    }
}

/// How many cases the table has in all.
pub const TOTAL: usize = 517;

/// All groups.
pub const TABLE: [Group; 57] = [
    group("Texts in one frame", &["1.1"], 8),
    group("Binary messages in one frame", &["1.2"], 8),
    group("Pings", &["2.1", "2.2", "2.3", "2.4", "2.6"], 5),
    group("A ping that is too long", &["2.5"], 1),
    group("Unsolicited pongs", &["2.7", "2.8"], 2),
    group("A ping behind an unsolicited pong", &["2.9"], 1),
    group("Ten pings", &["2.10", "2.11"], 2),
    group("Reserved bits", &["3.1", "3.5", "3.6", "3.7"], 4),
    group("Reserved bits behind a text", &["3.2", "3.3", "3.4"], 3),
    group("Reserved data opcodes", &["4.1"], 5),
    group("Reserved control opcodes", &["4.2"], 5),
    group("Fragmented control frames", &["5.1", "5.2"], 2),
    group("Two fragments", &["5.3", "5.4", "5.5"], 3),
    group("A ping between fragments", &["5.6", "5.7", "5.8"], 3),
    group(
        "Fragments of no message",
        &["5.9", "5.10", "5.11", "5.12", "5.13", "5.14"],
        6,
    ),
    group("A fragment of no message behind a text", &["5.15"], 1),
    group(
        "Fragments of no message before a text",
        &["5.16", "5.17"],
        2,
    ),
    group("A text inside a text", &["5.18"], 1),
    group("Pings between five fragments", &["5.19", "5.20"], 2),
    group("Empty texts and fragments", &["6.1"], 3),
    group("Texts cut anywhere", &["6.2"], 4),
    group("Invalid texts", &["6.3"], 2),
    group("Invalid texts, not sent to their end", &["6.4"], 4),
    group("Plain UTF-8", &["6.5"], 5),
    group("A Greek text cut behind each octet", &["6.6"], 11),
    group("The first of each length", &["6.7"], 4),
    group("The first of lengths that UTF-8 has not", &["6.8"], 2),
    group("The last of each length", &["6.9"], 4),
    group("The last of lengths that UTF-8 has not", &["6.10"], 3),
    group("Borders of Unicode", &["6.11"], 5),
    group("Continuation octets without a lead", &["6.12"], 8),
    group("Lead octets without continuation", &["6.13"], 5),
    group("Truncated sequences", &["6.14"], 10),
    group("Truncated sequences in a row", &["6.15"], 1),
    group("Impossible octets", &["6.16"], 3),
    group("Overlong sequences", &["6.17", "6.18", "6.19"], 15),
    group("Single surrogates", &["6.20"], 7),
    group("Paired surrogates", &["6.21"], 8),
    group("Code points that are no characters", &["6.22"], 34),
    group("Specials", &["6.23"], 7),
    group("A text before the close", &["7.1.1"], 1),
    group("Frames behind the close", &["7.1.2", "7.1.3", "7.1.4"], 3),
    group("A close inside a message", &["7.1.5"], 1),
    group("A close behind a long text", &["7.1.6"], 1),
    group(
        "Payloads of close frames",
        &["7.3.1", "7.3.3", "7.3.4", "7.3.5"],
        4,
    ),
    group(
        "Close frames that are too short or too long",
        &["7.3.2", "7.3.6"],
        2,
    ),
    group("A reason that is not UTF-8", &["7.5.1"], 1),
    group("Valid close codes", &["7.7"], 13),
    group("Invalid close codes", &["7.9"], 9),
    group("Close codes without a meaning", &["7.13"], 2),
    group("Long messages in one frame", &["9.1", "9.2"], 12),
    group("4 MiB in frames", &["9.3", "9.4"], 18),
    group("1 MiB in small pieces", &["9.5", "9.6"], 12),
    group("A thousand round trips", &["9.7", "9.8"], 12),
    group("Many fragments", &["10.1"], 1),
    group(
        "Compressed round trips of each kind of data",
        &["12.1", "12.2", "12.3", "12.4", "12.5"],
        90,
    ),
    group(
        "Compressed round trips after each kind of offer",
        &["13.1", "13.2", "13.3", "13.4", "13.5", "13.6", "13.7"],
        126,
    ),
];

//! Groups 6.5 to 6.23: one text each, whose octets are or are not UTF-8.

use super::{FAILS, GREEK, UTF8};
use crate::websocket::case::Case;
use crate::websocket::event::Event;
use crate::websocket::frame::Frame;

pub(super) fn cases() -> Vec<Case> {
    let series = [
        plain(),
        prefixes(),
        borders_of_lengths(),
        borders_of_unicode(),
        stray_continuations(),
        lead_octets(),
        truncated(),
        impossible_octets(),
        overlong(),
        surrogates(),
        non_characters(),
        specials(),
    ];
    series.into_iter().flatten().collect()
}

fn valid(group: &'static str, what: &str, text: &str) -> Case {
    Case::new(group, UTF8, format!("{what} is echoed"))
        .write(&[Frame::text(text)])
        .expect(Event::text(text))
}

fn invalid(group: &'static str, what: &str, octets: &[u8]) -> Case {
    Case::new(group, UTF8, format!("{what} fails the connection"))
        .write(&[Frame::text(octets)])
        .end(FAILS)
}

fn code_point(group: &'static str, what: &str, number: u32) -> Option<Case> {
    let text = char::from_u32(number)?.to_string();
    Some(valid(group, &format!("U+{number:04X}, {what},"), &text))
}

/// An invalid sequence named by its octets.
fn sequence(group: &'static str, what: &str, octets: &[u8]) -> Case {
    let shown: Vec<_> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
    invalid(group, &format!("{what} {}", shown.join(" ")), octets)
}

fn plain() -> Vec<Case> {
    let texts = [
        ("a text in ASCII", "The quick brown fox."),
        (
            "a text with characters of two octets",
            "Zwölf Boxkämpfer übten",
        ),
        ("a text with characters of three octets", "一二三 € ₤ ∞"),
        (
            "a text with characters of four octets",
            "\u{1f986}\u{1f41f}\u{10348}",
        ),
        ("a text in Greek", GREEK),
    ];
    texts.map(|(what, text)| valid("6.5", what, text)).into()
}

/// A Greek text cut behind each of its octets.
fn prefixes() -> Vec<Case> {
    let prefix = |length| {
        let octets = &GREEK.as_bytes()[..length];
        let what = format!("the first {length} octets of a text in Greek");
        match std::str::from_utf8(octets) {
            Ok(text) => valid("6.6", &format!("{what}, which end a letter,"), text),
            Err(_) => invalid(
                "6.6",
                &format!("{what}, which end inside a letter,"),
                octets,
            ),
        }
    };
    (1..=GREEK.len()).map(prefix).collect()
}

/// The first and the last of what could be written in each number of octets.
fn borders_of_lengths() -> Vec<Case> {
    let first = [0x0, 0x80, 0x800, 0x1_0000];
    let last = [0x7f, 0x7ff, 0xffff, 0x10_ffff];
    let mut cases: Vec<_> = first
        .iter()
        .filter_map(|number| code_point("6.7", "the first of its length", *number))
        .collect();
    cases.extend([
        sequence("6.8", "the first of five octets", b"\xf8\x88\x80\x80\x80"),
        sequence(
            "6.8",
            "the first of six octets",
            b"\xfc\x84\x80\x80\x80\x80",
        ),
    ]);
    cases.extend(
        last.iter()
            .filter_map(|number| code_point("6.9", "the last of its length", *number)),
    );
    cases.extend([
        sequence("6.10", "the last of four octets", b"\xf7\xbf\xbf\xbf"),
        sequence("6.10", "the last of five octets", b"\xfb\xbf\xbf\xbf\xbf"),
        sequence(
            "6.10",
            "the last of six octets",
            b"\xfd\xbf\xbf\xbf\xbf\xbf",
        ),
    ]);
    cases
}

fn borders_of_unicode() -> Vec<Case> {
    let numbers = [0xd7ff, 0xe000, 0xfffd, 0x10_ffff];
    let mut cases: Vec<_> = numbers
        .iter()
        .filter_map(|number| code_point("6.11", "beside what is not valid", *number))
        .collect();
    cases.push(sequence(
        "6.11",
        "what would be U+110000,",
        b"\xf4\x90\x80\x80",
    ));
    cases
}

fn stray_continuations() -> Vec<Case> {
    let runs: [&[u8]; 7] = [
        b"\x80",
        b"\xbf",
        b"\x80\xbf",
        b"\x80\xbf\x80",
        b"\x80\xbf\x80\xbf",
        b"\x80\xbf\x80\xbf\x80",
        b"\x80\xbf\x80\xbf\x80\xbf",
    ];
    let mut cases: Vec<_> = runs
        .iter()
        .map(|run| sequence("6.12", "continuation octets without a lead", run))
        .collect();
    let all: Vec<_> = (0x80..=0xbe).collect();
    cases.push(invalid(
        "6.12",
        "all continuation octets from 80 to BE in a row",
        &all,
    ));
    cases
}

/// Every lead octet of a length, each with a blank behind it.
fn lead_octets() -> Vec<Case> {
    let rows = [
        (2, 0xc0..=0xdf),
        (3, 0xe0..=0xef),
        (4, 0xf0..=0xf7),
        (5, 0xf8..=0xfb),
        (6, 0xfc..=0xfd),
    ];
    rows.into_iter()
        .map(|(length, leads)| {
            let octets: Vec<_> = leads.flat_map(|lead| [lead, b' ']).collect();
            let what = format!("leads of {length} octets with a blank behind each");
            invalid("6.13", &what, &octets)
        })
        .collect()
}

/// Sequences without their last octet, and all of them in a row.
fn truncated() -> Vec<Case> {
    let mut cases: Vec<_> = TRUNCATED
        .iter()
        .map(|octets| sequence("6.14", "a sequence without its last octet", octets))
        .collect();
    let all = TRUNCATED.concat();
    cases.push(invalid(
        "6.15",
        "ten sequences in a row, each without its last octet,",
        &all,
    ));
    cases
}

fn impossible_octets() -> Vec<Case> {
    let octets: [&[u8]; 3] = [b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"];
    octets
        .map(|octets| sequence("6.16", "what no sequence has,", octets))
        .into()
}

/// Characters in more octets than they take.
fn overlong() -> Vec<Case> {
    let series = [
        ("6.17", "a slash in too many octets", OVERLONG_SLASH),
        (
            "6.18",
            "the largest number in too many octets",
            OVERLONG_LARGEST,
        ),
        ("6.19", "NUL in too many octets", OVERLONG_NUL),
    ];
    series
        .into_iter()
        .flat_map(|(group, what, forms)| forms.map(|octets| sequence(group, what, octets)))
        .collect()
}

fn surrogates() -> Vec<Case> {
    let single = [0xd800, 0xdb7f, 0xdb80, 0xdbff, 0xdc00, 0xdf80, 0xdfff];
    let mut cases: Vec<_> = single
        .into_iter()
        .map(|number| {
            invalid(
                "6.20",
                &format!("surrogate U+{number:04X}"),
                &three_octets(number),
            )
        })
        .collect();
    for high in [0xd800, 0xdb7f, 0xdb80, 0xdbff] {
        for low in [0xdc00, 0xdfff] {
            let octets = [three_octets(high), three_octets(low)].concat();
            let what = format!("surrogates U+{high:04X} U+{low:04X} in a row");
            cases.push(invalid("6.21", &what, &octets));
        }
    }
    cases
}

/// The last two of each plane, which are no characters, but valid.
fn non_characters() -> Vec<Case> {
    (0..=0x10)
        .flat_map(|plane| [plane << 16 | 0xfffe, plane << 16 | 0xffff])
        .filter_map(|number| code_point("6.22", "no character", number))
        .collect()
}

fn specials() -> Vec<Case> {
    (0xfff9..=0xffff)
        .filter_map(|number| code_point("6.23", "a special", number))
        .collect()
}

/// A number of 16 bits in three octets, also where UTF-8 has none.
fn three_octets(number: u16) -> [u8; 3] {
    let low = |shift: u16| 0x80 | (number >> shift & 0x3f) as u8;
    [0xe0 | (number >> 12) as u8, low(6), low(0)]
}

const TRUNCATED: [&[u8]; 10] = [
    b"\xc0",
    b"\xe0\x80",
    b"\xf0\x80\x80",
    b"\xf8\x80\x80\x80",
    b"\xfc\x80\x80\x80\x80",
    b"\xdf",
    b"\xef\xbf",
    b"\xf7\xbf\xbf",
    b"\xfb\xbf\xbf\xbf",
    b"\xfd\xbf\xbf\xbf\xbf",
];

const OVERLONG_SLASH: [&[u8]; 5] = [
    b"\xc0\xaf",
    b"\xe0\x80\xaf",
    b"\xf0\x80\x80\xaf",
    b"\xf8\x80\x80\x80\xaf",
    b"\xfc\x80\x80\x80\x80\xaf",
];

/// What is just too small for a number of octets, in that many.
const OVERLONG_LARGEST: [&[u8]; 5] = [
    b"\xc1\xbf",
    b"\xe0\x9f\xbf",
    b"\xf0\x8f\xbf\xbf",
    b"\xf8\x87\xbf\xbf\xbf",
    b"\xfc\x83\xbf\xbf\xbf\xbf",
];

const OVERLONG_NUL: [&[u8]; 5] = [
    b"\xc0\x80",
    b"\xe0\x80\x80",
    b"\xf0\x80\x80\x80",
    b"\xf8\x80\x80\x80\x80",
    b"\xfc\x80\x80\x80\x80\x80",
];

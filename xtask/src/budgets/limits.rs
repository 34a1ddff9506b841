//! The budgets. A new figure has a row here and a function among the sources.

/// A bound, and why it is where it is.
pub(super) struct Budget {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    /// `None` for a figure that is only watched.
    pub(super) at_most: Option<u64>,
    pub(super) why: &'static str,
}

const fn octets(name: &'static str, at_most: u64, why: &'static str) -> Budget {
    Budget {
        name,
        unit: "octets",
        at_most: Some(at_most),
        why,
    }
}

const fn instructions(name: &'static str, at_most: u64, why: &'static str) -> Budget {
    Budget {
        name,
        unit: "instructions",
        at_most: Some(at_most),
        why,
    }
}

const fn watched(name: &'static str, unit: &'static str, why: &'static str) -> Budget {
    Budget {
        name,
        unit,
        at_most: None,
        why,
    }
}

/// What must not be there at all.
const fn none(name: &'static str, unit: &'static str, why: &'static str) -> Budget {
    Budget {
        name,
        unit,
        at_most: Some(0),
        why,
    }
}

pub(super) const BUDGETS: &[Budget] = &[
    octets(
        "reference application, flash",
        24_576,
        "24 KiB, the whole program: less than the HTTP component of the chips' own SDK, with \
        WebSocket and all checks",
    ),
    octets(
        "core and server API, flash",
        22_528,
        "22 KiB: what of the whole program is not start, transport, driver and application",
    ),
    watched(
        "reference without Dunlin, flash",
        "octets",
        "the difference of the two above",
    ),
    none(
        "reference, functions that panic",
        "functions",
        "the core does not panic: the compiler found no way to",
    ),
    none(
        "reference, functions of core::fmt",
        "functions",
        "the machinery of formatting takes kilobytes, and only logging needs it",
    ),
    octets(
        "connection, state beside its buffer",
        136,
        "160 with what a driver keeps for its socket",
    ),
    instructions(
        "echo, binary, 32 octets",
        900,
        "a thousand messages in a second take less than a hundredth of a core at 160 MHz",
    ),
    instructions(
        "echo, text, 32 octets",
        1000,
        "as binary, with a check of UTF-8",
    ),
    instructions(
        "echo, binary, 1024 octets",
        7_500,
        "seven for an octet: unmasked and copied one by one where words cannot be used",
    ),
    instructions(
        "echo, text, 1024 octets",
        9_000,
        "as binary, with a check of UTF-8",
    ),
    instructions("ping, 4 octets", 900, "as an echo"),
    instructions(
        "GET, head of 64 octets",
        5_000,
        "under 70 for an octet of a small head, routed and answered",
    ),
    instructions(
        "GET, head of 700 octets",
        13_000,
        "under 20 for an octet of a browser's head",
    ),
    instructions(
        "WebSocket handshake",
        30_000,
        "once for each connection; most of it is SHA-1 in a small loop",
    ),
    octets(
        "board, flash",
        167_936,
        "164 KiB: 30 KB of it are the console page, a third is TCP/IP, and logging is on",
    ),
    octets(
        "board, static RAM",
        65_536,
        "64 KiB with 18.3 KiB of network buffers; more is a link error",
    ),
    octets(
        "board, state of a connection",
        160,
        "beside its buffers, with what the driver keeps; the stack's socket is not counted",
    ),
    octets(
        "board, stack",
        8_192,
        "half of what there is, with every connection in use; starting embassy-net takes 5.9 KB",
    ),
    instructions(
        "board, echo, 32 octets",
        15_000,
        "all of the firmware: interrupts, TCP/IP, the driver, the core",
    ),
    instructions("board, GET, 404", 22_000, "all of the firmware"),
    watched(
        "board, bare TCP echo, 38 octets",
        "instructions",
        "as many octets without Dunlin",
    ),
    watched(
        "board with compression, flash",
        "octets",
        "with an inflater for one client at a time",
    ),
    octets(
        "board with compression, static RAM",
        65_536,
        "64 KiB, with four connections less",
    ),
    Budget {
        name: "board, echo against bare TCP",
        unit: "percent",
        at_most: Some(130),
        why: "what Dunlin takes is little beside the network",
    },
];

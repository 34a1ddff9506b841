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

pub(super) const BUDGETS: &[Budget] = &[
    octets(
        "reference, flash",
        24_576,
        "24 KiB: core and server API with a small application, startup code and driver included",
    ),
    watched(
        "reference without Dunlin, flash",
        "octets",
        "what of the figure above is not Dunlin's",
    ),
    octets(
        "connection, state beside its buffer",
        136,
        "160 with what a driver keeps for its socket",
    ),
    instructions(
        "echo, binary, 32 octets",
        900,
        "a tenth of a percent of a core at 160 MHz for 100 messages in a second",
    ),
    instructions(
        "echo, text, 32 octets",
        1000,
        "as binary, with a check of UTF-8",
    ),
    watched("echo, binary, 1024 octets", "instructions", ""),
    watched("echo, text, 1024 octets", "instructions", ""),
    watched("ping, 4 octets", "instructions", ""),
    watched("GET, head of 64 octets", "instructions", ""),
    watched("GET, head of 700 octets", "instructions", ""),
    watched("WebSocket handshake", "instructions", ""),
];

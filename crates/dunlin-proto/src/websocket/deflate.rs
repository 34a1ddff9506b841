//! Negotiating permessage-deflate (RFC 7692 section 7.1).
//!
//! Compressing is not done here: what is here is what both ends say to each
//! other before.

/// What a server is willing to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeflatePolicy {
    /// Keep what the server has sent as the context of its next message.
    pub server_context: bool,
    /// Let the client keep what it has sent as the context of its next message,
    /// which the server then has to keep too.
    pub client_context: bool,
    /// The base-2 logarithm of the window the server compresses with: 9 to 15.
    pub server_window_bits: u8,
    /// The base-2 logarithm of the largest window the client may compress with:
    /// 8 to 15. Below 15, only clients that let the server choose are agreed
    /// with.
    pub client_window_bits: u8,
    /// The smallest window the server can compress with; an offer that asks for
    /// a smaller one is declined.
    pub least_server_window_bits: u8,
}

/// What both ends have agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeflateAgreement {
    /// The server may refer to what it sent before.
    pub server_context: bool,
    /// The client may refer to what it sent before.
    pub client_context: bool,
    /// The server refers at most 2 to this power of octets back.
    pub server_window_bits: u8,
    /// The client refers at most 2 to this power of octets back.
    pub client_window_bits: u8,
    /// The response has to name the window of the server.
    names_server_window: bool,
    /// The response has to name the window of the client.
    names_client_window: bool,
}

/// The value of `Sec-WebSocket-Extensions` in a response.
#[derive(Debug, Clone, Copy)]
pub struct DeflateResponse {
    octets: [u8; MAX_RESPONSE],
    length: usize,
}

impl DeflatePolicy {
    /// Takes the first of a client's offers that can be agreed to: members of
    /// its `Sec-WebSocket-Extensions`, in their order.
    ///
    /// An offer with a parameter that is unknown, repeated, or has a value that
    /// it may not have, is declined (RFC 7692 section 7.1).
    pub fn agree<'o>(&self, offers: impl Iterator<Item = &'o str>) -> Option<DeflateAgreement> {
        let mut offers = offers.filter_map(Offer::parse);
        offers.find_map(|offer| self.accept(&offer))
    }

    fn accept(&self, offer: &Offer) -> Option<DeflateAgreement> {
        let asked = offer.server_window_bits.unwrap_or(MAX_WINDOW_BITS);
        if asked < self.least_server_window_bits {
            return None;
        }
        let hint = offer.client_window_bits.unwrap_or(MAX_WINDOW_BITS);
        let lowers_client = self.client_window_bits < hint;
        if lowers_client && offer.client_window_bits.is_none() {
            return None;
        }
        let server_window_bits = asked.min(self.server_window_bits);
        Some(DeflateAgreement {
            server_context: self.server_context && !offer.server_no_context,
            client_context: self.client_context && !offer.client_no_context,
            server_window_bits,
            client_window_bits: hint.min(self.client_window_bits),
            names_server_window: offer.server_window_bits.is_some()
                || server_window_bits < MAX_WINDOW_BITS,
            names_client_window: lowers_client,
        })
    }
}

impl DeflateAgreement {
    /// What tells the client of it.
    pub fn response(&self) -> DeflateResponse {
        let mut response = DeflateResponse {
            octets: [0; MAX_RESPONSE],
            length: 0,
        };
        response.push(NAME);
        if !self.server_context {
            response.push("; ");
            response.push(SERVER_NO_CONTEXT);
        }
        if !self.client_context {
            response.push("; ");
            response.push(CLIENT_NO_CONTEXT);
        }
        if self.names_server_window {
            response.push_window(SERVER_WINDOW, self.server_window_bits);
        }
        if self.names_client_window {
            response.push_window(CLIENT_WINDOW, self.client_window_bits);
        }
        response
    }
}

impl DeflateResponse {
    /// As text.
    pub fn as_str(&self) -> &str {
        let octets = self.octets.get(..self.length).unwrap_or_default();
        core::str::from_utf8(octets).unwrap_or_default()
    }

    fn push_window(&mut self, name: &str, bits: u8) {
        self.push("; ");
        self.push(name);
        self.push("=");
        let digits = [b'0' + bits / 10, b'0' + bits % 10];
        let from = usize::from(bits < 10);
        let digits = digits.get(from..).unwrap_or_default();
        self.push(core::str::from_utf8(digits).unwrap_or_default());
    }

    fn push(&mut self, text: &str) {
        let end = self.length + text.len();
        if let Some(place) = self.octets.get_mut(self.length..end) {
            place.copy_from_slice(text.as_bytes());
            self.length = end;
        }
    }
}

/// An offer of permessage-deflate that is well-formed.
#[derive(Debug, Default)]
struct Offer {
    server_no_context: bool,
    client_no_context: bool,
    server_window_bits: Option<u8>,
    /// Without a value in the offer: the largest.
    client_window_bits: Option<u8>,
}

impl Offer {
    /// Reads one member of the list; `None` for another extension, and for an
    /// offer that has to be declined.
    fn parse(member: &str) -> Option<Self> {
        let mut parameters = member.split(';').map(trim);
        if parameters.next() != Some(NAME) {
            return None;
        }
        let mut offer = Self::default();
        for parameter in parameters {
            let (name, value) = match parameter.split_once('=') {
                Some((name, value)) => (trim(name), Some(unquoted(trim(value))?)),
                None => (parameter, None),
            };
            offer.take(name, value)?;
        }
        Some(offer)
    }

    /// Takes a parameter; `None` if it may not stand there.
    fn take(&mut self, name: &str, value: Option<&str>) -> Option<()> {
        match (name, value) {
            (SERVER_NO_CONTEXT, None) => set_flag(&mut self.server_no_context),
            (CLIENT_NO_CONTEXT, None) => set_flag(&mut self.client_no_context),
            (SERVER_WINDOW, Some(bits)) => {
                set_window(&mut self.server_window_bits, window_bits(bits)?)
            }
            (CLIENT_WINDOW, Some(bits)) => {
                set_window(&mut self.client_window_bits, window_bits(bits)?)
            }
            (CLIENT_WINDOW, None) => set_window(&mut self.client_window_bits, MAX_WINDOW_BITS),
            _ => None,
        }
    }
}

fn set_flag(flag: &mut bool) -> Option<()> {
    (!core::mem::replace(flag, true)).then_some(())
}

fn set_window(window: &mut Option<u8>, bits: u8) -> Option<()> {
    window.replace(bits).is_none().then_some(())
}

/// 8 to 15, in decimal without a leading zero (RFC 7692 section 7.1.2).
fn window_bits(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [digit @ b'8'..=b'9'] => Some(digit - b'0'),
        [b'1', digit @ b'0'..=b'5'] => Some(10 + digit - b'0'),
        _ => None,
    }
}

/// A value that may stand in quotes (RFC 6455 section 9.1); `None` if they are
/// not closed.
fn unquoted(value: &str) -> Option<&str> {
    match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"'),
        None => Some(value),
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

const NAME: &str = "permessage-deflate";
const SERVER_NO_CONTEXT: &str = "server_no_context_takeover";
const CLIENT_NO_CONTEXT: &str = "client_no_context_takeover";
const SERVER_WINDOW: &str = "server_max_window_bits";
const CLIENT_WINDOW: &str = "client_max_window_bits";

/// The largest window of DEFLATE: 32 KiB.
const MAX_WINDOW_BITS: u8 = 15;

/// Octets of the longest response: with all four parameters.
const MAX_RESPONSE: usize = 128;

#[cfg(test)]
mod tests;

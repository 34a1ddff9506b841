//! Offering permessage-deflate, and judging the answer (RFC 7692 sections 5
//! and 7.1).

/// One alternative of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offer {
    /// The server shall compress each message by itself.
    pub server_no_context_takeover: bool,
    /// The client can compress each message by itself.
    pub client_no_context_takeover: bool,
    /// The largest window that the server may use.
    pub server_max_window_bits: Option<u8>,
    /// The client can use a smaller window.
    pub client_max_window_bits: bool,
}

/// What holds for a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// The server compresses each message by itself.
    pub server_no_context_takeover: bool,
    /// The client compresses each message by itself.
    pub client_no_context_takeover: bool,
    /// The server's window, as a power of two.
    pub server_max_window_bits: u8,
    /// The client's window, as a power of two.
    pub client_max_window_bits: u8,
}

/// The parameters of an answer.
#[derive(Debug, Default)]
struct Answer {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_max_window_bits: Option<u8>,
    client_max_window_bits: Option<u8>,
}

impl Offer {
    /// The offer with both parameters that are about the client.
    pub const USUAL: Self = Self {
        server_no_context_takeover: false,
        client_no_context_takeover: true,
        server_max_window_bits: None,
        client_max_window_bits: true,
    };

    /// An alternative in the value of `Sec-WebSocket-Extensions`.
    fn alternative(&self) -> String {
        let mut text = EXTENSION.to_owned();
        if self.server_no_context_takeover {
            text += "; server_no_context_takeover";
        }
        if let Some(bits) = self.server_max_window_bits {
            text += &format!("; server_max_window_bits={bits}");
        }
        if self.client_no_context_takeover {
            text += "; client_no_context_takeover";
        }
        if self.client_max_window_bits {
            text += "; client_max_window_bits";
        }
        text
    }

    /// What an answer that accepts this offer agrees on; what it gets wrong
    /// otherwise.
    fn accepted_by(&self, answer: &Answer) -> Result<Agreement, String> {
        if self.server_no_context_takeover && !answer.server_no_context_takeover {
            return Err("server_no_context_takeover is not taken over".into());
        }
        if let Some(most) = self.server_max_window_bits
            && answer.server_max_window_bits.is_none_or(|bits| bits > most)
        {
            return Err(format!("server_max_window_bits is not {most} or less"));
        }
        if answer.client_max_window_bits.is_some() && !self.client_max_window_bits {
            return Err("client_max_window_bits was not offered".into());
        }
        Ok(Agreement {
            server_no_context_takeover: answer.server_no_context_takeover,
            client_no_context_takeover: answer.client_no_context_takeover,
            server_max_window_bits: answer.server_max_window_bits.unwrap_or(15),
            client_max_window_bits: answer.client_max_window_bits.unwrap_or(15),
        })
    }
}

/// The value of `Sec-WebSocket-Extensions` for alternatives, best first.
pub fn offered(offers: &[Offer]) -> String {
    let alternatives: Vec<_> = offers.iter().map(Offer::alternative).collect();
    alternatives.join(", ")
}

/// What the answer to an offer agrees on. The answer must accept one of the
/// alternatives and nothing else.
///
/// # Errors
///
/// What the answer gets wrong.
pub fn agreed(offers: &[Offer], value: &str) -> Result<Agreement, String> {
    let answer = parse(value)?;
    let mut error = Err("nothing was offered".to_owned());
    for offer in offers {
        match offer.accepted_by(&answer) {
            Ok(agreement) => return Ok(agreement),
            wrong => error = error.or(wrong),
        }
    }
    error.map_err(|error| format!("answer {value:?}: {error}"))
}

fn parse(value: &str) -> Result<Answer, String> {
    if value.contains(',') {
        return Err(format!("more than one extension: {value:?}"));
    }
    let mut parts = value.split(';').map(str::trim);
    if parts.next() != Some(EXTENSION) {
        return Err(format!("not the extension that was offered: {value:?}"));
    }
    let mut answer = Answer::default();
    for parameter in parts {
        let (name, value) = match parameter.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (parameter, None),
        };
        if !answer.take(name, value) {
            return Err(format!("parameter {parameter:?} is wrong, or there twice"));
        }
    }
    Ok(answer)
}

impl Answer {
    /// Takes a parameter; false for one that is unknown, there already, or has
    /// a wrong value.
    fn take(&mut self, name: &str, value: Option<&str>) -> bool {
        let flag = |flag: &mut bool| value.is_none() && !std::mem::replace(flag, true);
        let bits = |bits: &mut Option<u8>| {
            let value = value.and_then(window_bits);
            value.is_some() && std::mem::replace(bits, value).is_none()
        };
        match name {
            "server_no_context_takeover" => flag(&mut self.server_no_context_takeover),
            "client_no_context_takeover" => flag(&mut self.client_no_context_takeover),
            "server_max_window_bits" => bits(&mut self.server_max_window_bits),
            "client_max_window_bits" => bits(&mut self.client_max_window_bits),
            _ => false,
        }
    }
}

/// A number from 8 to 15 without leading zeros, as a token or quoted.
fn window_bits(value: &str) -> Option<u8> {
    let unquoted = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    match unquoted.unwrap_or(value) {
        "8" => Some(8),
        "9" => Some(9),
        value => value
            .parse()
            .ok()
            .filter(|bits| value.len() == 2 && (10..=15).contains(bits)),
    }
}

/// The name of the extension, as it is written. RFC 6455 says where it compares
/// without regard to case (section 2.1), and does not for names of extensions
/// (section 9.1): in another case it is the name of another extension.
pub const EXTENSION: &str = "permessage-deflate";

#[cfg(test)]
mod tests;

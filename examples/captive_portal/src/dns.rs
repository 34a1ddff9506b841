//! The name server of a portal: every name has the portal's address.

use core::net::Ipv4Addr;
use core::time::Duration;
use edge_captive::DnsError;

/// Answers a query of a datagram (RFC 1035), in `buffer`; `None` for what is not
/// answered at all.
///
/// | query | answer |
/// |---|---|
/// | for an address of the Internet, `A` | the portal's address, for a minute |
/// | for anything else, such as `AAAA` | that there is none |
/// | of another kind than a standard query | `NOTIMP` |
/// | malformed, or with other than one question | `FORMERR` |
/// | whose answer does not fit the buffer | `SERVFAIL` |
/// | shorter than a header, or itself an answer | none |
///
/// What is answered may be sent to an address that somebody else has written into
/// the datagram; it is little longer than what came.
///
/// A buffer of 512 octets is what clients take for sure (RFC 1035 section 2.3.4).
pub fn answer<'b>(query: &[u8], portal: Ipv4Addr, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let header: [u8; HEADER] = query.get(..HEADER)?.try_into().ok()?;
    let [_, _, flags, _, questions @ ..] = header;
    // Two servers would answer each other for ever.
    if flags & RESPONSE != 0 {
        return None;
    }
    if flags & OPCODE != 0 {
        return refusal(header, NOTIMP, buffer);
    }
    // RFC 9619: there is one.
    if !questions.starts_with(&[0, 1]) {
        return refusal(header, FORMERR, buffer);
    }
    let length = match edge_captive::reply(query, &portal.octets(), TIME_TO_LIVE, buffer) {
        Ok(length) => length,
        Err(DnsError::InvalidMessage) => return refusal(header, FORMERR, buffer),
        Err(DnsError::ShortBuf) => return refusal(header, SERVFAIL, buffer),
    };
    // The portal has the last word on every name.
    if let Some(flags) = buffer.get_mut(2) {
        *flags |= AUTHORITATIVE;
    }
    buffer.get(..length)
}

/// A header alone, with what is wrong.
fn refusal(query: [u8; HEADER], code: u8, buffer: &mut [u8]) -> Option<&[u8]> {
    let [id, id_low, flags, ..] = query;
    let answer = buffer.get_mut(..HEADER)?;
    answer.fill(0);
    let flags = RESPONSE | flags & (OPCODE | RECURSION_DESIRED);
    for (to, from) in answer.iter_mut().zip([id, id_low, flags, code]) {
        *to = from;
    }
    Some(answer)
}

/// Octets of a header.
const HEADER: usize = 12;

// Of its third octet.
const RESPONSE: u8 = 0x80;
const OPCODE: u8 = 0x78;
const AUTHORITATIVE: u8 = 0x04;
const RECURSION_DESIRED: u8 = 0x01;

const FORMERR: u8 = 1;
const SERVFAIL: u8 = 2;
const NOTIMP: u8 = 4;

/// Short: once the client has another way out, names have their own addresses.
const TIME_TO_LIVE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests;

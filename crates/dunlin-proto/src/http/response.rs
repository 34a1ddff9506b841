//! Response heads and chunks (RFC 9112 sections 4, 6 and 7.1).

use super::octet::{is_same_name, token_length};
use super::{HttpDate, Status, Version};
use crate::output::{Full, Output};

/// The head of a response, ready to be written.
#[derive(Debug, Clone, Copy)]
pub struct ResponseHead<'r> {
    /// The status code.
    pub status: Status,
    /// The version of the request: a response to HTTP/1.0 says in words that
    /// the connection stays open.
    pub version: Version,
    /// Whether another request may follow on this connection. The statuses 101
    /// and 426 carry `Connection: Upgrade` besides (RFC 9110 section 7.8).
    pub persistent: bool,
    /// `Date`; a server without a clock sends none (RFC 9110 section 6.6.1).
    pub date: Option<&'r HttpDate>,
    /// `Content-Type`.
    pub content_type: Option<&'r str>,
    /// Further fields, name and value.
    pub fields: &'r [(&'r str, &'r str)],
    /// How the end of the body is told.
    pub length: BodyLength,
}

/// How a response tells where its body ends (RFC 9112 section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyLength {
    /// There is no body and no field about it: 1xx, 204, 304.
    None,
    /// `Content-Length`, in octets.
    Known(u64),
    /// `Transfer-Encoding: chunked`; only to HTTP/1.1.
    Chunked,
    /// The connection is closed behind it.
    UntilClose,
}

/// A response was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseError {
    /// It does not fit the output now.
    Full,
    /// A field name is no token, is one that the server sets itself
    /// (`Connection`, `Content-Length`, `Date`, `Transfer-Encoding`), or a
    /// value contains a control character such as CR or LF.
    InvalidField,
}

impl core::fmt::Display for ResponseError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(match self {
            Self::Full => "the response does not fit the output",
            Self::InvalidField => "a response field has an invalid name or value",
        })
    }
}

impl core::error::Error for ResponseError {}

impl From<Full> for ResponseError {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

impl ResponseHead<'_> {
    /// Writes the head and the beginning of its body, both or nothing.
    ///
    /// # Errors
    ///
    /// [`ResponseError`]; then nothing was written.
    pub fn write(&self, body: &[u8], output: &mut dyn Output) -> Result<(), ResponseError> {
        let mut code = [0; 20];
        let mut length = [0; 20];
        let mut parts = [
            b"HTTP/1.1 ",
            decimal(self.status.code().into(), &mut code),
            b" ",
            self.status.reason().as_bytes(),
            NOTHING,
            NOTHING,
            NOTHING,
            NOTHING,
            NOTHING,
            NOTHING,
            self.connection(),
            END,
            body,
        ];
        if let Some(date) = self.date {
            [parts[4], parts[5]] = [DATE, date.as_bytes()];
        }
        if let Some(content_type) = self.content_type {
            [parts[6], parts[7]] = [CONTENT_TYPE, content_type.as_bytes()];
        }
        match self.length {
            BodyLength::Known(octets) => {
                [parts[8], parts[9]] = [CONTENT_LENGTH, decimal(octets, &mut length)];
            }
            BodyLength::Chunked => parts[8] = CHUNKED,
            BodyLength::None | BodyLength::UntilClose => {}
        }
        let fields_length = self.check_fields()?;
        let octets: usize = parts.iter().map(|part| part.len()).sum();
        if output.room() < octets + fields_length {
            return Err(ResponseError::Full);
        }
        if self.fields.is_empty() {
            return Ok(output.write(&parts)?);
        }
        let (front, end) = parts.split_at(parts.len() - 2);
        output.write(front)?;
        for (name, value) in self.fields {
            output.write(&[b"\r\n", name.as_bytes(), b": ", value.as_bytes()])?;
        }
        Ok(output.write(end)?)
    }

    /// `Connection`, where it has to be said.
    fn connection(&self) -> &'static [u8] {
        match (self.status, self.persistent) {
            (Status::SWITCHING_PROTOCOLS, _) | (Status::UPGRADE_REQUIRED, true) => {
                b"\r\nConnection: Upgrade"
            }
            (Status::UPGRADE_REQUIRED, false) => b"\r\nConnection: close, Upgrade",
            (_, false) => b"\r\nConnection: close",
            (_, true) if self.version == Version::Http10 => b"\r\nConnection: keep-alive",
            (_, true) => b"",
        }
    }

    /// The octets that the further fields take.
    fn check_fields(&self) -> Result<usize, ResponseError> {
        if !self.content_type.is_none_or(is_field_value) {
            return Err(ResponseError::InvalidField);
        }
        let mut length = 0;
        for (name, value) in self.fields {
            if !is_free_name(name) || !is_field_value(value) {
                return Err(ResponseError::InvalidField);
            }
            length += name.len() + value.len() + "\r\n: ".len();
        }
        Ok(length)
    }
}

/// Writes one chunk of a chunked body (RFC 9112 section 7.1). An empty chunk
/// would end the body: for it nothing is written.
///
/// # Errors
///
/// [`Full`] when the chunk, with room left for [`write_last_chunk`], does not
/// fit; then nothing was written.
pub fn write_chunk(data: &[u8], output: &mut dyn Output) -> Result<(), Full> {
    if data.is_empty() {
        return Ok(());
    }
    let mut size = [0; 16];
    let size = hexadecimal(data.len(), &mut size);
    let length = size.len() + data.len() + 2 * "\r\n".len();
    if output.room() < length + LAST_CHUNK.len() {
        return Err(Full);
    }
    output.write(&[size, b"\r\n", data, b"\r\n"])
}

/// Begins a chunk of `length` octets, which are written next; for a chunk in
/// several pieces. Look first that there is room for it all.
///
/// # Errors
///
/// [`Full`] when there is no room for the line with its size.
pub fn write_chunk_start(length: usize, output: &mut dyn Output) -> Result<(), Full> {
    let mut size = [0; 16];
    output.write(&[hexadecimal(length, &mut size), b"\r\n"])
}

/// Ends a chunk that [`write_chunk_start`] began.
///
/// # Errors
///
/// [`Full`] when there is no room for two octets.
pub fn write_chunk_end(output: &mut dyn Output) -> Result<(), Full> {
    output.write(&[b"\r\n"])
}

/// Ends a chunked body.
///
/// # Errors
///
/// [`Full`] when there is no room for five octets; [`write_chunk`] leaves it.
pub fn write_last_chunk(output: &mut dyn Output) -> Result<(), Full> {
    output.write(&[LAST_CHUNK])
}

/// Tells the client to send the body it holds back (RFC 9110 section 10.1.1).
///
/// # Errors
///
/// [`Full`] when there is no room; nothing was written.
pub fn write_continue(output: &mut dyn Output) -> Result<(), Full> {
    output.write(&[b"HTTP/1.1 100 Continue\r\n\r\n"])
}

/// Octets of a field value: no control characters but the tab (RFC 9110
/// section 5.5).
#[cfg_attr(target_pointer_width = "32", inline(never))]
fn is_field_value(value: &str) -> bool {
    value
        .bytes()
        .all(|octet| octet == b'\t' || (octet >= b' ' && octet != 0x7f))
}

/// A token that is not the name of a field the server sets itself.
fn is_free_name(name: &str) -> bool {
    let is_token = !name.is_empty() && token_length(name.as_bytes()) == name.len();
    is_token
        && !OWN_FIELDS
            .iter()
            .any(|own| is_same_name(own.as_bytes(), name.as_bytes()))
}

/// The digits of a number. One function for the code and the length.
#[inline(never)]
pub(super) fn decimal(number: u64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut rest = number;
    let mut start = buffer.len();
    for place in buffer.iter_mut().rev() {
        let (quotient, digit) = match u32::try_from(rest) {
            Ok(rest) => (u64::from(rest / 10), rest % 10),
            Err(_) => tenth(rest),
        };
        *place = b'0' + digit as u8;
        start -= 1;
        rest = quotient;
        if rest == 0 {
            break;
        }
    }
    buffer.get(start..).unwrap_or_default()
}

/// The tenth of a large number and its last digit. A division of 64 bits would
/// bring a function of half a kilobyte to a device.
fn tenth(number: u64) -> (u64, u32) {
    let (mut quotient, mut rest) = (number, 0);
    for _ in 0..u64::BITS {
        rest = rest << 1 | (quotient >> 63) as u32;
        quotient <<= 1;
        if rest >= 10 {
            rest -= 10;
            quotient |= 1;
        }
    }
    (quotient, rest)
}

fn hexadecimal(number: usize, buffer: &mut [u8; 16]) -> &[u8] {
    let mut rest = number;
    let mut start = buffer.len();
    for place in buffer.iter_mut().rev() {
        let digit = (rest % 16) as u8;
        *place = match digit {
            0..=9 => b'0' + digit,
            _ => b'A' + digit - 10,
        };
        start -= 1;
        rest /= 16;
        if rest == 0 {
            break;
        }
    }
    buffer.get(start..).unwrap_or_default()
}

const OWN_FIELDS: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

const DATE: &[u8] = b"\r\nDate: ";
const CONTENT_TYPE: &[u8] = b"\r\nContent-Type: ";
const CONTENT_LENGTH: &[u8] = b"\r\nContent-Length: ";
const CHUNKED: &[u8] = b"\r\nTransfer-Encoding: chunked";
const NOTHING: &[u8] = b"";
const END: &[u8] = b"\r\n\r\n";
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

#[cfg(test)]
mod tests;

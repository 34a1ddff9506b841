//! Response heads and chunks (RFC 9112 sections 4, 6 and 7.1).

use super::octet::{self, is_token};
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
        let code = decimal(u64::from(self.status.code()), &mut code);
        let (length_name, length) = match self.length {
            BodyLength::Known(octets) => ("\r\nContent-Length: ", decimal(octets, &mut length)),
            BodyLength::Chunked => ("\r\nTransfer-Encoding: chunked", ""),
            BodyLength::None | BodyLength::UntilClose => ("", ""),
        };
        let connection = match (self.persistent, self.version) {
            _ if self.status == Status::SWITCHING_PROTOCOLS => "\r\nConnection: Upgrade",
            (true, _) if self.status == Status::UPGRADE_REQUIRED => "\r\nConnection: Upgrade",
            (false, _) if self.status == Status::UPGRADE_REQUIRED => {
                "\r\nConnection: close, Upgrade"
            }
            (false, _) => "\r\nConnection: close",
            (true, Version::Http10) => "\r\nConnection: keep-alive",
            (true, Version::Http11) => "",
        };
        let (date_name, date) = self
            .date
            .map_or(("", ""), |date| ("\r\nDate: ", date.as_str()));
        let content_type = self.content_type.unwrap_or_default();
        let type_name = if self.content_type.is_some() {
            "\r\nContent-Type: "
        } else {
            ""
        };
        let front = [
            "HTTP/1.1 ",
            code,
            " ",
            self.status.reason(),
            date_name,
            date,
            type_name,
            content_type,
            length_name,
            length,
            connection,
        ];
        let front_length: usize = front.iter().map(|part| part.len()).sum();
        let fields_length = self.check_fields()?;
        if output.room() < front_length + fields_length + END.len() + body.len() {
            return Err(ResponseError::Full);
        }
        let front = front.map(str::as_bytes);
        if self.fields.is_empty() {
            let [a, b, c, d, e, f, g, h, i, j, k] = front;
            return Ok(output.write(&[a, b, c, d, e, f, g, h, i, j, k, END, body])?);
        }
        output.write(&front)?;
        for (name, value) in self.fields {
            output.write(&[b"\r\n", name.as_bytes(), b": ", value.as_bytes()])?;
        }
        Ok(output.write(&[END, body])?)
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
    output.write(&[size.as_bytes(), b"\r\n", data, b"\r\n"])
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
fn is_field_value(value: &str) -> bool {
    value
        .bytes()
        .all(|octet| octet == b'\t' || (octet >= b' ' && octet != 0x7f))
}

/// A token that is not the name of a field the server sets itself.
fn is_free_name(name: &str) -> bool {
    let is_token = !name.is_empty() && name.bytes().all(is_token);
    is_token && !OWN_FIELDS.iter().any(|own| own.eq_ignore_ascii_case(name))
}

fn decimal(mut number: u64, buffer: &mut [u8; 20]) -> &str {
    digits(buffer, || {
        let digit = number % 10;
        number /= 10;
        (digit as u8, number == 0)
    })
}

fn hexadecimal(mut number: usize, buffer: &mut [u8; 16]) -> &str {
    digits(buffer, || {
        let digit = number % 16;
        number /= 16;
        (digit as u8, number == 0)
    })
}

/// Writes the digits that `next` gives, the last of the number first, until it
/// says that there is none before.
fn digits(buffer: &mut [u8], mut next: impl FnMut() -> (u8, bool)) -> &str {
    let mut start = buffer.len();
    for place in buffer.iter_mut().rev() {
        let (digit, is_first) = next();
        *place = if digit < 10 {
            b'0' + digit
        } else {
            b'A' + digit - 10
        };
        start -= 1;
        if is_first {
            break;
        }
    }
    octet::ascii(buffer.get(start..).unwrap_or_default())
}

const OWN_FIELDS: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

const END: &[u8] = b"\r\n\r\n";
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

#[cfg(test)]
mod tests;

//! Reading responses, strictly: what a server sends has to be exactly what RFC
//! 9112 lets it send, and nothing may stand behind it.

use std::ops::Range;

/// A response as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) fields: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
    pub(super) framing: Framing,
    /// The octets it takes.
    pub(super) length: usize,
}

/// How its end is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// By its status, or because it answers HEAD.
    None,
    Length,
    Chunked,
    UntilClose,
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unread {
    /// More octets have to come.
    Incomplete,
    /// It is none.
    Invalid(String),
}

type Read<T> = Result<T, Unread>;

impl Response {
    /// Reads a response from the front of `octets`. `ended` tells that the
    /// server has closed its side.
    pub(super) fn read(octets: &[u8], to_head: bool, ended: bool) -> Read<Self> {
        let mut reader = Reader { octets, at: 0 };
        let status = status_line(reader.line()?)?;
        let mut fields = Vec::new();
        loop {
            let line = reader.line()?;
            if line.is_empty() {
                break;
            }
            fields.push(field(line)?);
        }
        let mut response = Self {
            status,
            fields,
            body: Vec::new(),
            framing: Framing::None,
            length: 0,
        };
        response.read_body(&mut reader, to_head, ended)?;
        response.length = reader.at;
        Ok(response)
    }

    /// The one value of a field; an error where it occurs more than once.
    pub(super) fn value(&self, name: &str) -> Result<Option<&[u8]>, String> {
        let mut values = self.named(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(format!("{name} occurs more than once"));
        }
        Ok(first)
    }

    /// Whether the list of a name has a member.
    pub(super) fn lists(&self, name: &str, member: &str) -> bool {
        self.named(name).any(|value| {
            let text = String::from_utf8_lossy(value);
            let mut members = text.split(',');
            members.any(|there| there.trim().eq_ignore_ascii_case(member))
        })
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let named = self
            .fields
            .iter()
            .filter(move |(there, _)| there.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_slice())
    }

    fn read_body(&mut self, reader: &mut Reader<'_>, to_head: bool, ended: bool) -> Read<()> {
        let length = self.value("content-length").map_err(Unread::Invalid)?;
        let length = length.map(decimal).transpose()?;
        let coding = self.value("transfer-encoding").map_err(Unread::Invalid)?;
        let bodiless = matches!(self.status, 100..=199 | 204);
        if bodiless && (length.is_some() || coding.is_some()) {
            return invalid("a status without a body tells of a length");
        }
        self.framing = match (coding, length) {
            (Some(_), Some(_)) => return invalid("both Content-Length and Transfer-Encoding"),
            _ if to_head || bodiless || self.status == 304 => Framing::None,
            (Some(b"chunked"), None) => Framing::Chunked,
            (Some(_), None) => return invalid("an unknown transfer coding"),
            (None, Some(_)) => Framing::Length,
            (None, None) => Framing::UntilClose,
        };
        self.body = match self.framing {
            Framing::None => Vec::new(),
            Framing::Length => reader.take(length.unwrap_or_default())?.to_vec(),
            Framing::Chunked => chunks(reader)?,
            Framing::UntilClose if ended => reader.rest().to_vec(),
            Framing::UntilClose => return Err(Unread::Incomplete),
        };
        Ok(())
    }
}

struct Reader<'o> {
    octets: &'o [u8],
    at: usize,
}

impl<'o> Reader<'o> {
    /// The octets up to CR LF, none of which is a control but the tab.
    fn line(&mut self) -> Read<&'o [u8]> {
        let rest = &self.octets[self.at..];
        for (at, octet) in rest.iter().enumerate() {
            match octet {
                b'\r' => match rest.get(at + 1) {
                    Some(b'\n') => {
                        self.at += at + 2;
                        return Ok(&rest[..at]);
                    }
                    Some(_) => return invalid("a bare CR"),
                    None => return Err(Unread::Incomplete),
                },
                b'\t' | b' '..=b'~' | 0x80.. => {}
                other => return Err(Unread::Invalid(format!("the octet {other:#04x} in a line"))),
            }
        }
        Err(Unread::Incomplete)
    }

    fn take(&mut self, length: usize) -> Read<&'o [u8]> {
        let range: Range<usize> = self.at..self.at + length;
        let taken = self.octets.get(range).ok_or(Unread::Incomplete)?;
        self.at += length;
        Ok(taken)
    }

    fn rest(&mut self) -> &'o [u8] {
        let rest = &self.octets[self.at..];
        self.at = self.octets.len();
        rest
    }
}

fn status_line(line: &[u8]) -> Read<u16> {
    let code = line
        .strip_prefix(b"HTTP/1.1 ")
        .filter(|rest| rest.len() >= 4 && rest[3] == b' ')
        .map(|rest| &rest[..3])
        .filter(|code| code.iter().all(u8::is_ascii_digit) && code[0] != b'0');
    let Some(code) = code else {
        let line = String::from_utf8_lossy(line);
        return Err(Unread::Invalid(format!("{line:?} is no status line")));
    };
    Ok(code
        .iter()
        .fold(0, |number, digit| number * 10 + u16::from(digit - b'0')))
}

fn field(line: &[u8]) -> Read<(String, Vec<u8>)> {
    let colon = line.iter().position(|octet| *octet == b':');
    let (name, value) = line.split_at(colon.unwrap_or_default());
    let is_token = |octet: &u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(octet);
    if name.is_empty() || !name.iter().all(is_token) {
        return invalid("a field name is no token");
    }
    let value = value[1..].trim_ascii().to_vec();
    Ok((String::from_utf8_lossy(name).into_owned(), value))
}

fn decimal(digits: &[u8]) -> Read<usize> {
    let digits = std::str::from_utf8(digits).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return invalid("Content-Length is no number");
    }
    let number = digits.parse();
    number.map_err(|_| Unread::Invalid("Content-Length is too large".into()))
}

/// Chunks without extensions or trailers, of which a server has none to send.
fn chunks(reader: &mut Reader<'_>) -> Read<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = std::str::from_utf8(reader.line()?).unwrap_or_default();
        if size.is_empty() || !size.bytes().all(|octet| octet.is_ascii_hexdigit()) {
            return invalid("a chunk size is no hexadecimal number");
        }
        let size = usize::from_str_radix(size, 16)
            .map_err(|_| Unread::Invalid("a chunk size is too large".into()))?;
        body.extend_from_slice(reader.take(size)?);
        if !reader.line()?.is_empty() {
            return invalid("a chunk does not end with CR LF");
        }
        if size == 0 {
            return Ok(body);
        }
    }
}

fn invalid<T>(what: &str) -> Read<T> {
    Err(Unread::Invalid(what.to_owned()))
}

#[cfg(test)]
mod tests;

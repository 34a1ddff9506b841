//! Cookies of a response (RFC 6265 section 4.1).

use super::octet;
use core::fmt::{self, Write};

/// A cookie for the client to keep: the value of a `Set-Cookie` field.
///
/// ```
/// use dunlin_proto::http::{SameSite, SetCookie};
///
/// let mut buffer = [0; 96];
/// let cookie = SetCookie::new("session", "a3f9")
///     .path("/")
///     .max_age(3600)
///     .http_only()
///     .same_site(SameSite::Lax);
/// assert_eq!(
///     cookie.write(&mut buffer)?,
///     "session=a3f9; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax"
/// );
/// # Ok::<(), dunlin_proto::http::SetCookieError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetCookie<'c> {
    name: &'c str,
    value: &'c str,
    max_age: Option<u32>,
    domain: Option<&'c str>,
    path: Option<&'c str>,
    secure: bool,
    http_only: bool,
    same_site: Option<SameSite>,
}

/// Whether requests that other sites cause bring the cookie with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Never.
    Strict,
    /// Only when a user follows a link; what browsers do with a cookie that
    /// doesn't tell.
    Lax,
    /// Always; browsers take it only of a cookie that is
    /// [`secure`](SetCookie::secure).
    None,
}

impl<'c> SetCookie<'c> {
    /// A cookie that the client keeps until it ends, and sends to this host, for
    /// paths below that of the request.
    pub const fn new(name: &'c str, value: &'c str) -> Self {
        Self {
            name,
            value,
            max_age: None,
            domain: None,
            path: None,
            secure: false,
            http_only: false,
            same_site: None,
        }
    }

    /// Takes a cookie from the client. Path and domain must be those it was set
    /// with.
    pub const fn removal(name: &'c str) -> Self {
        Self::new(name, "").max_age(0)
    }

    /// Seconds that the client keeps it; 0 removes it.
    pub const fn max_age(mut self, seconds: u32) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// Sends it to this host and to those below it.
    pub const fn domain(mut self, domain: &'c str) -> Self {
        self.domain = Some(domain);
        self
    }

    /// Sends it for this path and those below it; `/` for all.
    pub const fn path(mut self, path: &'c str) -> Self {
        self.path = Some(path);
        self
    }

    /// Sends it over TLS only.
    pub const fn secure(mut self) -> Self {
        self.secure = true;
        self
    }

    /// Keeps it from the page's scripts.
    pub const fn http_only(mut self) -> Self {
        self.http_only = true;
        self
    }

    /// Tells whether other sites' requests bring it.
    pub const fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = Some(same_site);
        self
    }

    /// Writes the value of the field into `buffer`.
    ///
    /// # Errors
    ///
    /// [`SetCookieError`]; what is in `buffer` then means nothing.
    pub fn write<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, SetCookieError> {
        let named = !self.name.is_empty() && self.name.bytes().all(octet::is_token);
        if !named || !is_value(self.value) {
            return Err(SetCookieError::Invalid);
        }
        let attributes = [self.domain, self.path];
        if !attributes.into_iter().flatten().all(is_attribute) {
            return Err(SetCookieError::Invalid);
        }
        let mut text = Text { buffer, length: 0 };
        self.write_to(&mut text).map_err(|_| SetCookieError::Full)?;
        let Text { buffer, length } = text;
        core::str::from_utf8(buffer.get(..length).unwrap_or_default())
            .map_err(|_| SetCookieError::Invalid)
    }

    fn write_to(&self, text: &mut Text<'_>) -> fmt::Result {
        write!(text, "{}={}", self.name, self.value)?;
        if let Some(seconds) = self.max_age {
            write!(text, "; Max-Age={seconds}")?;
        }
        for (name, value) in [("Domain", self.domain), ("Path", self.path)] {
            if let Some(value) = value {
                write!(text, "; {name}={value}")?;
            }
        }
        let same_site = self.same_site.map(|same_site| match same_site {
            SameSite::Strict => "; SameSite=Strict",
            SameSite::Lax => "; SameSite=Lax",
            SameSite::None => "; SameSite=None",
        });
        let secure = self.secure.then_some("; Secure");
        let http_only = self.http_only.then_some("; HttpOnly");
        for flag in [secure, http_only, same_site].into_iter().flatten() {
            text.write_str(flag)?;
        }
        Ok(())
    }
}

/// Octets of a cookie's value (RFC 6265 section 4.1.1), which may stand in
/// quotes.
fn is_value(value: &str) -> bool {
    let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    bare.unwrap_or(value)
        .bytes()
        .all(|octet| octet.is_ascii_graphic() && !matches!(octet, b'"' | b',' | b';' | b'\\'))
}

/// Any character but controls and the `;` behind which the next one stands.
fn is_attribute(value: &str) -> bool {
    value
        .bytes()
        .all(|octet| matches!(octet, b' '..=b'~') && octet != b';')
}

/// Why a cookie could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetCookieError {
    /// The name is no token, or the value, the domain or the path has an octet
    /// that may not stand there: encode values that can be anything.
    Invalid,
    /// It does not fit the buffer.
    Full,
}

impl fmt::Display for SetCookieError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Invalid => "a cookie has an invalid name, value or attribute",
            Self::Full => "the cookie does not fit the buffer",
        })
    }
}

impl core::error::Error for SetCookieError {}

/// Text written into an array.
struct Text<'b> {
    buffer: &'b mut [u8],
    length: usize,
}

impl Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let place = self.buffer.get_mut(self.length..end).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests;

//! Request methods (RFC 9110 section 9 and the IANA method registry).

use super::octet;

/// A request method this implementation knows by name.
///
/// The set is the one of Node's parser and of `esp_http_server`: the methods
/// of RFC 9110, PATCH (RFC 5789), LINK and UNLINK (RFC 2068), the WebDAV family
/// (RFC 3253, 3744, 4791, 4918, 5323, 5842), UPnP's and PURGE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Method {
    /// `GET`, RFC 9110 section 9.3.1.
    Get,
    /// `POST`, RFC 9110 section 9.3.3.
    Post,
    /// `HEAD`, RFC 9110 section 9.3.2.
    Head,
    /// `PUT`, RFC 9110 section 9.3.4.
    Put,
    /// `DELETE`, RFC 9110 section 9.3.5.
    Delete,
    /// `OPTIONS`, RFC 9110 section 9.3.7.
    Options,
    /// `PATCH`, RFC 5789 section 2.
    Patch,
    /// `CONNECT`, RFC 9110 section 9.3.6.
    Connect,
    /// `TRACE`, RFC 9110 section 9.3.8.
    Trace,
    /// `COPY`, RFC 4918 section 9.8.
    Copy,
    /// `LOCK`, RFC 4918 section 9.10.
    Lock,
    /// `MKCOL`, RFC 4918 section 9.3.
    Mkcol,
    /// `MOVE`, RFC 4918 section 9.9.
    Move,
    /// `PROPFIND`, RFC 4918 section 9.1.
    Propfind,
    /// `PROPPATCH`, RFC 4918 section 9.2.
    Proppatch,
    /// `SEARCH`, RFC 5323 section 2.
    Search,
    /// `UNLOCK`, RFC 4918 section 9.11.
    Unlock,
    /// `BIND`, RFC 5842 section 4.
    Bind,
    /// `REBIND`, RFC 5842 section 6.
    Rebind,
    /// `UNBIND`, RFC 5842 section 5.
    Unbind,
    /// `ACL`, RFC 3744 section 8.1.
    Acl,
    /// `REPORT`, RFC 3253 section 3.6.
    Report,
    /// `MKACTIVITY`, RFC 3253 section 13.5.
    Mkactivity,
    /// `CHECKOUT`, RFC 3253 section 4.3.
    Checkout,
    /// `MERGE`, RFC 3253 section 11.2.
    Merge,
    /// `M-SEARCH`, UPnP device discovery.
    MSearch,
    /// `NOTIFY`, UPnP eventing.
    Notify,
    /// `SUBSCRIBE`, UPnP eventing.
    Subscribe,
    /// `UNSUBSCRIBE`, UPnP eventing.
    Unsubscribe,
    /// `PURGE`, the custom of caching proxies.
    Purge,
    /// `MKCALENDAR`, RFC 4791 section 5.3.1.
    Mkcalendar,
    /// `LINK`, RFC 2068 section 19.6.1.2.
    Link,
    /// `UNLINK`, RFC 2068 section 19.6.1.3.
    Unlink,
}

impl Method {
    /// How many there are: each is a number below this.
    pub const COUNT: usize = ALL.len();

    /// The method a token names, or `None` if the token is none of them.
    ///
    /// Methods are case-sensitive (RFC 9110 section 9.1): `get` is not GET.
    pub fn from_token(token: &[u8]) -> Option<Method> {
        let mut names = NAMES.as_bytes();
        let is_next = |_: &&Method| octet::take_until(&mut names, b' ') == token;
        ALL.iter().find(is_next).copied()
    }

    /// The name of the method as it stands in a request line.
    pub const fn as_str(self) -> &'static str {
        octet::nth(NAMES, b' ', self as usize)
    }
}

/// The length of the longest name, in octets (`UNSUBSCRIBE`).
pub(super) const LONGEST: usize = 11;

/// The names in the order of [`ALL`]: smaller than a table of texts.
const NAMES: &str = "GET POST HEAD PUT DELETE OPTIONS PATCH CONNECT TRACE COPY LOCK MKCOL MOVE \
    PROPFIND PROPPATCH SEARCH UNLOCK BIND REBIND UNBIND ACL REPORT MKACTIVITY CHECKOUT MERGE \
    M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE PURGE MKCALENDAR LINK UNLINK";

/// Every method; the frequent ones first, because the search is linear.
const ALL: [Method; 33] = [
    Method::Get,
    Method::Post,
    Method::Head,
    Method::Put,
    Method::Delete,
    Method::Options,
    Method::Patch,
    Method::Connect,
    Method::Trace,
    Method::Copy,
    Method::Lock,
    Method::Mkcol,
    Method::Move,
    Method::Propfind,
    Method::Proppatch,
    Method::Search,
    Method::Unlock,
    Method::Bind,
    Method::Rebind,
    Method::Unbind,
    Method::Acl,
    Method::Report,
    Method::Mkactivity,
    Method::Checkout,
    Method::Merge,
    Method::MSearch,
    Method::Notify,
    Method::Subscribe,
    Method::Unsubscribe,
    Method::Purge,
    Method::Mkcalendar,
    Method::Link,
    Method::Unlink,
];

#[cfg(test)]
mod tests;

//! Response status codes (RFC 9110 section 15).

use super::octet;

/// A three-digit status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(u16);

impl Status {
    /// The status of a code in 100..=999, else `None`.
    pub const fn new(code: u16) -> Option<Status> {
        match code {
            100..=999 => Some(Status(code)),
            _ => None,
        }
    }

    /// The code, 100..=999.
    pub const fn code(self) -> u16 {
        self.0
    }

    /// The registered reason phrase, empty for a code without one here.
    pub const fn reason(self) -> &'static str {
        let phrases = match self.0 / 100 {
            1 => INFORMATIONAL,
            2 => SUCCESSFUL,
            3 => REDIRECTION,
            4 => CLIENT_ERROR,
            5 => SERVER_ERROR,
            _ => "",
        };
        octet::nth(phrases, b';', (self.0 % 100) as usize)
    }

    /// Whether a response of this status never has a body: 1xx, 204 and 304
    /// (RFC 9112 section 6.3).
    pub const fn forbids_body(self) -> bool {
        matches!(self.0, 100..=199 | 204 | 304)
    }

    /// 100 Continue, RFC 9110 section 15.2.1.
    pub const CONTINUE: Status = Status(100);
    /// 101 Switching Protocols, RFC 9110 section 15.2.2.
    pub const SWITCHING_PROTOCOLS: Status = Status(101);
    /// 200 OK, RFC 9110 section 15.3.1.
    pub const OK: Status = Status(200);
    /// 201 Created, RFC 9110 section 15.3.2.
    pub const CREATED: Status = Status(201);
    /// 202 Accepted, RFC 9110 section 15.3.3.
    pub const ACCEPTED: Status = Status(202);
    /// 203 Non-Authoritative Information, RFC 9110 section 15.3.4.
    pub const NON_AUTHORITATIVE_INFORMATION: Status = Status(203);
    /// 204 No Content, RFC 9110 section 15.3.5.
    pub const NO_CONTENT: Status = Status(204);
    /// 205 Reset Content, RFC 9110 section 15.3.6.
    pub const RESET_CONTENT: Status = Status(205);
    /// 206 Partial Content, RFC 9110 section 15.3.7.
    pub const PARTIAL_CONTENT: Status = Status(206);
    /// 300 Multiple Choices, RFC 9110 section 15.4.1.
    pub const MULTIPLE_CHOICES: Status = Status(300);
    /// 301 Moved Permanently, RFC 9110 section 15.4.2.
    pub const MOVED_PERMANENTLY: Status = Status(301);
    /// 302 Found, RFC 9110 section 15.4.3.
    pub const FOUND: Status = Status(302);
    /// 303 See Other, RFC 9110 section 15.4.4.
    pub const SEE_OTHER: Status = Status(303);
    /// 304 Not Modified, RFC 9110 section 15.4.5.
    pub const NOT_MODIFIED: Status = Status(304);
    /// 305 Use Proxy, RFC 9110 section 15.4.6.
    pub const USE_PROXY: Status = Status(305);
    /// 307 Temporary Redirect, RFC 9110 section 15.4.8.
    pub const TEMPORARY_REDIRECT: Status = Status(307);
    /// 308 Permanent Redirect, RFC 9110 section 15.4.9.
    pub const PERMANENT_REDIRECT: Status = Status(308);
    /// 400 Bad Request, RFC 9110 section 15.5.1.
    pub const BAD_REQUEST: Status = Status(400);
    /// 401 Unauthorized, RFC 9110 section 15.5.2.
    pub const UNAUTHORIZED: Status = Status(401);
    /// 402 Payment Required, RFC 9110 section 15.5.3.
    pub const PAYMENT_REQUIRED: Status = Status(402);
    /// 403 Forbidden, RFC 9110 section 15.5.4.
    pub const FORBIDDEN: Status = Status(403);
    /// 404 Not Found, RFC 9110 section 15.5.5.
    pub const NOT_FOUND: Status = Status(404);
    /// 405 Method Not Allowed, RFC 9110 section 15.5.6.
    pub const METHOD_NOT_ALLOWED: Status = Status(405);
    /// 406 Not Acceptable, RFC 9110 section 15.5.7.
    pub const NOT_ACCEPTABLE: Status = Status(406);
    /// 407 Proxy Authentication Required, RFC 9110 section 15.5.8.
    pub const PROXY_AUTHENTICATION_REQUIRED: Status = Status(407);
    /// 408 Request Timeout, RFC 9110 section 15.5.9.
    pub const REQUEST_TIMEOUT: Status = Status(408);
    /// 409 Conflict, RFC 9110 section 15.5.10.
    pub const CONFLICT: Status = Status(409);
    /// 410 Gone, RFC 9110 section 15.5.11.
    pub const GONE: Status = Status(410);
    /// 411 Length Required, RFC 9110 section 15.5.12.
    pub const LENGTH_REQUIRED: Status = Status(411);
    /// 412 Precondition Failed, RFC 9110 section 15.5.13.
    pub const PRECONDITION_FAILED: Status = Status(412);
    /// 413 Content Too Large, RFC 9110 section 15.5.14.
    pub const CONTENT_TOO_LARGE: Status = Status(413);
    /// 414 URI Too Long, RFC 9110 section 15.5.15.
    pub const URI_TOO_LONG: Status = Status(414);
    /// 415 Unsupported Media Type, RFC 9110 section 15.5.16.
    pub const UNSUPPORTED_MEDIA_TYPE: Status = Status(415);
    /// 416 Range Not Satisfiable, RFC 9110 section 15.5.17.
    pub const RANGE_NOT_SATISFIABLE: Status = Status(416);
    /// 417 Expectation Failed, RFC 9110 section 15.5.18.
    pub const EXPECTATION_FAILED: Status = Status(417);
    /// 421 Misdirected Request, RFC 9110 section 15.5.20.
    pub const MISDIRECTED_REQUEST: Status = Status(421);
    /// 422 Unprocessable Content, RFC 9110 section 15.5.21.
    pub const UNPROCESSABLE_CONTENT: Status = Status(422);
    /// 426 Upgrade Required, RFC 9110 section 15.5.22.
    pub const UPGRADE_REQUIRED: Status = Status(426);
    /// 428 Precondition Required, RFC 6585 section 3.
    pub const PRECONDITION_REQUIRED: Status = Status(428);
    /// 429 Too Many Requests, RFC 6585 section 4.
    pub const TOO_MANY_REQUESTS: Status = Status(429);
    /// 431 Request Header Fields Too Large, RFC 6585 section 5.
    pub const REQUEST_HEADER_FIELDS_TOO_LARGE: Status = Status(431);
    /// 500 Internal Server Error, RFC 9110 section 15.6.1.
    pub const INTERNAL_SERVER_ERROR: Status = Status(500);
    /// 501 Not Implemented, RFC 9110 section 15.6.2.
    pub const NOT_IMPLEMENTED: Status = Status(501);
    /// 502 Bad Gateway, RFC 9110 section 15.6.3.
    pub const BAD_GATEWAY: Status = Status(502);
    /// 503 Service Unavailable, RFC 9110 section 15.6.4.
    pub const SERVICE_UNAVAILABLE: Status = Status(503);
    /// 504 Gateway Timeout, RFC 9110 section 15.6.5.
    pub const GATEWAY_TIMEOUT: Status = Status(504);
    /// 505 HTTP Version Not Supported, RFC 9110 section 15.6.6.
    pub const HTTP_VERSION_NOT_SUPPORTED: Status = Status(505);
    /// 511 Network Authentication Required, RFC 6585 section 6.
    pub const NETWORK_AUTHENTICATION_REQUIRED: Status = Status(511);
}

// The phrases of a class in the order of its codes, with nothing for a code
// that has none: smaller than a table of codes and texts.

const INFORMATIONAL: &str = "Continue;Switching Protocols";

const SUCCESSFUL: &str = "OK;Created;Accepted;Non-Authoritative Information;No Content;\
    Reset Content;Partial Content";

const REDIRECTION: &str = "Multiple Choices;Moved Permanently;Found;See Other;Not Modified;\
    Use Proxy;;Temporary Redirect;Permanent Redirect";

const CLIENT_ERROR: &str = "Bad Request;Unauthorized;Payment Required;Forbidden;Not Found;\
    Method Not Allowed;Not Acceptable;Proxy Authentication Required;Request Timeout;Conflict;\
    Gone;Length Required;Precondition Failed;Content Too Large;URI Too Long;\
    Unsupported Media Type;Range Not Satisfiable;Expectation Failed;;;;Misdirected Request;\
    Unprocessable Content;;;;Upgrade Required;;Precondition Required;Too Many Requests;;\
    Request Header Fields Too Large";

const SERVER_ERROR: &str = "Internal Server Error;Not Implemented;Bad Gateway;\
    Service Unavailable;Gateway Timeout;HTTP Version Not Supported;;;;;;\
    Network Authentication Required";

#[cfg(test)]
mod tests;

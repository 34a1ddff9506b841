//! JSON through serde, for applications that run on a device and on Linux.
//!
//! Without features nothing is allocated: `serde-json-core` reads from the body
//! and writes into memory that the handler gives. With the feature `std`,
//! `serde_json` does it, and a response may be of any size. What an application
//! writes is the same.
//!
//! ```
//! use dunlin::{AnswerError, App, Request, Response, Route};
//! use dunlin_json::{JsonRequest, JsonResponse};
//! use serde::{Deserialize, Serialize};
//! # use core::cell::Cell;
//!
//! struct Lamp {
//!     brightness: Cell<u8>,
//! }
//!
//! impl App for Lamp {
//!     type Session = ();
//!     const ROUTES: &'static [Route<Self>] =
//!         &[Route::get("/light", show), Route::put("/light", set)];
//! }
//!
//! #[derive(Serialize, Deserialize)]
//! struct Light {
//!     brightness: u8,
//! }
//!
//! fn show(lamp: &Lamp, _: Request<'_, Lamp>, response: Response<'_>) -> Result<(), AnswerError> {
//!     let light = Light { brightness: lamp.brightness.get() };
//!     response.write_json(&light, &mut [0; 32])
//! }
//!
//! fn set(lamp: &Lamp, request: Request<'_, Lamp>, response: Response<'_>) -> Result<(), AnswerError> {
//!     match request.read_json::<Light>(&mut []) {
//!         Ok(light) => lamp.brightness.set(light.brightness),
//!         Err(error) => return response.status(error.status()).text(error.reason()),
//!     }
//!     response.empty()
//! }
//! ```
//!
//! For a message of a WebSocket, an event of a stream or a publication, write
//! the value into an array with [`to_str`] and send the text.
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![forbid(unsafe_code)]

use dunlin::{AnswerError, App, Request, Response, Status};
use serde::{Deserialize, Serialize};

/// Reads the body of a request.
pub trait JsonRequest {
    /// The value in the body, which must be declared as JSON.
    ///
    /// `scratch` is used for strings with escapes, which have to be put together
    /// before they are read: as long as the longest of them, in octets. Without
    /// strings it may be empty. With the feature `std` it is not used.
    ///
    /// A value can borrow strings from the body only if they have no escapes; a
    /// value that is to take any string owns it.
    ///
    /// # Errors
    ///
    /// [`ReadError`]; answer with its [`status`](ReadError::status).
    fn read_json<'d, T: Deserialize<'d>>(&'d self, scratch: &mut [u8]) -> Result<T, ReadError>;
}

impl<A: App> JsonRequest for Request<'_, A> {
    fn read_json<'d, T: Deserialize<'d>>(&'d self, scratch: &mut [u8]) -> Result<T, ReadError> {
        if !self.is_json() {
            return Err(ReadError::ContentType);
        }
        from_slice(self.body(), scratch)
    }
}

/// Answers with a value.
pub trait JsonResponse {
    /// Answers with a value as JSON.
    ///
    /// `scratch` holds the text while it is sent. With the feature `std` it is
    /// not used, and the text may have any length that fits the output.
    ///
    /// # Errors
    ///
    /// [`AnswerError::Full`] when the text does not fit `scratch`, or the value
    /// cannot be written; and as [`Response::json`]. Then nothing was sent.
    fn write_json<T: Serialize + ?Sized>(
        self,
        value: &T,
        scratch: &mut [u8],
    ) -> Result<(), AnswerError>;
}

impl JsonResponse for Response<'_> {
    fn write_json<T: Serialize + ?Sized>(
        self,
        value: &T,
        scratch: &mut [u8],
    ) -> Result<(), AnswerError> {
        let text = text(value, scratch).map_err(|_| AnswerError::Full)?;
        self.json(text.as_ref())
    }
}

#[cfg(not(feature = "std"))]
fn text<T: Serialize + ?Sized>(
    value: &T,
    scratch: &mut [u8],
) -> Result<impl AsRef<str>, WriteError> {
    to_str(value, scratch)
}

#[cfg(feature = "std")]
fn text<T: Serialize + ?Sized>(value: &T, _: &mut [u8]) -> serde_json::Result<impl AsRef<str>> {
    serde_json::to_string(value)
}

/// Writes a value as JSON into `buffer` and returns the text.
///
/// # Errors
///
/// [`WriteError`]; what is in `buffer` then means nothing.
pub fn to_str<'b, T: Serialize + ?Sized>(
    value: &T,
    buffer: &'b mut [u8],
) -> Result<&'b str, WriteError> {
    let length = write(value, buffer)?;
    let written = buffer.get(..length).unwrap_or_default();
    core::str::from_utf8(written).map_err(|_| WriteError::Value)
}

#[cfg(not(feature = "std"))]
fn write<T: Serialize + ?Sized>(value: &T, buffer: &mut [u8]) -> Result<usize, WriteError> {
    serde_json_core::to_slice(value, buffer).map_err(|error| match error {
        serde_json_core::ser::Error::BufferFull => WriteError::TooLong,
        _ => WriteError::Value,
    })
}

#[cfg(feature = "std")]
fn write<T: Serialize + ?Sized>(value: &T, buffer: &mut [u8]) -> Result<usize, WriteError> {
    let room = buffer.len();
    let mut rest = &mut *buffer;
    match serde_json::to_writer(&mut rest, value) {
        Ok(()) => Ok(room - rest.len()),
        Err(error) if error.is_io() => Err(WriteError::TooLong),
        Err(_) => Err(WriteError::Value),
    }
}

/// Reads a value from a JSON text, such as a message of a WebSocket;
/// `scratch` as for [`JsonRequest::read_json`].
///
/// # Errors
///
/// [`ReadError::Invalid`], and without the feature `std` [`ReadError::TooLong`].
pub fn from_slice<'d, T: Deserialize<'d>>(
    json: &'d [u8],
    scratch: &mut [u8],
) -> Result<T, ReadError> {
    parse(json, scratch)
}

#[cfg(not(feature = "std"))]
fn parse<'d, T: Deserialize<'d>>(json: &'d [u8], scratch: &mut [u8]) -> Result<T, ReadError> {
    use serde_json_core::de::Error;
    if is_too_deep(json) {
        return Err(ReadError::Invalid);
    }
    match serde_json_core::from_slice_escaped(json, scratch) {
        Ok((value, _)) => Ok(value),
        Err(Error::EscapedStringIsTooLong) => Err(ReadError::TooLong),
        Err(_) => Err(ReadError::Invalid),
    }
}

#[cfg(feature = "std")]
fn parse<'d, T: Deserialize<'d>>(json: &'d [u8], _: &mut [u8]) -> Result<T, ReadError> {
    serde_json::from_slice(json).map_err(|_| ReadError::Invalid)
}

/// Lists and objects that may be in one another, so that what a client puts into
/// a member that nobody expects does not use up the stack.
pub const MAX_DEPTH: usize = 32;

#[cfg(not(feature = "std"))]
fn is_too_deep(json: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    json.iter().any(|octet| {
        match octet {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_DEPTH
    })
}

/// Why no value could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// The body is not declared as JSON.
    ContentType,
    /// It is not JSON (RFC 8259), or not the value that is expected, or, without
    /// the feature `std`, more than [`MAX_DEPTH`] lists and objects are in one
    /// another.
    Invalid,
    /// A string with escapes is longer than the memory for it.
    TooLong,
}

impl ReadError {
    /// The status to answer with: 415, 400 or 413.
    pub const fn status(self) -> Status {
        match self {
            Self::ContentType => Status::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid => Status::BAD_REQUEST,
            Self::TooLong => Status::CONTENT_TOO_LARGE,
        }
    }

    /// A sentence for whoever sent it.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::ContentType => "the body is not declared as JSON",
            Self::Invalid => "the body is not the JSON that is expected",
            Self::TooLong => "a string of the body is too long",
        }
    }
}

impl core::fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(self.reason())
    }
}

impl core::error::Error for ReadError {}

/// Why a value could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteError {
    /// It is longer than the memory for it.
    TooLong,
    /// It has no form in JSON, such as a map whose keys are not strings.
    Value,
}

impl core::fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "the JSON text does not fit the buffer",
            Self::Value => "the value has no form in JSON",
        })
    }
}

impl core::error::Error for WriteError {}

#[cfg(test)]
mod tests;

//! What errors say: to a peer as a code, to a person in a few words.

use dunlin_proto::http::{BodyError, HeadError, PercentError, ResponseError};
use dunlin_proto::output::Full;
use dunlin_proto::websocket::{Close, CloseCode, ProtocolError};
use std::error::Error;

const HEAD: &[HeadError] = &[
    HeadError::MalformedRequestLine,
    HeadError::MethodNotImplemented,
    HeadError::MalformedTarget,
    HeadError::TargetTooLong,
    HeadError::VersionNotSupported,
    HeadError::TooLarge,
    HeadError::TooManyFields,
    HeadError::MalformedField,
    HeadError::InvalidHost,
    HeadError::InvalidContentLength,
    HeadError::InvalidTransferEncoding,
    HeadError::TransferEncodingNotImplemented,
    HeadError::AmbiguousLength,
    HeadError::ExpectationFailed,
];

const BODY: &[BodyError] = &[
    BodyError::MalformedChunkLine,
    BodyError::ChunkSizeOverflow,
    BodyError::ChunkLineTooLong,
    BodyError::MalformedChunkEnd,
    BodyError::MalformedTrailer,
    BodyError::ForbiddenTrailer,
    BodyError::TrailersTooLong,
];

#[test]
fn every_error_says_something_of_its_own() {
    let mut all: Vec<Box<dyn Error>> = vec![
        Box::new(Full),
        Box::new(ResponseError::Full),
        Box::new(ResponseError::InvalidField),
        Box::new(PercentError::TooLong),
        Box::new(PercentError::Malformed),
        Box::new(PercentError::NotText),
    ];
    all.extend(HEAD.iter().map(|error| Box::new(*error) as Box<dyn Error>));
    all.extend(BODY.iter().map(|error| Box::new(*error) as Box<dyn Error>));
    all.extend(FRAMES.iter().map(|row| Box::new(row.0) as Box<dyn Error>));
    let mut said: Vec<String> = all.iter().map(ToString::to_string).collect();
    assert!(said.iter().all(|words| words.len() > 5));
    let count = said.len();
    said.sort();
    said.dedup();
    assert_eq!(said.len(), count, "{said:?}");
}

/// What fails a WebSocket, its code, and a word of its reason.
const FRAMES: &[(ProtocolError, u16, &str)] = &[
    (ProtocolError::ReservedBits, 1002, "bit"),
    (ProtocolError::ReservedOpcode, 1002, "opcode"),
    (ProtocolError::Masking, 1002, "masking"),
    (ProtocolError::ControlFrame, 1002, "control"),
    (ProtocolError::Length, 1002, "length"),
    (ProtocolError::Fragmentation, 1002, "fragments"),
    (ProtocolError::CloseFrame, 1002, "close"),
    (ProtocolError::InvalidUtf8, 1007, "UTF-8"),
];

#[test]
fn a_broken_protocol_is_closed_with_its_own_code_and_reason() {
    for (error, code, word) in FRAMES {
        assert_eq!(error.close_code().get(), *code, "{error:?}");
        assert!(error.reason().contains(word), "{error:?}: {error}");
        assert_eq!(error.close().reason, error.to_string());
    }
}

#[test]
fn a_code_alone_is_a_close_without_a_reason() {
    let close = Close::from(CloseCode::GOING_AWAY);
    assert_eq!(close, Close::new(CloseCode::GOING_AWAY, ""));
    assert_eq!(Close::from(Full).code, CloseCode::POLICY_VIOLATION);
}

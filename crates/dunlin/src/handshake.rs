//! A WebSocket handshake to be decided about.

use crate::response::Outcome;
use crate::{AnswerError, Response, Status};
use dunlin_proto::http::{BodyLength, ResponseHead, Version};
use dunlin_proto::websocket::AcceptValue;

/// A valid handshake, to be accepted or refused by an `admit` handler.
/// Deciding consumes it.
#[must_use = "a handshake that is not decided about is answered with 500"]
pub struct Handshake<'r> {
    pub(crate) response: Response<'r>,
    pub(crate) accept: &'r AcceptValue,
    pub(crate) protocol: Option<&'static str>,
    #[cfg(feature = "compression")]
    pub(crate) extension: Option<&'r str>,
}

impl<'r> Handshake<'r> {
    /// The subprotocol that will be accepted.
    pub fn protocol(&self) -> Option<&'static str> {
        self.protocol
    }

    /// Accepts: the client gets 101 and the connection is a WebSocket.
    ///
    /// # Errors
    ///
    /// [`AnswerError::Full`] when there is no room for the response.
    pub fn accept(self) -> Result<(), AnswerError> {
        self.accept_with(&[])
    }

    /// Accepts with further response fields, for example `Set-Cookie`.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; then nothing was sent.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn accept_with(self, fields: &[(&str, &str)]) -> Result<(), AnswerError> {
        let mut all = [("", ""); MAX_ACCEPT_FIELDS];
        all[0] = ("Upgrade", "websocket");
        all[1] = ("Sec-WebSocket-Accept", self.accept.as_str());
        let mut count = 2;
        if let Some(name) = self.protocol {
            all[2] = ("Sec-WebSocket-Protocol", name);
            count = 3;
        }
        #[cfg(feature = "compression")]
        if let Some(extension) = self.extension {
            all[count] = ("Sec-WebSocket-Extensions", extension);
            count += 1;
        }
        for field in fields {
            *all.get_mut(count).ok_or(AnswerError::TooManyFields)? = *field;
            count += 1;
        }
        let fields = all.get(..count).unwrap_or_default();
        let head = ResponseHead {
            status: Status::SWITCHING_PROTOCOLS,
            version: Version::Http11,
            persistent: true,
            date: None,
            content_type: None,
            fields,
            length: BodyLength::None,
        };
        head.write(&[], self.response.output)?;
        self.response.exchange.status = Status::SWITCHING_PROTOCOLS;
        self.response.exchange.outcome = Outcome::Accepted;
        Ok(())
    }

    /// Refuses with a status, such as 401 or 403; answer with what is returned.
    pub fn refuse(self, status: Status) -> Response<'r> {
        self.response.status(status)
    }
}

/// `Upgrade`, the accept value, the subprotocol, the extension, and what the
/// handler adds.
const MAX_ACCEPT_FIELDS: usize = 9;

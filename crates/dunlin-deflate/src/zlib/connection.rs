//! One connection.

use super::deflater::{MessageDeflater, bound};
use super::engine::{DeflateConfig, Engine};
use super::inflater::Inflater;
use dunlin::proto::websocket::{
    CompressedMessages, DeflateAgreement, DeflatePolicy, FrameHeader, MAX_HEADER, Opcode,
};
use dunlin::{Assembly, Compression, Deflater, Full, InflateError, Inflated, Output};

/// The compression of one connection. It owns nothing until something is
/// agreed to, and while it is idle nothing that was not agreed to be kept.
pub struct ConnectionDeflate {
    engine: Engine,
    agreed: Option<Box<Agreed>>,
}

struct Agreed {
    agreement: DeflateAgreement,
    config: DeflateConfig,
    /// Where messages refer to those before them: from the first one on.
    deflater: Option<MessageDeflater>,
    /// The same; else while a message comes in.
    inflater: Option<Inflater>,
}

impl ConnectionDeflate {
    pub(super) const fn new(engine: Engine) -> Self {
        Self {
            engine,
            agreed: None,
        }
    }

    /// True while messages may come compressed: a few octets can then become
    /// many.
    pub const fn is_agreed(&self) -> bool {
        self.agreed.is_some()
    }
}

impl Compression for ConnectionDeflate {
    type Extension = CompressedMessages;

    fn policy(&self) -> Option<DeflatePolicy> {
        self.engine.config.as_ref().map(DeflateConfig::policy)
    }

    fn begin(&mut self, agreement: Option<&DeflateAgreement>) -> CompressedMessages {
        self.agreed = agreement
            .zip(self.engine.config)
            .map(|(agreement, config)| {
                Box::new(Agreed {
                    agreement: *agreement,
                    config,
                    deflater: None,
                    inflater: None,
                })
            });
        CompressedMessages::new(self.agreed.is_some())
    }

    fn inflate<S: Assembly>(
        &mut self,
        input: &mut &[u8],
        last: bool,
        assembly: &mut S,
        most: usize,
    ) -> Result<Inflated, InflateError> {
        let agreed = self.agreed.as_deref_mut().ok_or(InflateError::Corrupt)?;
        let mut shared = self.engine.shared.borrow_mut();
        let mut inflater = match agreed.inflater.take() {
            Some(inflater) => inflater,
            None if agreed.agreement.client_context => {
                Inflater::new(Some(agreed.agreement.client_window_bits))
            }
            None => shared.lend_inflater(),
        };
        let inflated = inflater.inflate(input, last, assembly, most, &mut shared.inflated)?;
        let is_over = last && inflated == Inflated::Done;
        if is_over && !agreed.agreement.client_context {
            shared.take_back(inflater);
        } else {
            agreed.inflater = Some(inflater);
        }
        Ok(inflated)
    }

    fn end(&mut self) {
        self.agreed = None;
    }

    fn deflater(&mut self) -> Option<&mut dyn Deflater> {
        self.agreed.is_some().then_some(self)
    }
}

impl Deflater for ConnectionDeflate {
    fn send(
        &mut self,
        opcode: Opcode,
        payload: &[u8],
        output: &mut dyn Output,
    ) -> Result<bool, Full> {
        let Some(agreed) = self.agreed.as_deref_mut() else {
            return Ok(false);
        };
        if payload.len() < agreed.config.threshold.max(1) {
            return Ok(false);
        }
        let mut shared = self.engine.shared.borrow_mut();
        if agreed.agreement.server_context {
            return agreed.send_in_context(opcode, payload, output, &mut shared.deflated);
        }
        let bits = agreed.agreement.server_window_bits;
        shared.send_deflated(payload, agreed.config.level, bits, |deflated| {
            write_compressed(output, opcode, deflated)
        })
    }
}

impl Agreed {
    /// Sends a message that becomes part of the context: it has to be sent then,
    /// so there must be room whatever it is deflated to.
    fn send_in_context(
        &mut self,
        opcode: Opcode,
        payload: &[u8],
        output: &mut dyn Output,
        deflated: &mut Vec<u8>,
    ) -> Result<bool, Full> {
        let most = bound(payload.len());
        if output.room() < most + MAX_HEADER {
            return Ok(false);
        }
        let (level, bits) = (self.config.level, self.agreement.server_window_bits);
        let deflater = self
            .deflater
            .get_or_insert_with(|| MessageDeflater::new(level, bits));
        let sent = if deflater.deflate(payload, deflated) {
            write_compressed(output, opcode, deflated)
        } else {
            Err(Full)
        };
        give_back(deflated);
        if sent.is_err() {
            // The client knows nothing of it: begin anew, which is always allowed.
            deflater.reset();
            return Ok(false);
        }
        Ok(true)
    }
}

fn write_compressed(output: &mut dyn Output, opcode: Opcode, deflated: &[u8]) -> Result<(), Full> {
    let header = FrameHeader {
        rsv1: true,
        ..FrameHeader::new(opcode, deflated.len())
    };
    let mut buffer = [0; MAX_HEADER];
    output.write(&[header.encode(&mut buffer), deflated])
}

/// Returns the memory of a large message to the system.
pub(super) fn give_back(buffer: &mut Vec<u8>) {
    if buffer.capacity() > KEPT_CAPACITY {
        *buffer = Vec::new();
    }
}

/// Capacity that a shared buffer keeps after a burst.
const KEPT_CAPACITY: usize = 256 * 1024;

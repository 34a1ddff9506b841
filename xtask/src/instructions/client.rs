//! A WebSocket client of a few lines.

use anyhow::{Result, ensure};
use dunlin_proto::websocket::{FrameHeader, MAX_HEADER, Opcode, mask};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

pub(crate) struct Client {
    stream: TcpStream,
}

impl Client {
    /// Connects to `/echo`.
    pub(crate) fn connect(address: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            stream,
            "GET /echo HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )?;
        let mut response = Vec::new();
        while !response.ends_with(b"\r\n\r\n") {
            let mut octet = [0];
            stream.read_exact(&mut octet)?;
            response.extend(octet);
        }
        ensure!(
            response.starts_with(b"HTTP/1.1 101 "),
            "the handshake was refused"
        );
        Ok(Self { stream })
    }

    /// Sends a message in one piece and reads its echo.
    pub(crate) fn round_trip(&mut self, binary: bool, octets: usize) -> Result<()> {
        let opcode = if binary { Opcode::Binary } else { Opcode::Text };
        let payload = vec![b'x'; octets];
        self.send(opcode, &payload)?;
        let header = FrameHeader::new(opcode, octets);
        let mut expected = header.encode(&mut [0; MAX_HEADER]).to_vec();
        expected.extend(&payload);
        let mut received = vec![0; expected.len()];
        self.stream.read_exact(&mut received)?;
        ensure!(received == expected, "the echo is not what was sent");
        Ok(())
    }

    /// Closes in order and waits for the server to end the connection.
    pub(crate) fn close(&mut self) -> Result<()> {
        self.send(Opcode::Close, &1000_u16.to_be_bytes())?;
        self.stream.read_to_end(&mut Vec::new())?;
        Ok(())
    }

    fn send(&mut self, opcode: Opcode, payload: &[u8]) -> Result<()> {
        let key = [0x12, 0x34, 0x56, 0x78];
        let header = FrameHeader {
            mask: Some(key),
            ..FrameHeader::new(opcode, payload.len())
        };
        let mut frame = header.encode(&mut [0; MAX_HEADER]).to_vec();
        let mut masked = payload.to_vec();
        let _ = mask(key, &mut masked);
        frame.extend(masked);
        Ok(self.stream.write_all(&frame)?)
    }
}

use super::{
    BodyLength, ResponseError, ResponseHead, decimal, hexadecimal, write_chunk, write_last_chunk,
};
use crate::http::{HttpDate, Status, Version};
use crate::output::{Full, Output};
use std::string::String;
use std::vec::Vec;

struct Wire {
    octets: Vec<u8>,
    limit: usize,
}

impl Wire {
    fn new(limit: usize) -> Self {
        Self {
            octets: Vec::new(),
            limit,
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.octets.clone()).unwrap()
    }
}

impl Output for Wire {
    fn room(&self) -> usize {
        self.limit - self.octets.len()
    }

    fn is_drained(&self) -> bool {
        self.octets.is_empty()
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Full> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length > self.room() {
            return Err(Full);
        }
        parts.iter().for_each(|part| self.octets.extend(*part));
        Ok(())
    }
}

fn head<'r>() -> ResponseHead<'r> {
    ResponseHead {
        status: Status::OK,
        version: Version::Http11,
        persistent: true,
        date: None,
        content_type: None,
        fields: &[],
        length: BodyLength::None,
    }
}

#[test]
fn a_small_response_is_written_with_all_its_fields() {
    let date = HttpDate::from_unix(784_111_777);
    let head = ResponseHead {
        date: Some(&date),
        content_type: Some("text/plain"),
        fields: &[("ETag", "\"a\""), ("Vary", "*")],
        length: BodyLength::Known(5),
        ..head()
    };
    let mut wire = Wire::new(1000);
    head.write(b"Hello", &mut wire).unwrap();
    assert_eq!(
        wire.text(),
        "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\n\
         Content-Length: 5\r\nETag: \"a\"\r\nVary: *\r\n\r\nHello"
    );
    for limit in 0..wire.octets.len() {
        let mut small = Wire::new(limit);
        assert_eq!(head.write(b"Hello", &mut small), Err(ResponseError::Full));
        assert!(small.octets.is_empty(), "all or nothing");
    }
}

#[test]
fn the_end_of_the_connection_is_told() {
    for (persistent, version, expected) in [
        (true, Version::Http11, "HTTP/1.1 200 OK\r\n\r\n"),
        (
            false,
            Version::Http11,
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        ),
        (
            true,
            Version::Http10,
            "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n",
        ),
        (
            false,
            Version::Http10,
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        ),
    ] {
        let mut wire = Wire::new(100);
        ResponseHead {
            persistent,
            version,
            ..head()
        }
        .write(b"", &mut wire)
        .unwrap();
        assert_eq!(wire.text(), expected);
    }
}

#[test]
fn a_field_cannot_smuggle_a_second_one() {
    for field in [
        ("X", "a\r\nSet-Cookie: b"),
        ("X", "a\0"),
        ("X\r\nY", "a"),
        ("X Y", "a"),
        ("", "a"),
        ("Content-Length", "7"),
        ("transfer-encoding", "chunked"),
    ] {
        let mut wire = Wire::new(100);
        let fields = &[field];
        let written = ResponseHead { fields, ..head() }.write(b"", &mut wire);
        assert_eq!(written, Err(ResponseError::InvalidField), "{field:?}");
        assert!(wire.octets.is_empty());
    }
}

#[test]
fn chunks_leave_room_for_the_last_one() {
    let mut wire = Wire::new(100);
    write_chunk(b"", &mut wire).unwrap();
    write_chunk(b"0123456789abcdef", &mut wire).unwrap();
    write_last_chunk(&mut wire).unwrap();
    assert_eq!(wire.text(), "10\r\n0123456789abcdef\r\n0\r\n\r\n");
    let mut small = Wire::new(wire.octets.len() - 1);
    assert_eq!(write_chunk(b"0123456789abcdef", &mut small), Err(Full));
    assert!(small.octets.is_empty());
}

#[test]
fn lengths_of_any_size_are_written_in_decimal() {
    for number in [
        0,
        9,
        10,
        1_000_000_000,
        u64::from(u32::MAX),
        1 << 32,
        u64::MAX - 1,
        u64::MAX,
    ] {
        let written = String::from_utf8(decimal(number, &mut [0; 20]).to_vec());
        assert_eq!(written.unwrap(), std::format!("{number}"));
    }
}

#[test]
fn sizes_of_chunks_are_written_in_hexadecimal() {
    for number in [0, 9, 10, 15, 16, 0xabc, usize::MAX] {
        let written = String::from_utf8(hexadecimal(number, &mut [0; 16]).to_vec());
        assert_eq!(written.unwrap(), std::format!("{number:X}"));
    }
}

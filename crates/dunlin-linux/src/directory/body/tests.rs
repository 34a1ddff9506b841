use super::*;
use rustix::fs::fstat;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;

/// A file without a name.
fn file(octets: &[u8]) -> FileBody {
    let directory = std::env::temp_dir();
    let name = format!(
        "dunlin-body-{}-{:?}",
        std::process::id(),
        thread::current().id()
    );
    let path = directory.join(name);
    let mut file = File::create_new(&path).unwrap();
    file.write_all(octets).unwrap();
    let file = File::open(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let status = fstat(&file).unwrap();
    FileBody::new(file, &status)
}

fn aged(modified: Duration) -> FileBody {
    FileBody {
        modified: Some(modified),
        ..file(b"abc")
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn a_part_is_read_to_its_end_and_no_further() {
    let mut body = file(b"0123456789");
    body.narrow(2..7);
    let mut buffer = [0; 3];
    assert_eq!(body.read(&mut buffer).unwrap(), 3);
    assert_eq!(&buffer, b"234");
    assert_eq!((body.offset(), body.length()), (5, 2));
    assert_eq!(body.read(&mut buffer).unwrap(), 2);
    assert_eq!(&buffer[..2], b"56");
    assert_eq!(body.read(&mut buffer).unwrap(), 0);
}

#[test]
fn a_part_is_sent_to_its_end_and_no_further() {
    let octets: Vec<u8> = (0..3_000_000_u32).map(|number| number as u8).collect();
    let mut body = file(&octets);
    body.narrow(1..2_999_999);
    let (sender, mut receiver) = UnixStream::pair().unwrap();
    let reader = thread::spawn(move || {
        let mut received = Vec::new();
        receiver.read_to_end(&mut received).unwrap();
        received
    });
    while body.length() > 0 {
        body.send_to(&sender).unwrap();
    }
    assert_eq!(body.send_to(&sender).unwrap(), 0);
    drop(sender);
    assert!(reader.join().unwrap() == octets[1..2_999_999]);
}

#[test]
fn a_socket_without_room_takes_nothing() {
    let mut body = file(&vec![b'x'; 4_000_000]);
    let (sender, _receiver) = UnixStream::pair().unwrap();
    sender.set_nonblocking(true).unwrap();
    while body.send_to(&sender).unwrap() > 0 {}
    assert!(body.length() > 0);
    assert_eq!(body.offset() + body.length(), 4_000_000);
}

#[test]
fn a_file_that_got_shorter_is_an_error() {
    let mut body = file(b"0123456789");
    body.length = 20;
    let (sender, _receiver) = UnixStream::pair().unwrap();
    assert_eq!(body.send_to(&sender).unwrap(), 10);
    let error = body.send_to(&sender).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    let error = body.read(&mut [0; 4]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn a_tag_is_weak_while_the_clock_of_the_file_may_stand_still() {
    let body = aged(Duration::from_millis(100_500));
    assert!(body.entity_tag(at(102)).starts_with("W/\""));
    assert!(body.entity_tag(at(50)).starts_with("W/\""));
    let strong = body.entity_tag(at(103));
    assert!(strong.starts_with('"'));
    assert_eq!(body.entity_tag(at(101)), format!("W/{strong}"));
}

#[test]
fn a_tag_tells_files_apart_by_number_length_and_time() {
    let now = at(1_000_000);
    let first = aged(Duration::from_nanos(1_500_000_001));
    let tag = first.entity_tag(now);
    let mut others = [
        aged(Duration::from_nanos(1_500_000_002)),
        aged(Duration::from_nanos(1_500_000_001)),
        aged(Duration::from_nanos(1_500_000_001)),
    ];
    others[1].length += 1;
    others[2].inode = first.inode + 1;
    for mut other in others {
        assert_ne!(other.entity_tag(now), tag);
        other.modified = first.modified;
        other.length = first.length;
        other.inode = first.inode;
        assert_eq!(other.entity_tag(now), tag);
    }
}

#[test]
fn a_modification_that_is_to_come_is_not_told() {
    let body = aged(Duration::from_secs(100));
    assert_eq!(body.last_modified(at(100)), Some(100));
    assert_eq!(body.last_modified(at(99)), None);
}

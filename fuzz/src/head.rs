//! Request heads: the outcome does not depend on how much has arrived, and
//! what a head says is what its lines say.
//!
//! Settings: four octets that choose limits. Behind them: what a client sends.

use arbitrary::{Result, Unstructured};
use dunlin_proto::http::{
    Framing, HeadError, HeadLimits, HttpDate, Method, RequestHead, Version, cookies,
    parse_request_head, percent_decode, percent_eq, query_pairs, query_value,
};

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(limits) = limits(&mut input) else {
        return;
    };
    let octets = input.take_rest();
    let whole = Outcome::of(octets, &limits);
    check_prefixes(octets, &limits, &whole);
    if octets.len() >= limits.head {
        assert_ne!(whole, Outcome::Incomplete, "the limit decides");
    }
    if let Ok(Some((head, length))) = parse_request_head(octets, &limits) {
        assert!(length <= octets.len() && length <= limits.head);
        assert!(head.target().len() <= limits.target);
        let lines = Lines::of(&octets[..length]);
        assert!(lines.fields.len() <= limits.fields);
        check_request_line(&head, &lines);
        check_fields(&head, &lines);
        check_semantics(&head, &lines);
        read_values(&head);
    }
}

fn limits(input: &mut Unstructured<'_>) -> Result<HeadLimits> {
    let [tight, target, head, fields]: [u8; 4] = input.arbitrary()?;
    if tight % 2 == 0 {
        return Ok(HeadLimits {
            target: 8 * 1024,
            head: 16 * 1024,
            fields: 100,
        });
    }
    Ok(HeadLimits {
        target: target.into(),
        head: usize::from(head) * 4,
        fields: (fields % 16).into(),
    })
}

/// What parsing came to, in a form that compares.
#[derive(Debug, PartialEq, Eq)]
enum Outcome<'b> {
    Incomplete,
    Refused(HeadError),
    Head {
        length: usize,
        method: Method,
        version: Version,
        framing: Framing,
        target: &'b str,
        path: &'b str,
        query: Option<&'b str>,
        host: &'b str,
        flags: [bool; 3],
        fields: usize,
    },
}

impl<'b> Outcome<'b> {
    fn of(octets: &'b [u8], limits: &HeadLimits) -> Self {
        match parse_request_head(octets, limits) {
            Ok(None) => Self::Incomplete,
            Err(error) => Self::Refused(error),
            Ok(Some((head, length))) => Self::Head {
                length,
                method: head.method(),
                version: head.version(),
                framing: head.framing(),
                target: head.target(),
                path: head.path(),
                query: head.query(),
                host: head.host(),
                flags: [
                    head.keep_alive(),
                    head.expects_continue(),
                    head.connection_has_upgrade(),
                ],
                fields: head.fields().iter().count(),
            },
        }
    }
}

/// Every prefix is incomplete up to one; that and all behind it come to the
/// same. A long input is looked at here and there only.
fn check_prefixes(octets: &[u8], limits: &HeadLimits, whole: &Outcome<'_>) {
    let step = octets.len() / 256 + 1;
    let mut decided = false;
    for end in (0..octets.len()).step_by(step) {
        let found = Outcome::of(&octets[..end], limits);
        if found == Outcome::Incomplete {
            assert!(!decided, "{end} octets are undecided again");
        } else {
            assert_eq!(&found, whole, "{end} octets");
            decided = true;
        }
    }
    if let Outcome::Head { length, .. } = whole {
        assert_eq!(&Outcome::of(&octets[..*length], limits), whole);
        let shorter = Outcome::of(&octets[..*length - 1], limits);
        assert_eq!(shorter, Outcome::Incomplete, "the last octet completes");
    }
}

/// A head, read without the parser's care: it is known to be valid.
struct Lines<'b> {
    request: Vec<&'b [u8]>,
    fields: Vec<(&'b [u8], &'b [u8])>,
}

impl<'b> Lines<'b> {
    fn of(head: &'b [u8]) -> Self {
        let head = head.strip_prefix(b"\r\n").unwrap_or(head);
        let head = head
            .strip_suffix(b"\r\n")
            .expect("an empty line at the end");
        let mut lines = Vec::new();
        let mut rest = head;
        while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
            lines.push(&rest[..end]);
            rest = &rest[end + 2..];
        }
        assert!(rest.is_empty(), "the last line has an end");
        assert!(
            lines
                .iter()
                .all(|line| !line.contains(&b'\r') && !line.contains(&b'\n'))
        );
        let mut lines = lines.into_iter();
        let request = lines.next().expect("a request line");
        let field = |line: &'b [u8]| {
            let colon = line.iter().position(|octet| *octet == b':');
            let (name, value) = line.split_at(colon.expect("a colon"));
            (name, trim(&value[1..]))
        };
        Self {
            request: request.split(|octet| *octet == b' ').collect(),
            fields: lines.map(field).collect(),
        }
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &'b [u8]> {
        self.fields
            .iter()
            .filter(move |(there, _)| there.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| *value)
    }

    fn members(&self, name: &str) -> Vec<&'b [u8]> {
        self.named(name)
            .flat_map(|value| value.split(|octet| *octet == b',').map(trim))
            .collect()
    }
}

fn trim(value: &[u8]) -> &[u8] {
    let is_text = |octet: &u8| !matches!(octet, b' ' | b'\t');
    let Some(start) = value.iter().position(is_text) else {
        return &[];
    };
    let end = value.iter().rposition(is_text).unwrap_or(start);
    &value[start..=end]
}

fn check_request_line(head: &RequestHead<'_>, lines: &Lines<'_>) {
    let [method, target, version] = lines.request[..] else {
        panic!("a request line of {} words", lines.request.len());
    };
    assert_eq!(method, head.method().as_str().as_bytes());
    assert_eq!(target, head.target().as_bytes());
    match head.version() {
        Version::Http10 => assert_eq!(version, b"HTTP/1.0"),
        Version::Http11 => assert!(version.starts_with(b"HTTP/1.") && version != b"HTTP/1.0"),
    }
    let (path, query) = (head.path(), head.query());
    assert!(head.target().contains(path) || path == "/");
    if let Some(query) = query {
        assert!(head.target().ends_with(&format!("?{query}")));
    }
    assert!(!path.contains('?') && !path.contains('#'));
    let free = path == "*" || head.method() == Method::Connect;
    assert!(free || path.starts_with('/'), "a path of {path:?}");
}

fn check_fields(head: &RequestHead<'_>, lines: &Lines<'_>) {
    let fields = head.fields();
    let read: Vec<_> = fields
        .iter()
        .map(|field| (field.name.as_bytes(), field.value))
        .collect();
    assert_eq!(read, lines.fields);
    for (name, _) in &lines.fields {
        let name = str::from_utf8(name).expect("a token is text");
        let all: Vec<_> = lines.named(name).collect();
        assert_eq!(fields.get(name), all.first().copied());
        assert_eq!(
            fields
                .get_all(&name.to_ascii_uppercase())
                .collect::<Vec<_>>(),
            all
        );
        let members = lines.members(name);
        let members = members
            .iter()
            .filter_map(|member| str::from_utf8(member).ok());
        let members: Vec<_> = members.filter(|member| !member.is_empty()).collect();
        assert_eq!(fields.elements(name).collect::<Vec<_>>(), members);
    }
}

/// Framing, host and persistence follow from the lines.
fn check_semantics(head: &RequestHead<'_>, lines: &Lines<'_>) {
    let is_http11 = head.version() == Version::Http11;
    let lengths = lines.members("content-length");
    let codings = lines.members("transfer-encoding");
    match head.framing() {
        Framing::None => assert!(lengths.is_empty() && codings.is_empty()),
        Framing::Length(length) => {
            assert!(codings.is_empty());
            for number in &lengths {
                assert!(number.iter().all(u8::is_ascii_digit));
                let number = str::from_utf8(number).expect("digits are text");
                assert_eq!(number.parse(), Ok(length));
            }
        }
        Framing::Chunked => {
            let codings = codings.iter().filter(|coding| !coding.is_empty());
            let codings: Vec<_> = codings.collect();
            assert!(is_http11 && lengths.is_empty() && codings.len() == 1);
            assert!(codings[0].eq_ignore_ascii_case(b"chunked"));
        }
    }
    let hosts: Vec<_> = lines.named("host").collect();
    assert!(hosts.len() == 1 || (!is_http11 && hosts.is_empty()));
    let options = lines.members("connection");
    let has = |option: &[u8]| {
        options
            .iter()
            .any(|there| there.eq_ignore_ascii_case(option))
    };
    let keep_alive = !has(b"close") && (is_http11 || has(b"keep-alive"));
    assert_eq!(head.keep_alive(), keep_alive);
    assert_eq!(head.connection_has_upgrade(), has(b"upgrade"));
    let expects = lines
        .members("expect")
        .iter()
        .any(|member| !member.is_empty());
    assert_eq!(head.expects_continue(), is_http11 && expects);
}

/// Reads the values that have a form of their own.
fn read_values(head: &RequestHead<'_>) {
    for (name, _) in cookies(head.fields()) {
        assert!(!name.is_empty());
    }
    for text in [head.path(), head.query().unwrap_or_default()] {
        let mut output = vec![0; text.len()];
        if let Ok(Ok(plain)) = percent_decode(text, &mut output, true).map(str::from_utf8) {
            assert!(percent_eq(text, plain, true));
        }
        for (name, value) in query_pairs(text) {
            assert!(name.len() + value.len() <= text.len());
            assert!(query_value(text, name).is_some() || name.contains(['%', '+']));
        }
    }
    for field in head.fields() {
        let Ok(value) = str::from_utf8(field.value) else {
            continue;
        };
        if let Some(seconds) = HttpDate::parse(value) {
            let written = HttpDate::from_unix(seconds);
            assert_eq!(HttpDate::parse(written.as_str()), Some(seconds));
        }
    }
}

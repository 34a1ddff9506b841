//! Properties of conditional and range requests: compared with what a few lines of
//! plain arithmetic say, and any octets are survived.

use dunlin_proto::http::{
    ByteRange, ContentRange, HeadLimits, Method, RequestHead, RequestedRange, Selection,
    Validators, coding_weight, parse_request_head, prefers_coding, requested_range,
};
use proptest::{collection::vec, prelude::*, sample::select};

const LIMITS: HeadLimits = HeadLimits {
    target: 64,
    head: 8192,
    fields: 64,
};

/// Parses a head with these field lines; `None` where a value cannot be one.
fn with_head<T>(fields: &[(&str, &[u8])], see: impl FnOnce(&RequestHead<'_>) -> T) -> Option<T> {
    let mut octets = b"GET / HTTP/1.1\r\nHost: a\r\n".to_vec();
    for (name, value) in fields {
        octets.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    octets.extend(b"\r\n");
    let head = parse_request_head(&octets, &LIMITS).ok()??;
    Some(see(&head.0))
}

fn part(range: RequestedRange) -> Option<ByteRange> {
    match range {
        RequestedRange::Part(range) => Some(range),
        _ => None,
    }
}

/// What looks like a range, and often is one.
fn range_text() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        (0..30_u64).prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
        Just(String::new()),
        Just("99999999999999999999".to_owned()),
    ];
    let member = (
        number.clone(),
        select(vec!["-", "-", "-", "", "--"]),
        number,
    )
        .prop_map(|(first, dash, last)| format!("{first}{dash}{last}"));
    let unit = select(vec![
        "bytes=", "bytes=", "bytes=", "Bytes=", "bytes", "seconds=",
    ]);
    (unit, vec(member, 0..4), select(vec![",", ", ", " ,,"]))
        .prop_map(|(unit, members, comma)| format!("{unit}{}", members.join(comma)))
}

proptest! {
    #[test]
    fn a_range_of_numbers_is_what_is_there_of_it(first: u8, last: u8, length: u8) {
        let [first, last, length] = [first, last, length].map(u64::from);
        let value = format!("bytes={first}-{last}");
        let found = with_head(&[("Range", value.as_bytes())], |head| {
            requested_range(head.fields(), length)
        });
        let places: Vec<u64> = (first..=last).filter(|place| *place < length).collect();
        match (found.unwrap(), places.as_slice()) {
            (RequestedRange::Whole, _) => prop_assert!(last < first),
            (RequestedRange::Unsatisfiable, places) => prop_assert!(last >= first && places.is_empty()),
            (RequestedRange::Part(range), places) => {
                prop_assert_eq!(Some(&range.first()), places.first());
                prop_assert_eq!(Some(&range.last()), places.last());
                prop_assert_eq!(range.len(), places.len() as u64);
            }
        }
    }

    #[test]
    fn a_suffix_is_the_last_octets(octets: u8, body: Vec<u8>) {
        let length = body.len() as u64;
        let value = format!("bytes=-{octets}");
        let found = with_head(&[("Range", value.as_bytes())], |head| {
            requested_range(head.fields(), length)
        });
        let suffix = &body[body.len().saturating_sub(octets.into())..];
        match found.unwrap() {
            RequestedRange::Part(range) => prop_assert_eq!(range.of(&body), suffix),
            RequestedRange::Unsatisfiable => prop_assert_eq!(octets, 0),
            RequestedRange::Whole => prop_assert!(body.is_empty()),
        }
    }

    #[test]
    fn a_part_lies_within_the_body(value in range_text(), length in prop_oneof![0..40_u64, any::<u64>()]) {
        let found = with_head(&[("Range", value.as_bytes())], |head| {
            requested_range(head.fields(), length)
        });
        if let Some(range) = part(found.unwrap()) {
            prop_assert!(range.first() <= range.last());
            prop_assert!(range.last() < length);
            let text = format!("bytes {}-{}/{length}", range.first(), range.last());
            let content_range = ContentRange::part(range, length);
            prop_assert_eq!(content_range.as_str(), text);
        }
    }

    #[test]
    fn any_values_are_survived(
        values in vec((select(vec![
            "Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since",
            "If-Unmodified-Since", "Accept-Encoding",
        ]), vec(select(b"bytes=-,0199 W/\"*;qgzip.\xE9".to_vec()), 0..24)), 0..6),
        length: u64,
        read: bool,
    ) {
        let fields: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_slice())).collect();
        let method = if read { Method::Get } else { Method::Put };
        let validators = Validators {
            entity_tag: Some("\"0\""),
            last_modified: Some(0),
            date_is_strong: true,
        };
        let seen = with_head(&fields, |head| {
            let fields = head.fields();
            let weight = coding_weight(fields, "gzip");
            let prefers = prefers_coding(fields, "gzip");
            (validators.select(method, fields, length), weight, prefers)
        });
        let Some((selection, weight, prefers)) = seen else { return Ok(()) };
        prop_assert!(weight.is_none_or(|weight| weight <= 1000));
        prop_assert!(!prefers || weight > Some(0));
        let has = |name: &str| values.iter().any(|(own, _)| *own == name);
        match selection {
            Selection::Whole => {}
            Selection::Part(_) | Selection::RangeNotSatisfiable => prop_assert!(read && has("Range")),
            Selection::NotModified => {
                prop_assert!(read && (has("If-None-Match") || has("If-Modified-Since")));
            }
            Selection::PreconditionFailed => prop_assert!(values.iter().any(|(name, _)| name.starts_with("If-"))),
        }
    }

    #[test]
    fn a_tag_is_found_in_a_list_exactly_when_it_is_a_member(
        own in "[!#-~]{0,3}",
        others in vec("(W/)?\"[!#,a]{0,2}\"", 0..6),
        comma in select(vec![",", " , ", ",,\t"]),
    ) {
        let tag = format!("\"{own}\"");
        let validators = Validators { entity_tag: Some(&tag), ..Validators::default() };
        let list = others.join(comma);
        for (name, weakly) in [("If-None-Match", true), ("If-Match", false)] {
            let is_member = others.iter().any(|other| {
                *other == tag || (weakly && other.strip_prefix("W/") == Some(&tag))
            });
            let selection = with_head(&[(name, list.as_bytes())], |head| {
                validators.select(Method::Get, head.fields(), 0)
            });
            let expected = match (weakly, is_member) {
                (true, true) => Selection::NotModified,
                (false, false) => Selection::PreconditionFailed,
                _ => Selection::Whole,
            };
            prop_assert_eq!(selection, Some(expected), "{} {}", list, tag);
        }
    }
}

use super::*;

#[test]
fn a_target_of_the_limit_fits_and_one_more_does_not() {
    let limits = HeadLimits {
        target: 8,
        ..GENEROUS
    };
    let input = b"GET /1234567 HTTP/1.1\r\nHost: a\r\n\r\n";
    assert_eq!(parse_within(input, &limits).unwrap().target(), "/1234567");
    let input = b"GET /12345678 HTTP/1.1\r\nHost: a\r\n\r\n";
    assert_eq!(
        parse_within(input, &limits).err(),
        Some(HeadError::TargetTooLong)
    );
}

#[test]
fn a_long_target_is_refused_before_it_ends() {
    let limits = HeadLimits {
        target: 8,
        ..GENEROUS
    };
    assert!(matches!(
        parse_request_head(b"GET /1234567", &limits),
        Ok(None)
    ));
    assert_eq!(
        parse_request_head(b"GET /12345678", &limits).err(),
        Some(HeadError::TargetTooLong)
    );
}

#[test]
fn a_wrong_octet_within_the_limit_comes_before_the_length() {
    let limits = HeadLimits {
        target: 8,
        ..GENEROUS
    };
    let error = parse_within(b"GET /12#45678901 HTTP/1.1\r\n", &limits).err();
    assert_eq!(error, Some(HeadError::MalformedTarget));
    let error = parse_within(b"GET /12345678#01 HTTP/1.1\r\n", &limits).err();
    assert_eq!(error, Some(HeadError::TargetTooLong));
}

#[test]
fn a_head_of_the_limit_fits_and_one_more_does_not() {
    for start in ["", "\r\n"] {
        let input = format!("{start}GET / HTTP/1.1\r\nHost: abc\r\n\r\n");
        let head = input.len();
        assert!(parse_within(input.as_bytes(), &HeadLimits { head, ..GENEROUS }).is_ok());
        let head = head - 1;
        assert_eq!(
            parse_within(input.as_bytes(), &HeadLimits { head, ..GENEROUS }).err(),
            Some(HeadError::TooLarge)
        );
    }
}

#[test]
fn a_head_that_cannot_end_in_time_is_refused_at_the_limit() {
    let limits = HeadLimits {
        head: 20,
        ..GENEROUS
    };
    assert!(matches!(
        parse_request_head(b"GET / HTTP/1.1\r\nHos", &limits),
        Ok(None)
    ));
    assert_eq!(
        parse_request_head(b"GET / HTTP/1.1\r\nHost", &limits).err(),
        Some(HeadError::TooLarge)
    );
}

#[test]
fn octets_behind_the_head_do_not_count() {
    let limits = HeadLimits {
        head: 27,
        ..GENEROUS
    };
    let input = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nand a long body that follows it";
    let (_, length) = parse_request_head(input, &limits).unwrap().unwrap();
    assert_eq!(length, 27);
}

#[test]
fn one_field_line_above_the_limit_is_refused() {
    let limits = HeadLimits {
        fields: 2,
        ..GENEROUS
    };
    assert!(parse_within(&with_fields("A: b"), &limits).is_ok());
    assert_eq!(
        parse_within(&with_fields("A: b\r\nC: d"), &limits).err(),
        Some(HeadError::TooManyFields)
    );
}

#[test]
fn limits_of_nothing_refuse_everything_alike() {
    let limits = HeadLimits {
        target: 0,
        head: 0,
        fields: 0,
    };
    assert_eq!(
        parse_request_head(b"", &limits).err(),
        Some(HeadError::TooLarge)
    );
    let limits = HeadLimits {
        target: usize::MAX,
        head: usize::MAX,
        fields: usize::MAX,
    };
    assert!(parse_within(&with_fields("A: b"), &limits).is_ok());
}

#[test]
fn a_request_line_of_8000_octets_passes() {
    let input = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(7986));
    let head = parse_request_head(input.as_bytes(), &GENEROUS)
        .unwrap()
        .unwrap()
        .0;
    assert_eq!(head.target().len(), 7987);
    let input = format!("GET /{}", String::from("a").repeat(100_000));
    assert_eq!(
        parse_request_head(input.as_bytes(), &GENEROUS).err(),
        Some(HeadError::TargetTooLong)
    );
}

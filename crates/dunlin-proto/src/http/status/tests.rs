use super::*;

#[test]
fn codes_have_three_digits() {
    for (code, valid) in [
        (0, false),
        (99, false),
        (100, true),
        (999, true),
        (1000, false),
    ] {
        assert_eq!(Status::new(code).map(Status::code), valid.then_some(code));
    }
}

#[test]
fn registered_codes_have_a_reason() {
    for (status, code, reason) in [
        (Status::OK, 200, "OK"),
        (Status::NOT_FOUND, 404, "Not Found"),
        (Status::UPGRADE_REQUIRED, 426, "Upgrade Required"),
        (Status::TOO_MANY_REQUESTS, 429, "Too Many Requests"),
        (
            Status::REQUEST_HEADER_FIELDS_TOO_LARGE,
            431,
            "Request Header Fields Too Large",
        ),
        (
            Status::NETWORK_AUTHENTICATION_REQUIRED,
            511,
            "Network Authentication Required",
        ),
    ] {
        assert_eq!((status.code(), status.reason()), (code, reason));
    }
    assert_eq!(Status::new(299).unwrap().reason(), "");
    assert_eq!(Status::new(999).unwrap().reason(), "");
}

#[test]
fn only_informational_no_content_and_not_modified_forbid_a_body() {
    for code in 100..=999 {
        let expected = code < 200 || code == 204 || code == 304;
        assert_eq!(
            Status::new(code).unwrap().forbids_body(),
            expected,
            "{code}"
        );
    }
}

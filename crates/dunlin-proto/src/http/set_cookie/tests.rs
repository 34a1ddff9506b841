use super::*;
use std::string::{String, ToString};

fn written(cookie: SetCookie<'_>) -> Result<String, SetCookieError> {
    cookie.write(&mut [0; 200]).map(ToString::to_string)
}

#[test]
fn a_cookie_is_written_with_its_attributes() {
    let cookie = SetCookie::new("id", "a3fWa")
        .domain("example.com")
        .path("/docs")
        .max_age(2_592_000)
        .secure()
        .http_only()
        .same_site(SameSite::Strict);
    assert_eq!(
        written(cookie).unwrap(),
        "id=a3fWa; Max-Age=2592000; Domain=example.com; Path=/docs; Secure; HttpOnly; SameSite=Strict"
    );
    assert_eq!(written(SetCookie::new("a", "")).unwrap(), "a=");
    let other = SetCookie::new("a", "b").same_site(SameSite::None).secure();
    assert_eq!(written(other).unwrap(), "a=b; Secure; SameSite=None");
}

#[test]
fn a_removal_is_empty_and_of_no_age() {
    let removal = SetCookie::removal("id").path("/");
    assert_eq!(written(removal).unwrap(), "id=; Max-Age=0; Path=/");
}

#[test]
fn nothing_puts_an_attribute_or_a_field_into_the_response() {
    for value in [
        "a;b",
        "a b",
        "a,b",
        "a\\b",
        "a\"b",
        "a\r\nX: y",
        "é",
        "\"",
        "\u{7f}",
    ] {
        let cookie = SetCookie::new("id", value);
        assert_eq!(written(cookie), Err(SetCookieError::Invalid), "{value:?}");
    }
    for name in ["", "a b", "a=b", "a;", "ä", "a\n"] {
        let cookie = SetCookie::new(name, "a");
        assert_eq!(written(cookie), Err(SetCookieError::Invalid), "{name:?}");
    }
    for text in ["/;HttpOnly", "/\r\n", "/\u{7f}"] {
        let path = SetCookie::new("a", "b").path(text);
        assert_eq!(written(path), Err(SetCookieError::Invalid), "{text:?}");
        let domain = SetCookie::new("a", "b").domain(text);
        assert_eq!(written(domain), Err(SetCookieError::Invalid), "{text:?}");
    }
}

#[test]
fn a_value_may_stand_in_quotes() {
    assert_eq!(
        written(SetCookie::new("a", "\"b=c\"")).unwrap(),
        "a=\"b=c\""
    );
}

#[test]
fn a_buffer_of_its_length_is_enough_and_one_octet_less_is_not() {
    let cookie = SetCookie::new("a", "b").http_only();
    assert_eq!(cookie.write(&mut [0; 13]), Ok("a=b; HttpOnly"));
    assert_eq!(cookie.write(&mut [0; 12]), Err(SetCookieError::Full));
    assert_eq!(cookie.write(&mut []), Err(SetCookieError::Full));
}

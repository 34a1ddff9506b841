use super::*;

#[test]
fn every_method_is_found_by_its_name() {
    for method in ALL {
        assert_eq!(Method::from_token(method.as_str().as_bytes()), Some(method));
    }
    assert_eq!(Method::from_token(b"M-SEARCH"), Some(Method::MSearch));
}

#[test]
fn the_list_is_complete_and_in_order() {
    for (index, method) in ALL.into_iter().enumerate() {
        assert_eq!(method as usize, index);
    }
    assert_eq!(Method::Unlink as usize + 1, ALL.len());
}

#[test]
fn no_name_is_longer_than_the_longest() {
    let longest = ALL.into_iter().map(|method| method.as_str().len()).max();
    assert_eq!(longest, Some(LONGEST));
}

#[test]
fn names_are_case_sensitive_and_whole() {
    for token in ["", "get", "Get", "GE", "GETS", "GET ", "BREW", "MSEARCH"] {
        assert_eq!(Method::from_token(token.as_bytes()), None, "{token:?}");
    }
}

#[test]
fn the_methods_of_esp_http_server_are_all_there() {
    let names = [
        "DELETE",
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "CONNECT",
        "OPTIONS",
        "TRACE",
        "COPY",
        "LOCK",
        "MKCOL",
        "MOVE",
        "PROPFIND",
        "PROPPATCH",
        "SEARCH",
        "UNLOCK",
        "BIND",
        "REBIND",
        "UNBIND",
        "ACL",
        "REPORT",
        "MKACTIVITY",
        "CHECKOUT",
        "MERGE",
        "M-SEARCH",
        "NOTIFY",
        "SUBSCRIBE",
        "UNSUBSCRIBE",
        "PATCH",
        "PURGE",
        "MKCALENDAR",
        "LINK",
        "UNLINK",
    ];
    for name in names {
        let method = Method::from_token(name.as_bytes());
        assert_eq!(method.map(Method::as_str), Some(name));
    }
    assert_eq!(names.len(), Method::COUNT);
}

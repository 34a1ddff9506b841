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

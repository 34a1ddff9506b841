use std::format;

use super::*;

const EXAMPLES: [(u64, &str); 10] = [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
    (1_709_208_000, "Thu, 29 Feb 2024 12:00:00 GMT"),
    (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
    (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
];

#[test]
fn dates_are_written_and_read_back() {
    for (seconds, text) in EXAMPLES {
        let date = HttpDate::from_unix(seconds);
        assert_eq!(date.as_str(), text);
        assert_eq!(date.as_bytes(), text.as_bytes());
        assert_eq!(HttpDate::parse(text), Some(seconds));
    }
}

#[test]
fn every_day_follows_the_one_before() {
    let (mut year, mut month, mut day) = (1970, 1, 1);
    for days in 0..=(LAST / DAY) as u32 {
        assert_eq!(civil(days), (year, month, day));
        assert_eq!(days_from_civil(year, month, day), days);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        day += 1;
        if day > length {
            (month, day) = (month + 1, 1);
        }
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
    assert_eq!((year, month, day), (10_000, 1, 1));
}

#[test]
fn times_after_the_year_9999_are_its_end() {
    let last = HttpDate::from_unix(LAST);
    assert_eq!(HttpDate::from_unix(LAST + 1), last);
    assert_eq!(HttpDate::from_unix(u64::MAX), last);
}

#[test]
fn all_three_forms_are_read() {
    for text in [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ] {
        assert_eq!(HttpDate::parse(text), Some(784_111_777), "{text:?}");
    }
    assert_eq!(
        HttpDate::parse("Wed Nov 16 08:49:37 1994"),
        Some(784_975_777)
    );
}

#[test]
fn two_digit_years_are_1970_to_2069() {
    for (year, full) in [
        ("70", "1970"),
        ("99", "1999"),
        ("00", "2000"),
        ("69", "2069"),
    ] {
        assert_eq!(
            HttpDate::parse(&format!("Wednesday, 06-Nov-{year} 08:49:37 GMT")).unwrap(),
            HttpDate::parse(&format!("Wed, 06 Nov {full} 08:49:37 GMT")).unwrap()
        );
    }
}

#[test]
fn a_leap_second_is_the_second_after_it() {
    assert_eq!(
        HttpDate::parse("Sat, 31 Dec 2016 23:59:60 GMT"),
        HttpDate::parse("Sun, 01 Jan 2017 00:00:00 GMT")
    );
}

#[test]
fn other_texts_are_no_dates() {
    for text in [
        "",
        "S",
        "Sun",
        "Sun,",
        "Sun ",
        "0",
        "784111777",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        " Sun, 06 Nov 1994 08:49:37 GMT",
        "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Xxx, 06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 2023 08:49:37 GMT",
        "Sun, 29 Feb 2100 08:49:37 GMT",
        "Sun, 32 Dec 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1969 08:49:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sunda, 06-Nov-94 08:49:37 GMT",
        "Monsday, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06 Nov 94 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov   6 08:49:37 1994",
        "Sun Nov  6 08:49:37 1994 GMT",
        "Sun Nov  6 08:49:37 94",
        "Sun, 06 Nov 1994 08-49-37 GMT",
        "S\u{fc}n, 06 Nov 1994 08:49:37 GMT",
    ] {
        assert_eq!(HttpDate::parse(text), None, "{text:?}");
    }
}

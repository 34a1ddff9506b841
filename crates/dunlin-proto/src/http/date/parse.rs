//! The three forms of a date.

use super::{DAY, MONTHS, WEEKDAYS, days_from_civil};

/// Reads a date in the form of its first differing character: `Sun,` is today's,
/// `Sun ` that of C's `asctime`, `Sunday,` that of RFC 850.
pub(super) fn date(text: &[u8]) -> Option<u64> {
    let (weekday, rest) = text.split_at_checked(3)?;
    let weekday = position(&WEEKDAYS, weekday)?;
    match rest {
        [b',', b' ', rest @ ..] => fixdate(rest),
        [b' ', rest @ ..] => asctime(rest),
        _ => {
            let rest = rest.strip_prefix(WEEKDAY_ENDS.get(weekday)?.as_bytes())?;
            rfc850(rest.strip_prefix(b", ")?)
        }
    }
}

/// `06 Nov 1994 08:49:37 GMT`
fn fixdate(text: &[u8]) -> Option<u64> {
    let (day, rest) = take_number(text, 2)?;
    let (month, rest) = take_month(rest.strip_prefix(b" ")?)?;
    let (year, rest) = take_number(rest.strip_prefix(b" ")?, 4)?;
    let (second, rest) = take_time(rest.strip_prefix(b" ")?)?;
    (rest == b" GMT").then_some(())?;
    seconds(year, month, day, second)
}

/// `06-Nov-94 08:49:37 GMT`
fn rfc850(text: &[u8]) -> Option<u64> {
    let (day, rest) = take_number(text, 2)?;
    let (month, rest) = take_month(rest.strip_prefix(b"-")?)?;
    let (year, rest) = take_number(rest.strip_prefix(b"-")?, 2)?;
    let (second, rest) = take_time(rest.strip_prefix(b" ")?)?;
    (rest == b" GMT").then_some(())?;
    let century = if year < 70 { 2000 } else { 1900 };
    seconds(century + year, month, day, second)
}

/// `Nov  6 08:49:37 1994`
fn asctime(text: &[u8]) -> Option<u64> {
    let (month, rest) = take_month(text)?;
    let (day, rest) = match rest {
        [b' ', b' ', rest @ ..] => take_number(rest, 1)?,
        [b' ', rest @ ..] => take_number(rest, 2)?,
        _ => return None,
    };
    let (second, rest) = take_time(rest.strip_prefix(b" ")?)?;
    let (year, rest) = take_number(rest.strip_prefix(b" ")?, 4)?;
    rest.is_empty().then_some(())?;
    seconds(year, month, day, second)
}

/// `08:49:37`, as the second of the day.
fn take_time(text: &[u8]) -> Option<(u32, &[u8])> {
    let (hour, rest) = take_number(text, 2)?;
    let (minute, rest) = take_number(rest.strip_prefix(b":")?, 2)?;
    let (second, rest) = take_number(rest.strip_prefix(b":")?, 2)?;
    (hour < 24 && minute < 60 && second <= 60).then_some((hour * 3600 + minute * 60 + second, rest))
}

/// The name of a month, as its number from 1.
fn take_month(text: &[u8]) -> Option<(u32, &[u8])> {
    let (name, rest) = text.split_at_checked(3)?;
    Some((position(&MONTHS, name)? as u32 + 1, rest))
}

/// A number of exactly so many digits.
fn take_number(text: &[u8], count: usize) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(count)?;
    let number = digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })?;
    Some((number, rest))
}

fn position(names: &[&str], name: &[u8]) -> Option<usize> {
    names.iter().position(|known| known.as_bytes() == name)
}

fn seconds(year: u32, month: u32, day: u32, second: u32) -> Option<u64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if year < 1970 || day == 0 || day > length {
        return None;
    }
    Some(u64::from(days_from_civil(year, month, day)) * DAY + u64::from(second))
}

/// What follows the first three characters of a weekday.
const WEEKDAY_ENDS: [&str; 7] = ["day", "sday", "nesday", "rsday", "day", "urday", "day"];

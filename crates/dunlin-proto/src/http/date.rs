//! Dates (RFC 9110 section 5.6.7).

mod parse;

/// A date in the form HTTP sends, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HttpDate([u8; 29]);

impl HttpDate {
    /// The date of a time in seconds since 1970-01-01 00:00:00 UTC.
    ///
    /// A time after the year 9999 gives its last second.
    pub const fn from_unix(seconds: u64) -> HttpDate {
        let seconds = if seconds > LAST { LAST } else { seconds };
        // A day has 675 times 128 seconds, and so many fit 32 bits: on a device
        // a division of 64 bits is a function of its own.
        let days = (seconds >> 7) as u32 / (DAY >> 7) as u32;
        let second = (seconds - days as u64 * DAY) as u32;
        let (year, month, day) = civil(days);

        let mut text = *b"ddd, DD mmm YYYY HH:MM:SS GMT";
        // 1970-01-01 was a Thursday, the fourth name from Monday.
        copy(&mut text, 0, WEEKDAYS[(days as usize + 3) % 7].as_bytes());
        copy(&mut text, 8, MONTHS[(month as usize + 11) % 12].as_bytes());
        let numbers = [
            (5, day),
            (12, year / 100),
            (14, year % 100),
            (17, second / 3600),
            (20, second / 60 % 60),
            (23, second % 60),
        ];
        let mut index = 0;
        while index < numbers.len() {
            let (at, number) = numbers[index];
            text[at] = b'0' + (number / 10) as u8;
            text[at + 1] = b'0' + (number % 10) as u8;
            index += 1;
        }
        HttpDate(text)
    }

    /// The text, 29 characters.
    pub fn as_str(&self) -> &str {
        super::octet::ascii(&self.0)
    }

    /// The text, 29 octets.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The seconds since 1970-01-01 00:00:00 UTC of a date in any of the three
    /// forms, `None` if it has none of them or is before 1970.
    ///
    /// The two digits of a year in the form of RFC 850 are read as 1970 to 2069,
    /// which needs no clock. The weekday must be one, but need not be the date's.
    /// A leap second is the second after it.
    pub fn parse(text: &str) -> Option<u64> {
        parse::date(text.as_bytes())
    }
}

/// The year, month and day, both from 1, of a number of days since 1970-01-01.
const fn civil(days: u32) -> (u32, u32, u32) {
    // Counted from 0000-03-01 a leap day is the last day of a year, a century and
    // four centuries, so that each divides evenly but for that day.
    let days = days + DAYS_TO_1970;
    let (era, day) = (days / ERA, days % ERA);
    let century = least(day / CENTURY, 3);
    let day = day - century * CENTURY;
    let (olympiad, day) = (day / FOUR_YEARS, day % FOUR_YEARS);
    let year = least(day / 365, 3);
    let day = day - year * 365;

    // From March on, five months in turn have 153 days.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = era * 400 + century * 100 + olympiad * 4 + year;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

/// The days from 1970-01-01 to a date in or after 1970; `month` and `day` from 1.
const fn days_from_civil(year: u32, month: u32, day: u32) -> u32 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - DAYS_TO_1970
}

const fn least(left: u32, right: u32) -> u32 {
    if left < right { left } else { right }
}

const fn copy(text: &mut [u8; 29], at: usize, name: &[u8]) {
    let mut index = 0;
    while index < 3 {
        text[at + index] = name[index];
        index += 1;
    }
}

/// Seconds of a day.
const DAY: u64 = 86_400;
/// 9999-12-31 23:59:59.
const LAST: u64 = 253_402_300_799;
/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_1970: u32 = 719_468;
const ERA: u32 = 146_097;
const CENTURY: u32 = 36_524;
const FOUR_YEARS: u32 = 1_461;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

#[cfg(test)]
mod tests;

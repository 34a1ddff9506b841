//! Marks: which requests were executed.

use crate::{Answer, Conformance};
use core::sync::atomic::{AtomicU32, Ordering};
use dunlin::{Request, Response, Status};

/// How many marks there are.
pub const MARKS: usize = 4096;

impl Conformance {
    /// How often a mark was set; 0 for one that does not exist.
    pub fn mark(&self, number: usize) -> u32 {
        let mark = self.marks.get(number);
        mark.map_or(0, |mark| mark.load(Ordering::Relaxed))
    }
}

/// Sets the mark that the query names, and answers with its count.
pub(crate) fn set(
    application: &Conformance,
    request: Request<'_, Conformance>,
    response: Response<'_>,
) -> Answer {
    if let Some(mark) = find(application, &request) {
        mark.fetch_add(1, Ordering::Relaxed);
    }
    count(application, request, response)
}

/// Answers with the count of the mark that the query names.
pub(crate) fn count(
    application: &Conformance,
    request: Request<'_, Conformance>,
    response: Response<'_>,
) -> Answer {
    let Some(mark) = find(application, &request) else {
        return response.status(Status::NOT_FOUND).empty();
    };
    let mut digits = [0; 10];
    response.text(decimal(mark.load(Ordering::Relaxed), &mut digits))
}

fn find<'a>(
    application: &'a Conformance,
    request: &Request<'_, Conformance>,
) -> Option<&'a AtomicU32> {
    let number: usize = request.query_value("n")?.parse().ok()?;
    application.marks.get(number)
}

/// The digits of a number, without a formatter.
fn decimal(number: u32, digits: &mut [u8; 10]) -> &str {
    let mut rest = number;
    let mut start = digits.len();
    for place in digits.iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
        start -= 1;
        if rest == 0 {
            break;
        }
    }
    let digits = digits.get(start..).unwrap_or_default();
    core::str::from_utf8(digits).unwrap_or_default()
}

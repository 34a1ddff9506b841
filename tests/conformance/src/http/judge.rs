//! Whether what the server sent is what a case demands.

use super::case::{Answer, Case, End};
use super::response::{Framing, Response, Unread};

/// The answers in what a server sent, in order.
pub(super) struct Answers {
    responses: Vec<Response>,
    /// The octets behind them.
    rest: usize,
}

/// What is known of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// The server has closed its side, or is about to.
    pub(super) closed: bool,
    /// How often the request behind was executed.
    pub(super) executed: u32,
}

/// Reads as many answers as have come.
pub(super) fn read(case: &Case, octets: &[u8], ended: bool) -> Result<Answers, String> {
    let mut responses: Vec<Response> = Vec::new();
    let mut rest = octets;
    let mut expected = case.answers.iter();
    while !rest.is_empty() {
        let to_head = expected.as_slice().first().is_some_and(|next| next.to_head);
        let response = match Response::read(rest, to_head, ended) {
            Ok(response) => response,
            Err(Unread::Incomplete) => break,
            Err(Unread::Invalid(what)) => {
                return Err(format!("answer {}: {what}", responses.len() + 1));
            }
        };
        rest = &rest[response.length..];
        if response.status == 100 && case.may_continue {
            continue;
        }
        expected.next();
        responses.push(response);
    }
    let rest = rest.len();
    Ok(Answers { responses, rest })
}

impl Answers {
    pub(super) fn count(&self) -> usize {
        self.responses.len()
    }

    /// What the server did in words, or what was wrong with it.
    pub(super) fn judge(&self, case: &Case, seen: Seen) -> Result<String, String> {
        let statuses = self
            .responses
            .iter()
            .map(|response| response.status.to_string());
        let statuses = statuses.collect::<Vec<_>>().join(" ");
        let did = |what: String| format!("{what}; the answers were: {statuses}");
        if self.rest > 0 {
            return Err(did(format!(
                "{} octets stand behind the answers",
                self.rest
            )));
        }
        let expected = &case.answers;
        if expected.len() != self.responses.len() {
            return Err(did(format!("{} answers were expected", expected.len())));
        }
        for (at, (answer, response)) in expected.iter().zip(&self.responses).enumerate() {
            let last = at + 1 == expected.len();
            check(answer, response)
                .and_then(|()| {
                    check_connection(answer, response, last && says_close(case.end, response))
                })
                .map_err(|what| did(format!("answer {}: {what}", at + 1)))?;
        }
        check_end(case, seen).map_err(did)?;
        Ok(in_words(&statuses, case.end))
    }
}

/// Whether the last answer has to say that the connection ends.
fn says_close(end: End, last: &Response) -> bool {
    // The end of an idle connection is not known when its last answer is given.
    end == End::Closed || (end == End::Expires && last.status == 408)
}

fn check_end(case: &Case, seen: Seen) -> Result<(), String> {
    let closed = matches!(case.end, End::Closed | End::Expires);
    let executed = if case.end == End::Open { case.marks } else { 0 };
    if seen.closed != closed {
        let state = if closed { "open" } else { "closed" };
        return Err(format!("the connection is {state}"));
    }
    if seen.executed != executed {
        return Err(format!("the mark was set {} times", seen.executed));
    }
    Ok(())
}

fn in_words(statuses: &str, end: End) -> String {
    match end {
        End::Open => match statuses.strip_suffix("200") {
            Some("") | None => "open".to_owned(),
            Some(before) => format!("{}, open", before.trim_end()),
        },
        End::Closed => format!("{statuses}, closed"),
        End::Expires if statuses.is_empty() => "closed when its time is over".to_owned(),
        End::Expires => format!("{statuses}, closed when its time is over"),
        End::Unfinished if statuses.is_empty() => "waits".to_owned(),
        End::Unfinished => format!("{statuses}, waits"),
    }
}

/// What the case demands of an answer, and what every answer has to have.
fn check(answer: &Answer, response: &Response) -> Result<(), String> {
    if response.status != answer.status && Some(response.status) != answer.or {
        return Err(format!("{} was expected", answer.status));
    }
    if let Some(body) = &answer.body
        && *body != response.body
    {
        let (wanted, got) = (shown(body), shown(&response.body));
        return Err(format!("the body {wanted} was expected, and {got} came"));
    }
    for (name, value) in &answer.has {
        let there = response.value(name)?.map(shown);
        if there.as_deref() != Some(&shown(value.as_bytes())) {
            return Err(format!("{name} should be {value:?}, and is {there:?}"));
        }
    }
    for name in &answer.lacks {
        if response.value(name)?.is_some() {
            return Err(format!("{name} must not be there"));
        }
    }
    if response.status >= 200 {
        check_final(response)?;
    }
    Ok(())
}

fn check_final(response: &Response) -> Result<(), String> {
    // RFC 9110 section 6.6.1, for a server with a clock.
    let date = response.value("date")?.ok_or("there is no Date")?;
    let date = std::str::from_utf8(date).map_err(|_| "Date is not ASCII")?;
    let parsed = httpdate::parse_http_date(date).map_err(|_| "Date is none")?;
    if httpdate::fmt_http_date(parsed) != date {
        return Err(format!("Date is not in the form to send: {date:?}"));
    }
    // RFC 9110 section 15.5.6.
    if response.status == 405 && response.value("allow")?.is_none() {
        return Err("405 comes without Allow".into());
    }
    // RFC 9110 section 8.3.
    if !response.body.is_empty() && response.value("content-type")?.is_none() {
        return Err("a body comes without Content-Type".into());
    }
    Ok(())
}

/// What an answer must say of the connection (RFC 9112 sections 6.1 and 9.3 to
/// 9.6).
fn check_connection(answer: &Answer, response: &Response, last: bool) -> Result<(), String> {
    if response.status < 200 {
        return Ok(());
    }
    if answer.to_http10 && response.value("transfer-encoding")?.is_some() {
        return Err("Transfer-Encoding goes to HTTP/1.0".into());
    }
    let says_close = response.lists("connection", "close");
    if says_close != last {
        let word = if last { "does not say" } else { "says" };
        return Err(format!("it {word} Connection: close"));
    }
    if answer.to_http10 && !last && !response.lists("connection", "keep-alive") {
        return Err("HTTP/1.0 is not told that the connection stays open".into());
    }
    if response.framing == Framing::UntilClose && !last {
        return Err("the body ends with a connection that stays open".into());
    }
    Ok(())
}

fn shown(octets: &[u8]) -> String {
    let text = octets.escape_ascii().to_string();
    match text.get(..200) {
        Some(start) => format!("\"{start}...\" ({} octets)", octets.len()),
        None => format!("\"{text}\""),
    }
}

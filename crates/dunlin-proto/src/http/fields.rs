//! The field lines of a request head (RFC 9110 section 5).

use super::octet;

/// The header fields of a request, in the order received.
///
/// A view over the field lines of a head that was parsed without error, two
/// words in size. Every look-up reads the lines from the start. The default
/// value has no fields.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fields<'b> {
    /// Validated lines, each with its CRLF, without the empty one.
    lines: &'b [u8],
}

/// One field line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'b> {
    /// The field name as received, a token. Names compare case-insensitively.
    pub name: &'b str,
    /// The value without the blanks around it; may hold octets above 0x7F.
    pub value: &'b [u8],
}

impl<'b> Fields<'b> {
    pub(super) fn new(lines: &'b [u8]) -> Self {
        Fields { lines }
    }

    /// All fields in the order received.
    pub fn iter(&self) -> Iter<'b> {
        Iter { rest: self.lines }
    }

    /// The value of the first field of this name (case-insensitive).
    pub fn get(&self, name: &str) -> Option<&'b [u8]> {
        self.named(name.as_bytes()).next()
    }

    /// The value of the first field of this name as text; also `None` if it
    /// isn't UTF-8.
    pub fn get_str(&self, name: &str) -> Option<&'b str> {
        core::str::from_utf8(self.get(name)?).ok()
    }

    /// The values of all fields of this name (case-insensitive), in order.
    pub fn get_all<'n>(&self, name: &'n str) -> impl Iterator<Item = &'b [u8]> + use<'b, 'n> {
        self.named(name.as_bytes())
    }

    /// Whether there is a field of this name (case-insensitive).
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The members of a comma-separated list over all fields of this name
    /// (RFC 9110 section 5.6.1).
    ///
    /// Members are trimmed; empty ones and those that aren't UTF-8 are left out.
    /// Commas inside quoted strings separate as well.
    pub fn elements<'n>(&self, name: &'n str) -> impl Iterator<Item = &'b str> + use<'b, 'n> {
        Elements {
            values: self.named(name.as_bytes()),
            members: octet::members(b""),
        }
    }

    /// Whether the list of this name has this token as a member; both are
    /// compared case-insensitively.
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        self.elements(name)
            .any(|member| octet::is_same_name(member.as_bytes(), token.as_bytes()))
    }

    fn named<'n>(&self, name: &'n [u8]) -> Named<'b, 'n> {
        Named {
            rest: self.lines,
            name,
        }
    }
}

impl<'b> IntoIterator for Fields<'b> {
    type Item = Field<'b>;
    type IntoIter = Iter<'b>;

    fn into_iter(self) -> Iter<'b> {
        self.iter()
    }
}

impl<'b> IntoIterator for &Fields<'b> {
    type Item = Field<'b>;
    type IntoIter = Iter<'b>;

    fn into_iter(self) -> Iter<'b> {
        self.iter()
    }
}

/// The iterator of [`Fields::iter`].
#[derive(Clone, Debug)]
pub struct Iter<'b> {
    rest: &'b [u8],
}

impl<'b> Iterator for Iter<'b> {
    type Item = Field<'b>;

    fn next(&mut self) -> Option<Field<'b>> {
        let (name, value) = next_line(&mut self.rest)?;
        Some(Field {
            name: octet::ascii(name),
            value,
        })
    }
}

/// The values of one name.
struct Named<'b, 'n> {
    rest: &'b [u8],
    name: &'n [u8],
}

impl<'b> Iterator for Named<'b, '_> {
    type Item = &'b [u8];

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn next(&mut self) -> Option<&'b [u8]> {
        loop {
            let (name, value) = next_line(&mut self.rest)?;
            if octet::is_same_name(name, self.name) {
                return Some(value);
            }
        }
    }
}

/// The members of the lists of one name.
struct Elements<'b, 'n> {
    values: Named<'b, 'n>,
    members: octet::Members<'b>,
}

impl<'b> Iterator for Elements<'b, '_> {
    type Item = &'b str;

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn next(&mut self) -> Option<&'b str> {
        loop {
            let Some(member) = self.members.next() else {
                self.members = octet::members(self.values.next()?);
                continue;
            };
            if let (false, Ok(text)) = (member.is_empty(), core::str::from_utf8(member)) {
                return Some(text);
            }
        }
    }
}

/// Takes the name and trimmed value of the first line off validated lines.
fn next_line<'b>(lines: &mut &'b [u8]) -> Option<(&'b [u8], &'b [u8])> {
    if lines.is_empty() {
        return None;
    }
    let name = octet::take_until(lines, b':');
    let (value, line_end) = lines.split_at(octet::value_length(lines).min(lines.len()));
    *lines = line_end.get(2..).unwrap_or_default();
    Some((name, octet::trim(value)))
}

#[cfg(test)]
mod tests;

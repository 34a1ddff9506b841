//! The answer to a handshake (RFC 6455 section 4.1).

/// The head of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    fields: Vec<(String, String)>,
}

impl Response {
    /// Reads a head with its final empty line.
    pub(super) fn read(octets: &[u8]) -> Result<Self, String> {
        let head = std::str::from_utf8(octets).map_err(|error| error.to_string())?;
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().unwrap_or_default();
        let code = status
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3)?.parse().ok());
        let fields = lines.map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_owned(), value.trim().to_owned()))
        });
        match (code, fields.collect()) {
            (Some(status), Some(fields)) => Ok(Self { status, fields }),
            _ => Err(format!("not a response: {head:?}")),
        }
    }

    /// The value of a field; of several, all with commas between them.
    pub fn value(&self, name: &str) -> Option<String> {
        let values = self.fields.iter();
        let values: Vec<_> = values
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Whether a field has a value, in any case.
    pub fn has(&self, name: &str, wanted: &str) -> bool {
        let value = self.value(name);
        value.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
    }

    /// Holds it against what a client must demand of the answer to its key.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn check(&self, accept: &str) -> Result<(), String> {
        if self.status != 101 {
            return Err(format!("the handshake was answered with {}", self.status));
        }
        if !self.has("Upgrade", "websocket") || !self.has("Connection", "Upgrade") {
            return Err(format!("not an upgrade: {self:?}"));
        }
        if self.value("Sec-WebSocket-Accept").as_deref() != Some(accept) {
            return Err(format!("not the answer to the key: {self:?}"));
        }
        Ok(())
    }

    /// What it says of extensions.
    ///
    /// # Errors
    ///
    /// More than one field of them.
    pub fn extensions(&self) -> Result<Option<&str>, String> {
        let named =
            |(name, _): &&(String, String)| name.eq_ignore_ascii_case("Sec-WebSocket-Extensions");
        let mut fields = self.fields.iter().filter(named);
        match (fields.next(), fields.next()) {
            (_, Some(_)) => Err(format!("extensions in several fields: {self:?}")),
            (field, None) => Ok(field.map(|(_, value)| value.as_str())),
        }
    }
}

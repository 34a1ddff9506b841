//! Values that people write: sizes, times, log levels and addresses.

use clap::ValueEnum;
use log::LevelFilter;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

/// Octets: a number, or with K, M or G in powers of 1,024.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Size(pub(crate) usize);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let octets = parse_size::Config::new().with_binary().parse_size(text);
        let octets =
            octets.map_err(|error| format!("{error}; expected a size such as 64K or 16M"))?;
        usize::try_from(octets)
            .map(Self)
            .map_err(|error| error.to_string())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, octets) in [("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)] {
            if self.0 >= octets && self.0.is_multiple_of(octets) {
                return write!(formatter, "{}{unit}", self.0 / octets);
            }
        }
        write!(formatter, "{}", self.0)
    }
}

/// A time with its unit: 500ms, 10s, 2m.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(pub(crate) Duration);

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let time = humantime::parse_duration(text);
        time.map(Self)
            .map_err(|error| format!("{error}; expected a time such as 10s or 500ms"))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(formatter)
    }
}

/// A time of whole seconds, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seconds(pub(crate) Duration);

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Time(time) = text.parse()?;
        if time.is_zero() || time.subsec_nanos() != 0 {
            return Err("expected whole seconds, at least 1s".into());
        }
        Ok(Self(time))
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Time(self.0).fmt(formatter)
    }
}

/// A log level in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level(pub(crate) LevelFilter);

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected off, error, warn, info, debug or trace";
        let level = text.parse();
        level
            .map(Self)
            .map_err(|_| format!("unknown log level; {expected}"))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.as_str().to_lowercase())
    }
}

/// What compresses messages for clients that offer permessage-deflate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Deflate {
    /// Nothing: offers are declined
    Off,
    /// One compressor for all, that keeps nothing between messages
    Shared,
    /// A compressor and a decompressor for each connection, that keep the messages before as context
    Context,
}

/// In the file: one address, or a list of them.
pub(crate) fn addresses<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<IpAddr>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "expected an address such as \"::1\", or a list of them"
    )]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    let written = match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(address) => vec![address],
        OneOrMany::Many(addresses) => addresses,
    };
    if written.is_empty() {
        return Err(Error::custom("expected an address to listen on"));
    }
    let wrong = |text: &str| Error::custom(format!("{text:?} is not an IPv4 or IPv6 address"));
    let parse = |text: &String| text.parse().map_err(|_| wrong(text));
    written
        .iter()
        .map(parse)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// In the file a value is a string as on the command line, or a plain number.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a value as on the command line")]
enum Written {
    Number(u64),
    Text(String),
}

macro_rules! as_written {
    ($value:ty) => {
        impl<'de> Deserialize<'de> for $value {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = match Written::deserialize(deserializer)? {
                    Written::Number(number) => number.to_string(),
                    Written::Text(text) => text,
                };
                let wrong = |error| Error::custom(format!("invalid value {text:?}: {error}"));
                text.parse().map_err(wrong)
            }
        }

        impl Serialize for $value {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

as_written!(Size);
as_written!(Time);
as_written!(Seconds);
as_written!(Level);

#[cfg(test)]
mod tests {
    use super::{Seconds, Size, Time};
    use std::time::Duration;

    #[test]
    fn sizes_are_powers_of_two() {
        for (text, octets) in [
            ("0", 0),
            ("1000", 1000),
            ("64K", 65_536),
            ("16MiB", 16 << 20),
        ] {
            assert_eq!(text.parse(), Ok(Size(octets)), "{text}");
        }
        assert_eq!(Size(65_536).to_string(), "64K");
        assert_eq!(Size(65_537).to_string(), "65537");
        assert!("many".parse::<Size>().unwrap_err().contains("64K"));
    }

    #[test]
    fn times_have_a_unit() {
        assert_eq!("1s 500ms".parse(), Ok(Time(Duration::from_millis(1500))));
        assert!("10".parse::<Time>().unwrap_err().contains("10s"));
    }

    #[test]
    fn probes_are_seconds_apart() {
        assert_eq!("2m".parse(), Ok(Seconds(Duration::from_secs(120))));
        for wrong in ["0s", "1500ms", "5"] {
            assert!(wrong.parse::<Seconds>().is_err(), "{wrong}");
        }
    }
}

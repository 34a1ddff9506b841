//! What the range of a single option cannot say.

use esp_config::Value;
use std::collections::HashMap;
use std::net::Ipv4Addr;

/// The values of all options, by name.
pub(crate) struct Values<'v>(&'v HashMap<String, Value>);

impl<'v> Values<'v> {
    pub(crate) fn new(values: &'v HashMap<String, Value>) -> Self {
        Self(values)
    }

    fn get(&self, name: &str) -> &'v Value {
        &self.0[&key(name)]
    }

    fn text(&self, name: &str) -> String {
        self.get(name).as_string()
    }

    fn number(&self, name: &str) -> i128 {
        self.get(name).as_integer()
    }
}

/// Checks everything, and returns the addresses as the constants of a Rust file.
pub(crate) fn constants(values: &Values<'_>) -> Result<String, String> {
    let ssid = values.text("wifi_ssid");
    if !ssid.is_empty() {
        check_ssid("wifi_ssid", &ssid)?;
    }
    check_ssid("access_point_ssid", &values.text("access_point_ssid"))?;
    for name in ["wifi_password", "access_point_password"] {
        check_password(name, &values.text(name))?;
    }
    check_country(&values.text("wifi_country"))?;
    check_hostname(&values.text("hostname"))?;
    check_sizes(values)?;
    let (address, prefix) = match values.text("ipv4").as_str() {
        "dhcp" => (None, 0),
        text => fixed_address(text).map(|(address, prefix)| (Some(address), prefix))?,
    };
    let gateway = gateway(&values.text("ipv4_gateway"), address, prefix)?;
    let access_point = access_point_address(&values.text("access_point_address"))?;
    let fixed = address.map(|address| format!("({}, {prefix})", rust(address)));
    Ok(format!(
        "/// A fixed IPv4 address with the length of its prefix; `None`: DHCP.\n\
         pub const IPV4: Option<(Ipv4Addr, u8)> = {};\n\n\
         /// The router for a fixed IPv4 address.\n\
         pub const IPV4_GATEWAY: Option<Ipv4Addr> = {};\n\n\
         /// The address of the device in its own network, a /24.\n\
         pub const ACCESS_POINT_ADDRESS: Ipv4Addr = {};\n",
        option(fixed),
        option(gateway.map(rust)),
        rust(access_point),
    ))
}

fn check_ssid(name: &str, ssid: &str) -> Result<(), String> {
    let fits = (1..=32).contains(&ssid.len());
    require(
        fits,
        name,
        format!("a name has 1 to 32 octets, this one has {}", ssid.len()),
    )
}

fn check_password(name: &str, password: &str) -> Result<(), String> {
    let fits = password.is_empty() || (8..=63).contains(&password.len());
    let length = password.len();
    require(
        fits,
        name,
        format!(
            "a password has 8 to 63 octets, or is empty for an open network; this one has {length}"
        ),
    )
}

fn check_country(country: &str) -> Result<(), String> {
    let fits = country.len() == 2 && country.bytes().all(|octet| octet.is_ascii_uppercase());
    require(
        fits,
        "wifi_country",
        format!("{country:?} is not two capital letters"),
    )
}

fn check_hostname(hostname: &str) -> Result<(), String> {
    let fits = (1..=32).contains(&hostname.len())
        && hostname
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
        && !hostname.starts_with('-')
        && !hostname.ends_with('-');
    require(
        fits,
        "hostname",
        format!("{hostname:?} is not 1 to 32 letters, digits and inner hyphens"),
    )
}

/// The core delivers a message when the output has room for an answer of the
/// same length; a ring that can never have it would close the connection.
fn check_sizes(values: &Values<'_>) -> Result<(), String> {
    let room = values.number("send_ring") - FRAME_HEADER;
    let message = values.number("message_limit");
    let reason = format!(
        "{message} octets and a frame header do not fit into the send_ring: at most {room}"
    );
    require(message <= room, "message_limit", reason)?;
    let (target, head) = (values.number("target_limit"), values.number("head_limit"));
    let reason =
        format!("a target of {target} octets does not fit into a head of {head} (head_limit)");
    require(target < head, "target_limit", reason)
}

fn fixed_address(text: &str) -> Result<(Ipv4Addr, u8), String> {
    let parts = text.split_once('/');
    let parsed =
        parts.and_then(|(address, prefix)| Some((address.parse().ok()?, prefix.parse().ok()?)));
    match parsed {
        Some((address, prefix)) if (1..=30).contains(&prefix) && is_host(address, prefix) => {
            Ok((address, prefix))
        }
        _ => Err(wrong(
            "ipv4",
            format!("{text:?} is neither dhcp nor an address such as 192.168.1.50/24"),
        )),
    }
}

fn gateway(text: &str, address: Option<Ipv4Addr>, prefix: u8) -> Result<Option<Ipv4Addr>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let Some(address) = address else {
        return Err(wrong(
            "ipv4_gateway",
            "a router is set, but ipv4 is dhcp".to_owned(),
        ));
    };
    match text.parse() {
        Ok(gateway)
            if network(gateway, prefix) == network(address, prefix) && gateway != address =>
        {
            Ok(Some(gateway))
        }
        _ => Err(wrong(
            "ipv4_gateway",
            format!("{text:?} is not another address of the network {address}/{prefix}"),
        )),
    }
}

fn access_point_address(text: &str) -> Result<Ipv4Addr, String> {
    let given_out = 50..=200;
    match text.parse::<Ipv4Addr>() {
        Ok(address) if is_host(address, 24) && !given_out.contains(&address.octets()[3]) => {
            Ok(address)
        }
        _ => Err(wrong(
            "access_point_address",
            format!("{text:?} is not an IPv4 address whose last number is 1 to 49 or 201 to 254"),
        )),
    }
}

/// Not the address of the network itself, not its broadcast, not reserved.
fn is_host(address: Ipv4Addr, prefix: u8) -> bool {
    let host = u32::from(address) & !mask(prefix);
    let usable = !address.is_loopback() && !address.is_multicast() && address.octets()[0] != 0;
    usable && host != 0 && host != !mask(prefix)
}

fn network(address: Ipv4Addr, prefix: u8) -> u32 {
    u32::from(address) & mask(prefix)
}

fn mask(prefix: u8) -> u32 {
    u32::MAX << (32 - u32::from(prefix))
}

fn rust(address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("Ipv4Addr::new({a}, {b}, {c}, {d})")
}

fn option(expression: Option<String>) -> String {
    expression.map_or_else(|| "None".to_owned(), |there| format!("Some({there})"))
}

fn require(holds: bool, name: &str, reason: String) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(wrong(name, reason))
    }
}

fn wrong(name: &str, reason: String) -> String {
    format!("{}: {reason}", key(name))
}

fn key(name: &str) -> String {
    format!("DUNLIN_CONFIG_{}", name.to_uppercase())
}

/// The header of a frame of up to 65,535 octets that a server sends.
const FRAME_HEADER: i128 = 4;

//! That the build stops at a wrong option, with a line that names it.

use super::chip::Chip;
use super::{Setting, build};
use crate::device::IMC;
use anyhow::{Context, Result, ensure};

/// Builds the crate of the options alone, which takes no time.
pub(super) fn wrong_values_stop_the_build() -> Result<()> {
    for (settings, line) in WRONG {
        let (succeeded, output) = check_options(settings)?;
        ensure!(!succeeded, "{settings:?} should have stopped the build");
        ensure!(
            output.contains(line),
            "{settings:?}: no {line:?} in:\n{output}"
        );
    }
    for settings in RIGHT {
        let (succeeded, output) = check_options(settings)?;
        ensure!(
            succeeded,
            "{settings:?} should not stop the build:\n{output}"
        );
    }
    println!("    {} wrong options stop the build", WRONG.len());
    Ok(())
}

fn check_options(settings: &[Setting]) -> Result<(bool, String)> {
    // A chip that is never linked for this target: no build is disturbed.
    let mut cargo = build::cargo_for(Chip::Esp32s2, "check", IMC)?;
    cargo.args(["--quiet", "--release", "--package", "dunlin-esp32-config"]);
    cargo.envs(settings.iter().copied());
    let output = cargo.output().context("cannot run Cargo")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((output.status.success(), text))
}

/// What is set, and what the build says.
const WRONG: &[(&[Setting], &str)] = &[
    (&[("DUNLIN_CONFIG_PORT", "0")], "option port"),
    (&[("DUNLIN_CONFIG_PORT", "70000")], "option port"),
    (&[("DUNLIN_CONFIG_PORT", "http")], "DUNLIN_CONFIG_PORT"),
    (&[("DUNLIN_CONFIG_CONNECTIONS", "0")], "option connections"),
    (&[("DUNLIN_CONFIG_NETWORK", "lora")], "option network"),
    (&[("DUNLIN_CONFIG_PROT", "80")], "DUNLIN_CONFIG_PROT"),
    (
        &[(
            "DUNLIN_CONFIG_WIFI_SSID",
            "a name that has thirty-three octets",
        )],
        "DUNLIN_CONFIG_WIFI_SSID: a name has 1 to 32 octets",
    ),
    (
        &[("DUNLIN_CONFIG_WIFI_PASSWORD", "1234567")],
        "DUNLIN_CONFIG_WIFI_PASSWORD: a password has 8 to 63 octets",
    ),
    (
        &[("DUNLIN_CONFIG_WIFI_COUNTRY", "de")],
        "DUNLIN_CONFIG_WIFI_COUNTRY: \"de\" is not",
    ),
    (
        &[("DUNLIN_CONFIG_HOSTNAME", "-dunlin")],
        "DUNLIN_CONFIG_HOSTNAME: \"-dunlin\" is not",
    ),
    (
        &[("DUNLIN_CONFIG_IPV4", "192.168.1.0/24")],
        "DUNLIN_CONFIG_IPV4: \"192.168.1.0/24\" is neither",
    ),
    (
        &[("DUNLIN_CONFIG_IPV4_GATEWAY", "192.168.1.1")],
        "DUNLIN_CONFIG_IPV4_GATEWAY: a router is set",
    ),
    (
        &[("DUNLIN_CONFIG_ACCESS_POINT_ADDRESS", "192.168.4.60")],
        "DUNLIN_CONFIG_ACCESS_POINT_ADDRESS: \"192.168.4.60\" is not",
    ),
    (
        &[("DUNLIN_CONFIG_MESSAGE_LIMIT", "4096")],
        "DUNLIN_CONFIG_MESSAGE_LIMIT: 4096 octets and a frame header do not fit",
    ),
];

/// What is set and may be.
const RIGHT: &[&[Setting]] = &[
    &[],
    &[
        ("DUNLIN_CONFIG_IPV4", "10.1.2.3/8"),
        ("DUNLIN_CONFIG_IPV4_GATEWAY", "10.0.0.1"),
        ("DUNLIN_CONFIG_MESSAGE_LIMIT", "4092"),
        ("DUNLIN_CONFIG_SEND_RING", "4096"),
    ],
];

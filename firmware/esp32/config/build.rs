//! Reads the options, checks them, and stops the build at a wrong one.
//!
//! The name of this file is fixed: esp-config tells Cargo to watch it.

#[path = "build/checks.rs"]
mod checks;

use esp_config::generate_config_from_yaml_definition;
use esp_metadata_generated::Chip;
use std::panic;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=esp_config.yml");
    // esp-config panics at a value out of range; its line is what counts.
    panic::set_hook(Box::new(|panic| {
        report(
            panic
                .payload_as_str()
                .unwrap_or("the options cannot be read"),
        );
    }));
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

/// Shows a line where Cargo does not hide it, and in the output of this script.
fn report(line: &str) {
    println!("cargo:warning=firmware configuration: {line}");
    eprintln!("firmware configuration: {line}");
}

fn run() -> Result<(), String> {
    let chip = Chip::from_cargo_feature().map_err(|_| {
        "choose one chip: --features esp32, esp32c2, esp32c3, esp32c6, esp32s2 or esp32s3"
            .to_owned()
    })?;
    let options = include_str!("esp_config.yml");
    let values = generate_config_from_yaml_definition(options, true, true, Some(chip));
    let values = values.map_err(|error| error.to_string())?;
    let constants = checks::constants(&checks::Values::new(&values))?;
    let folder = std::env::var("OUT_DIR").map_err(|error| error.to_string())?;
    std::fs::write(format!("{folder}/addresses.rs"), constants).map_err(|error| error.to_string())
}

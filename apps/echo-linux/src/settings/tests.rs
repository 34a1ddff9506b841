use super::Settings;
use clap::CommandFactory;

#[test]
fn the_command_line_is_sound() {
    Settings::command().debug_assert();
}

#[test]
fn the_defaults_that_the_help_tells_are_the_real_ones() {
    let table = toml::Table::try_from(Settings::defaults()).unwrap();
    for (key, value) in &table {
        let command = Settings::command();
        let argument = command
            .get_arguments()
            .find(|argument| argument.get_long() == Some(key))
            .unwrap_or_else(|| panic!("a flag for {key}"));
        let help = argument.get_help().unwrap().to_string();
        let value = match value {
            toml::Value::Array(values) => values[0].as_str().unwrap().to_owned(),
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert!(
            help.contains(&format!("[default: {value}]")),
            "{key}: {help} has not {value}"
        );
    }
}

#[test]
fn every_setting_but_the_file_can_stand_in_the_file() {
    let table = toml::Table::try_from(Settings::defaults()).unwrap();
    let command = Settings::command();
    for argument in command.get_arguments() {
        let name = argument.get_long().unwrap();
        let outside = ["config", "print-config", "help", "version"].contains(&name);
        // Without one it is all of them.
        let outside = outside || name == "interface";
        assert_eq!(table.contains_key(name), !outside, "{name}");
    }
}

#[test]
fn every_setting_is_taken_from_the_next_source_where_it_is_missing() {
    let mut settings = Settings::default();
    settings.complete(Settings::defaults());
    assert_eq!(settings, Settings::defaults());
}

#[test]
fn keys_of_the_file_may_have_underscores() {
    let table = toml::Table::try_from(Settings::defaults()).unwrap();
    let text = toml::to_string(&table).unwrap();
    let rewrite = |line: &str| match line.split_once(" = ") {
        Some((key, value)) => format!("{} = {value}\n", key.replace('-', "_")),
        None => format!("{line}\n"),
    };
    let rewritten: String = text.lines().map(rewrite).collect();
    assert_ne!(rewritten, text);
    assert_eq!(toml::from_str(&rewritten), Ok(Settings::defaults()));
}

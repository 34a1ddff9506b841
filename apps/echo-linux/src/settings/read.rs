//! Flags, environment and file: who says what, and in which order.

use super::{Settings, Start};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};
use std::ffi::OsString;
use std::path::Path;

impl Settings {
    /// Reads flags, environment and file. An error is one line.
    pub(crate) fn read() -> Result<Start, String> {
        let matches = match Self::command().try_get_matches() {
            Ok(matches) => matches,
            Err(error)
                if error.kind() == ErrorKind::DisplayHelp
                    || error.kind() == ErrorKind::DisplayVersion =>
            {
                return Ok(Start::Print(error.to_string()));
            }
            Err(error) => return Err(one_line(&error)),
        };
        let mut settings = Self::from_arg_matches(&matches).map_err(|error| one_line(&error))?;
        if let Some(path) = settings.config.clone() {
            settings.complete(Self::from_file(&path)?);
        }
        settings.complete(Self::defaults());
        if settings.print_config {
            let text = toml::to_string(&settings).map_err(|error| error.to_string())?;
            return Ok(Start::Print(text));
        }
        Ok(Start::Serve(Box::new(settings)))
    }

    fn from_file(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
        toml::from_str(&text).map_err(|error| {
            let before = error
                .span()
                .and_then(|span| text.get(..span.start))
                .unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            // The names of all settings are in the help.
            let message = error.message().split(", expected one of").next();
            format!("{shown}, line {line}: {}", message.unwrap_or_default())
        })
    }

    /// Takes from `other` what is not set here.
    pub(super) fn complete(&mut self, other: Self) {
        macro_rules! complete {
            ($($field:ident)*) => { $(self.$field = self.$field.take().or(other.$field);)* };
        }
        complete!(port bind log stop_time max_connections send_buffer receive_buffer hub_capacity);
        complete!(metrics purge_idle interface backlog tcp_keep_alive tcp_keep_alive_idle);
        complete!(tcp_keep_alive_interval tcp_keep_alive_count);
        complete!(max_target max_head max_fields max_body max_message);
        complete!(deflate deflate_level deflate_threshold deflate_window);
        complete!(head_time body_time keep_alive answer_time ping_after pong_time send_time);
        complete!(close_time lenient_handshake pre_handshake post_handshake);
    }
}

/// What an error says, and where the wrong value stands.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    // Behind an empty line clap gives advice.
    let line = text.split("\n\n").next().unwrap_or_default().trim();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    match source_of(error) {
        Some(variable) => format!("environment variable {variable}: {line}"),
        None => line.to_owned(),
    }
}

/// The environment variable that holds the wrong value, unless a flag does.
fn source_of(error: &clap::Error) -> Option<String> {
    if !matches!(
        error.kind(),
        ErrorKind::ValueValidation | ErrorKind::InvalidValue
    ) {
        return None;
    }
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    // Shown as `--port <PORT>` or `--lenient-handshake[=<BOOL>]`.
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let flag = shown.split(|character| !is_name(character)).next()?;
    let is_flag = |word: OsString| {
        let word = word.to_string_lossy().into_owned();
        word.split('=').next() == Some(flag)
    };
    if std::env::args_os().any(is_flag) {
        return None;
    }
    let command = Settings::command();
    let name = flag.trim_start_matches('-');
    let argument = command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(name))?;
    Some(argument.get_env()?.to_string_lossy().into_owned())
}

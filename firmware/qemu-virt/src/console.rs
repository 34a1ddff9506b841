//! What a person, or a test, types on the console.
//!
//! | line | what it does |
//! |---|---|
//! | `/stats` | one log line of figures: `I (4962) board: stack_peak=1520 ...` |
//! | `/quit` | ends QEMU with exit code 0 |
//! | any other with `/` | a command of the program, or a warning |
//! | all others | given to the program |

use crate::{executor, logging, power, stack, uart};
use core::fmt::{self, Display, Formatter};

/// Obeys what is typed from now on. `P` is the program.
pub fn start<P: Console>() {
    uart::on_line(obey::<P>);
}

/// The program's side of the console. Its functions are called from the
/// UART's interrupt, so they must be short.
pub trait Console {
    /// Takes a line that is no command.
    fn line(line: &[u8]);

    /// Obeys a command of the program's own, without its `/`. Returns whether
    /// it is one.
    fn command(_: &[u8]) -> bool {
        false
    }

    /// Adds figures to `/stats`, each as ` key=value`.
    ///
    /// # Errors
    ///
    /// Those of the formatter, passed on.
    fn figures(_: &mut Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

fn obey<P: Console>(line: &[u8]) {
    match line {
        b"/quit" => power::exit(0),
        b"/stats" => {
            let figures = fmt::from_fn(|to| {
                write!(to, "{Board}")?;
                P::figures(to)
            });
            logging::write_line('I', TAG, format_args!("{figures}"));
        }
        [b'/', command @ ..] => {
            if !P::command(command) {
                log::warn!(target: TAG, "unknown command; there are /stats and /quit");
            }
        }
        line => P::line(line),
    }
}

/// The board's own figures.
struct Board;

impl Display for Board {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let (peak, size) = (stack::peak(), stack::size());
        let instructions = executor::instructions();
        write!(
            to,
            "stack_peak={peak} stack_size={size} instructions={instructions}"
        )
    }
}

const TAG: &str = "board";
